// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nd;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Icmpv6Header;
import dev.tulle.wire.Ipv6;

/**
 * The multicast groups that a port listens to, and what its routers and switches are told about
 * them.
 *
 * <p>Any source is welcome to a group. Where a router of MLD version 1 asks, its version is spoken
 * for a while. A group has one pending answer at most, however often it is asked for. Source: RFC
 * 3810, RFC 2710.
 */
public final class Groups implements Part {
  private static final long MS_NS = 1_000_000L;

  /** RFC 3810 9.1: each change is told twice, within a second (9.11). */
  private static final int ROBUSTNESS = 2;

  /** RFC 3810 9.12: twice the query interval of 125 s, and 10 s. */
  private static final long OLD_ROUTER_NS = 260_000_000_000L;

  /** An answer may be put off for a minute at most. */
  private static final int MOST_DELAY_MS = 60_000;

  private static final int QUERY_V1 = 24;
  private static final int QUERY = 28;

  // RFC 3810 5.2.12
  private static final int IS_EXCLUDE = 2;
  private static final int TO_INCLUDE = 3;
  private static final int TO_EXCLUDE = 4;

  /** A report of one record: header, record and its address. */
  private static final int REPORT = 28;

  private final Ipv6Port port;
  private final Group6[] table;
  private long oldRouterUntilNs;
  private long deadlineNs = NEVER;

  /**
   * @param size groups at most, those of our own addresses among them
   */
  public Groups(Ipv6Port port, int size) {
    this.port = port;
    table = new Group6[size];
    for (int i = 0; i < size; i++) {
      table[i] = new Group6();
    }
    port.groups = this;
  }

  /** Listens to a group from now on, until {@link #leave} was called as often. */
  public int join(long high, long low, long nowNs) {
    Group6 g = find(high, low);
    for (int i = 0; g == null && i < table.length; i++) {
      if (table[i].users == 0 && table[i].changes == 0) {
        g = table[i];
        g.high = high;
        g.low = low;
      }
    }
    if (g == null) {
      port.counters.add(Counter.MLD_FULL);
      return Status.NO_RESOURCES;
    }
    g.users++;
    if (g.users == 1) {
      change(g, nowNs);
    }
    return Status.OK;
  }

  /** Ends one use of a group. */
  public void leave(long high, long low, long nowNs) {
    Group6 g = find(high, low);
    if (g != null && g.users > 0) {
      g.users--;
      if (g.users == 0) {
        g.answerNs = NEVER;
        change(g, nowNs);
      }
    }
  }

  private void change(Group6 g, long nowNs) {
    g.changes = ROBUSTNESS;
    g.changeNs = nowNs;
    deadlineNs = nowNs;
  }

  private Group6 find(long high, long low) {
    for (int i = 0; i < table.length; i++) {
      Group6 g = table[i];
      if (g.low == low && g.high == high && (g.users | g.changes) != 0) {
        return g;
      }
    }
    return null;
  }

  /** Whether packets to a group are for this port. */
  public boolean joined(long high, long low) {
    if (high == Ipv6.LINK_GROUP && low == Ipv6.ALL_NODES) {
      return true;
    }
    Group6 g = find(high, low);
    return g != null && g.users > 0;
  }

  /**
   * A router asks who listens.
   *
   * @param alerted whether it had the router alert option
   * @return the counter of why it was dropped, or -1
   */
  public int asked(Packet packet, boolean alerted, long nowNs) {
    byte[] b = packet.bytes;
    int at = packet.head;
    int length = packet.length();
    boolean old = length == QUERY_V1;
    // RFC 3810 5.1.9: the count of sources is bounded by division.
    if (!old && (length < QUERY || length - QUERY >> 4 < Bytes.u16(b, at + 26))) {
      return Counter.ICMP_SHORT;
    }
    // RFC 3810 6.2 (MUST)
    if (!alerted
        || Ipv6.hopLimit(b, packet.network) != 1
        || !Ipv6.linkLocal(Bytes.i64(b, packet.network + Ipv6.SOURCE))) {
      return Counter.MLD_INVALID;
    }
    if (old) {
      oldRouterUntilNs = nowNs + OLD_ROUTER_NS;
    }
    int code = Bytes.u16(b, at + 4);
    int most = Math.min(old ? code : delayMs(code), MOST_DELAY_MS);
    long high = Bytes.i64(b, at + 8);
    long low = Bytes.i64(b, at + 16);
    for (int i = 0; i < table.length; i++) {
      Group6 g = table[i];
      boolean meant = (high | low) == 0 || g.low == low && g.high == high;
      if (meant && g.users > 0) {
        long answer = nowNs + ((port.random.draw() & 0xFFFFL) * most >>> 16) * MS_NS + MS_NS;
        g.answerNs = Math.min(g.answerNs, answer);
        deadlineNs = Math.min(deadlineNs, g.answerNs);
      }
    }
    return -1;
  }

  /** RFC 3810 5.1.3: a small floating-point number from 0x8000 up. */
  private static int delayMs(int code) {
    return code < 0x8000 ? code : (code & 0xFFF | 0x1000) << (code >> 12 & 7) + 3;
  }

  @Override
  public long poll(long nowNs) {
    if (deadlineNs - nowNs > 0) {
      return deadlineNs;
    }
    deadlineNs = NEVER;
    for (int i = 0; i < table.length; i++) {
      Group6 g = table[i];
      if (g.changes > 0 && g.changeNs - nowNs <= 0) {
        g.changes--;
        report(g, g.users > 0 ? TO_EXCLUDE : TO_INCLUDE, nowNs);
        g.changeNs = nowNs + port.upToASecondNs();
      }
      if (g.answerNs - nowNs <= 0) {
        g.answerNs = NEVER;
        report(g, IS_EXCLUDE, nowNs);
      }
      if (g.changes > 0) {
        deadlineNs = Math.min(deadlineNs, g.changeNs);
      }
      deadlineNs = Math.min(deadlineNs, g.answerNs);
    }
    return deadlineNs;
  }

  private void report(Group6 g, int record, long nowNs) {
    boolean old = oldRouterUntilNs - nowNs > 0;
    boolean leaving = record == TO_INCLUDE;
    int type = leaving ? Icmpv6Header.LISTENER_DONE : Icmpv6Header.LISTENER_REPORT_V1;
    Packet packet =
        port.message(old ? type : Icmpv6Header.LISTENER_REPORT, old ? QUERY_V1 : REPORT);
    if (packet == null) {
      return;
    }
    byte[] b = packet.bytes;
    int at = packet.head;
    if (!old) {
      Bytes.put32(b, at + 4, 1);
      Bytes.put32(b, at + 8, record << 24);
    }
    Bytes.put64(b, packet.end - 16, g.high);
    Bytes.put64(b, packet.end - 8, g.low);
    // RFC 3810 5: with the router alert option (RFC 2711) in a hop-by-hop header
    packet.head = at - 8;
    Bytes.put64(b, at - 8, (long) Ipv6.ICMP << 56 | 0x0502_0000_0100L);
    boolean own = old && !leaving; // RFC 2710 3.6
    long to = leaving ? Ipv6.ALL_ROUTERS : Ipv6.ALL_MLD_ROUTERS;
    port.send(
        packet,
        port.addresses.linkLocal(), // RFC 3810 5.2.13: or the unspecified one
        own ? g.high : Ipv6.LINK_GROUP,
        own ? g.low : old ? to : Ipv6.ALL_MLD_ROUTERS,
        -1,
        nowNs);
  }

  @Override
  public long deadlineNs() {
    return deadlineNs;
  }
}
