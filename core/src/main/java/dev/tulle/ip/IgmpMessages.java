// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.buffer.Packet;
import dev.tulle.buffer.PacketPool;
import dev.tulle.group.Group;
import dev.tulle.group.GroupMessages;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Interface;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Checksum;
import dev.tulle.wire.IgmpMessage;
import dev.tulle.wire.Ipv4;

/** Writes and sends what an interface tells of its groups: many records in one report. */
final class IgmpMessages extends GroupMessages {
  private static final long ALL_SYSTEMS = 0xE000_0001L;
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

  IgmpMessages(Interface port, PacketPool pool, Counters counters) {
    this.port = port;
    this.pool = pool;
    this.counters = counters;
  }

  @Override
  protected boolean everybodys(long high, long low) {
    return low == ALL_SYSTEMS;
  }

  @Override
  protected void record(int type, int version, Group group, int sources, long nowNs) {
    boolean old = version < 3;
    if (report != null && (old || 8 + 4 * sources > port.mtu() - HEADER - report.length())) {
      flush(nowNs);
    }
    if (old && version == 1 && type == TO_INCLUDE) {
      return; // RFC 1112: nobody leaves
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
    if (old) {
      older(type == TO_INCLUDE, version, (int) group.low, nowNs);
      return;
    }
    Bytes.put32(report.bytes, report.end, type << 24 | sources);
    Bytes.put32(report.bytes, report.end + 4, (int) group.low);
    report.end += 8;
    records++;
  }

  private void older(boolean leaving, int version, int group, long nowNs) {
    int type = version == 1 ? IgmpMessage.REPORT_V1 : IgmpMessage.REPORT_V2;
    int to = leaving ? ALL_ROUTERS : group;
    send(report, leaving ? IgmpMessage.LEAVE : type, group, to, nowNs);
    report = null;
  }

  @Override
  protected void source(long high, long low) {
    if (report != null) {
      Bytes.put32(report.bytes, report.end, (int) low);
      report.end += 4;
    }
  }

  @Override
  protected void flush(long nowNs) {
    if (report != null) {
      send(report, IgmpMessage.REPORT_V3, records, ALL_IGMP_ROUTERS, nowNs);
      report = null;
    }
  }

  @Override
  protected long sourceHigh(byte[] b, int at, int index) {
    return 0;
  }

  @Override
  protected long sourceLow(byte[] b, int at, int index) {
    return IgmpMessage.source(b, at, index) & 0xFFFFFFFFL;
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
