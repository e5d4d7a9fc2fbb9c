// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.bench;

import dev.tulle.buffer.Packet;
import dev.tulle.link.Link;

/** A link on which frames arrive one by one, which others have made. */
abstract class BenchLink implements Link {
  private byte[] next;

  /** Lets a frame arrive when the host asks for one. */
  final void arriving(byte[] frame) {
    next = frame;
  }

  @Override
  public final int frameBytes() {
    return 1514;
  }

  @Override
  public final int receive(Packet packet, long nowNs) {
    byte[] frame = next;
    if (frame == null) {
      return 0;
    }
    next = null;
    System.arraycopy(frame, 0, packet.bytes, packet.head, frame.length);
    packet.end = packet.head + frame.length;
    return frame.length;
  }
}
