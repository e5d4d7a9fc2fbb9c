// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.buffer.Packet;
import dev.tulle.link.Link;
import dev.tulle.link.SendRate;

/**
 * A TAP device of which the kernel takes in bulk on a thread of its own; single frames it takes in
 * at once, as waking that thread would delay each of them.
 */
final class PosixThreadedTap implements Link {
  private final PosixTap tap;
  private final int threadSwitch;
  private final SendRate rate = new SendRate();

  /**
   * @param threadSwitch file that takes "1" and "0"
   */
  PosixThreadedTap(PosixTap tap, int threadSwitch) {
    this.tap = tap;
    this.threadSwitch = threadSwitch;
  }

  @Override
  public int frameBytes() {
    return tap.frameBytes();
  }

  @Override
  public int receive(Packet packet, long nowNs) {
    return tap.receive(packet, nowNs);
  }

  @Override
  public int send(Packet packet, long nowNs) {
    if (rate.changed(packet.length(), nowNs)) {
      Posix.switchThread(threadSwitch, rate.bulk() ? 1 : 0);
    }
    return tap.send(packet, nowNs);
  }
}
