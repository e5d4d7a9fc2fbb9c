// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.forward;

import dev.tulle.buffer.Packet;
import dev.tulle.buffer.PacketQueue;
import dev.tulle.link.Link;

/** One VLAN of a {@link VlanTrunk}, without its tag. */
final class VlanLink implements Link {
  final int number;

  /** Frames that came while another VLAN asked. */
  final PacketQueue queue = new PacketQueue();

  private final VlanTrunk trunk;

  VlanLink(VlanTrunk trunk, int number) {
    this.trunk = trunk;
    this.number = number;
  }

  /** IEEE 802.3: a tagged frame may be four octets longer than one without. */
  @Override
  public int frameBytes() {
    return trunk.link.frameBytes();
  }

  @Override
  public int receive(Packet packet, long nowNs) {
    int status = trunk.fill(this, nowNs);
    return queue.length() > 0 ? trunk.take(this, packet) : status;
  }

  @Override
  public int send(Packet packet, long nowNs) {
    return trunk.send(this, packet, nowNs);
  }

  @Override
  public long deadlineNs() {
    return queue.length() > 0 ? 0 : trunk.link.deadlineNs();
  }
}
