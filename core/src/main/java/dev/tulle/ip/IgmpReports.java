// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.buffer.Packet;
import dev.tulle.buffer.PacketPool;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Interface;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Checksum;
import dev.tulle.wire.IgmpMessage;
import dev.tulle.wire.Ipv4;

/** Writes and sends what an interface tells of its groups: many records in one report. */
final class IgmpReports {
  private static final int ALL_ROUTERS = 0xE000_0002;
  private static final int ALL_IGMP_ROUTERS = 0xE000_0016;

  /** RFC 3376 4: internetwork control. */
  private static final int PRECEDENCE = 0xC0;

  /** RFC 2113: type 148, length 4, value 0. */
  private static final int ROUTER_ALERT = 0x9404_0000;

  private static final int HEADER = Ipv4.HEADER + 4;

  private final Interface port;
  private final PacketPool pool;
  private final Counters counters;

  /** The report that records are added to, and how many it has; null between reports. */
  private Packet report;

  private int records;

  IgmpReports(Interface port, PacketPool pool, Counters counters) {
    this.port = port;
    this.pool = pool;
    this.counters = counters;
  }

  /** Adds a record to the report, or to another where that is full. */
  void record(int type, int group, int[] sources, int count, long nowNs) {
    int length = 8 + 4 * count;
    if (report != null && length > port.mtu() - HEADER - report.length()) {
      flush(nowNs);
    }
    if (report == null) {
      report = pool.take();
      if (report == null) {
        counters.add(Counter.POOL_EMPTY);
        return;
      }
      report.end = report.head + IgmpMessage.HEADER;
      records = 0;
    }
    byte[] b = report.bytes;
    int at = report.end;
    Bytes.put32(b, at, type << 24 | count);
    Bytes.put32(b, at + 4, group);
    for (int i = 0; i < count; i++) {
      Bytes.put32(b, at + 8 + 4 * i, sources[i]);
    }
    report.end = at + length;
    records++;
  }

  /** Sends the report, if there is one. */
  void flush(long nowNs) {
    if (report != null) {
      send(report, IgmpMessage.REPORT_V3, records, ALL_IGMP_ROUTERS, nowNs);
      report = null;
    }
  }

  /** Sends a message of an older version. */
  void old(int type, int group, long nowNs) {
    Packet packet = pool.take();
    if (packet == null) {
      counters.add(Counter.POOL_EMPTY);
      return;
    }
    packet.end = packet.head + IgmpMessage.HEADER;
    send(packet, type, group, type == IgmpMessage.LEAVE ? ALL_ROUTERS : group, nowNs);
  }

  /** Writes the headers, with time to live 1 and the router alert option, and sends. */
  private void send(Packet packet, int type, int word, int to, long nowNs) {
    byte[] b = packet.bytes;
    IgmpMessage.put(b, packet.head, type, word, packet.length());
    int at = packet.head - HEADER;
    packet.head = at;
    Ipv4.put(b, at, PRECEDENCE, packet.length(), 1, Igmp.PROTOCOL, port.address, to);
    Bytes.put8(b, at, 4 << 4 | HEADER >> 2);
    Bytes.put32(b, at + Ipv4.HEADER, ROUTER_ALERT);
    Bytes.put16(b, at + 10, 0);
    Bytes.put16(b, at + 10, Checksum.of(b, at, HEADER));
    counters.add(Counter.IGMP_SENT);
    port.output(packet, to, nowNs);
  }
}
