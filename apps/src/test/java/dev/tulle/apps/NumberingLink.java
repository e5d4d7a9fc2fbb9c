// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.buffer.Packet;
import dev.tulle.link.Link;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Checksum;

/** Gives datagrams from 0.0.0.0 a source address, since a host takes none without. */
final class NumberingLink implements Link {
  private static final int SOMEBODY = 0x0A090063;
  private static final int HEADER = 20;

  private final Link link;

  NumberingLink(Link link) {
    this.link = link;
  }

  @Override
  public int frameBytes() {
    return link.frameBytes();
  }

  @Override
  public int receive(Packet packet, long nowNs) {
    int result = link.receive(packet, nowNs);
    byte[] b = packet.bytes;
    int ip = packet.head + 14;
    if (result > 0 && Bytes.u16(b, ip - 2) == 0x0800 && Bytes.i32(b, ip + 12) == 0) {
      Bytes.put32(b, ip + 12, SOMEBODY);
      Bytes.put16(b, ip + 10, 0);
      Bytes.put16(b, ip + 10, Checksum.of(b, ip, HEADER));
      Bytes.put16(b, ip + HEADER + 6, 0); // UDP without a checksum
    }
    return result;
  }

  @Override
  public int send(Packet packet, long nowNs) {
    return link.send(packet, nowNs);
  }
}
