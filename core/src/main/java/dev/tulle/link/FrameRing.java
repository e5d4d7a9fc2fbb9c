// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.link;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Status;

/** A bounded first-in, first-out store of copied frames, in one array that is allocated once. */
final class FrameRing {
  private final byte[] bytes;
  private final int[] lengths;
  private final int frameBytes;
  private int first;
  private int frames;

  FrameRing(int frames, int frameBytes) {
    bytes = new byte[frames * frameBytes];
    lengths = new int[frames];
    this.frameBytes = frameBytes;
  }

  int frameBytes() {
    return frameBytes;
  }

  int frames() {
    return frames;
  }

  /** Copies a frame in: 0, {@code WOULD_BLOCK} where the ring is full, or {@code TOO_LARGE}. */
  int add(Packet packet) {
    int length = packet.length();
    if (length > frameBytes) {
      return Status.TOO_LARGE;
    }
    if (frames == lengths.length) {
      return Status.WOULD_BLOCK;
    }
    int slot = first + frames;
    if (slot >= lengths.length) {
      slot -= lengths.length;
    }
    System.arraycopy(packet.bytes, packet.head, bytes, slot * frameBytes, length);
    lengths[slot] = length;
    frames++;
    return Status.OK;
  }

  /**
   * Copies the oldest frame out and forgets it; answers its length as {@link Link#receive} does.
   */
  int take(Packet packet) {
    if (frames == 0) {
      return 0;
    }
    int length = lengths[first];
    int room = packet.bytes.length - packet.head;
    if (length > room) {
      length = room; // a device also gives no more than the buffer takes
    }
    System.arraycopy(bytes, first * frameBytes, packet.bytes, packet.head, length);
    packet.end = packet.head + length;
    first++;
    if (first == lengths.length) {
      first = 0;
    }
    frames--;
    return length;
  }
}
