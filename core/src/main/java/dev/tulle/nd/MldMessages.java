// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nd;

import dev.tulle.buffer.Packet;
import dev.tulle.group.Group;
import dev.tulle.group.GroupMessages;
import dev.tulle.stack.Counter;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Icmpv6Header;
import dev.tulle.wire.Ipv6;

/** The messages of MLD on a port, many records in one report. RFC 3810 5, RFC 2710 3. */
public final class MldMessages extends GroupMessages {
  /** A message of version 1, and a query of version 2 before its sources. */
  private static final int OLD = 24;

  private static final int QUERY = 28;

  /** A record before its sources. */
  private static final int RECORD = 20;

  /** What a report has in front: the headers of IPv6 and of the router alert. */
  private static final int HEADERS = Ipv6.HEADER + 8;

  private final Ipv6Port port;

  /** The report that records are added to; null between reports. */
  private Packet report;

  public MldMessages(Ipv6Port port) {
    this.port = port;
  }

  @Override
  protected boolean everybodys(long high, long low) {
    return high == Ipv6.LINK_GROUP && low == Ipv6.ALL_NODES;
  }

  @Override
  protected void record(int type, int version, Group group, int sources, long nowNs) {
    boolean old = version < 3;
    boolean leaving = type == TO_INCLUDE;
    if (report != null && (old || RECORD + 16 * sources > port.mtu() - HEADERS - report.length())) {
      flush(nowNs);
    }
    if (report == null) {
      int older = leaving ? Icmpv6Header.LISTENER_DONE : Icmpv6Header.LISTENER_REPORT_V1;
      report = port.message(old ? older : Icmpv6Header.LISTENER_REPORT, 8);
      if (report == null) {
        return;
      }
    }
    if (!old) {
      byte[] b = report.bytes;
      b[report.head + 7]++; // fewer than 256 records fit one report
      Bytes.put32(b, report.end, type << 24 | sources);
      report.end += 4;
    }
    address(report, group.high, group.low);
    if (old) {
      // RFC 2710 3.6: a report to its group, the end of interest to all routers
      send(leaving ? Ipv6.LINK_GROUP : group.high, leaving ? Ipv6.ALL_ROUTERS : group.low, nowNs);
    }
  }

  private static void address(Packet to, long high, long low) {
    Bytes.put64(to.bytes, to.end, high);
    Bytes.put64(to.bytes, to.end + 8, low);
    to.end += 16;
  }

  @Override
  protected void source(long high, long low) {
    if (report != null) {
      address(report, high, low);
    }
  }

  @Override
  protected void flush(long nowNs) {
    if (report != null) {
      send(Ipv6.LINK_GROUP, Ipv6.ALL_MLD_ROUTERS, nowNs);
    }
  }

  private void send(long high, long low, long nowNs) {
    Packet packet = report;
    report = null;
    // RFC 3810 5: with the router alert option (RFC 2711) in a hop-by-hop header
    packet.head -= 8;
    Bytes.put64(packet.bytes, packet.head, (long) Ipv6.ICMP << 56 | 0x0502_0000_0100L);
    // RFC 3810 5.2.13: from the link-local address or the unspecified one
    port.send(packet, port.addresses.linkLocal(), high, low, -1, nowNs);
  }

  @Override
  protected long sourceHigh(byte[] b, int at, int index) {
    return Bytes.i64(b, at + QUERY + 16 * index);
  }

  @Override
  protected long sourceLow(byte[] b, int at, int index) {
    return Bytes.i64(b, at + QUERY + 16 * index + 8);
  }

  /**
   * A query or a report has come, with its checksum right.
   *
   * @param alerted whether it had the router alert option
   * @return the counter of why it was dropped, or -1
   */
  public static int arrive(Ipv6Port port, Packet packet, int type, boolean alerted, long nowNs) {
    byte[] b = packet.bytes;
    int at = packet.head;
    int length = packet.length();
    boolean old = length == OLD;
    boolean query = type == Icmpv6Header.LISTENER_QUERY;
    int sources = query && length >= QUERY ? Bytes.u16(b, at + 26) : 0;
    // RFC 3810 5.1.10: the count of sources is bounded by division.
    if (!old && (length < QUERY || length - QUERY >> 4 < sources)) {
      return Counter.ICMP_SHORT;
    }
    // RFC 3810 6.2 (MUST)
    if (!alerted
        || Ipv6.hopLimit(b, packet.network) != 1
        || !Ipv6.linkLocal(Bytes.i64(b, packet.network + Ipv6.SOURCE))) {
      return Counter.MLD_INVALID;
    }
    long high = Bytes.i64(b, at + 8);
    long low = Bytes.i64(b, at + 16);
    if (!query) {
      port.groups.heard(high, low, nowNs);
      return -1;
    }
    int code = Bytes.u16(b, at + 4);
    port.groups.asked(
        high,
        low,
        old ? 2 : 3,
        old ? code : delayMs(code),
        b,
        at,
        sources,
        old ? 0 : Bytes.u8(b, at + 24) & 7,
        nowNs);
    return -1;
  }

  /** RFC 3810 5.1.3: a small floating-point number from 0x8000 up. */
  private static int delayMs(int code) {
    return code < 0x8000 ? code : (code & 0xFFF | 0x1000) << (code >> 12 & 7) + 3;
  }
}
