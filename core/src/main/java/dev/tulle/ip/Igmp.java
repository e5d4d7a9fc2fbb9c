// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.buffer.Packet;
import dev.tulle.buffer.PacketPool;
import dev.tulle.group.FilteredGroups;
import dev.tulle.link.GroupFilter;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Interface;
import dev.tulle.stack.KeyedHash;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Checksum;
import dev.tulle.wire.IgmpMessage;
import dev.tulle.wire.Ipv4;

/**
 * The multicast groups of IPv4 that an interface listens to: checks what routers ask, in any of the
 * three versions, and lets {@link FilteredGroups} answer.
 *
 * <p>Source: RFC 3376, RFC 2236, RFC 1112.
 */
public final class Igmp implements Transport, GroupFilter {
  static final int PROTOCOL = 2;

  private static final int ALL_SYSTEMS = 0xE000_0001;

  /** RFC 2113 2.1. */
  private static final int ROUTER_ALERT = 0x94;

  /** The groups, whose high half is 0. */
  public final FilteredGroups groups;

  private final Counters counters;

  /**
   * @param groups how many an interface may listen to
   * @param listenings how many a socket may listen to, all sockets together
   */
  public Igmp(
      Interface port,
      PacketPool pool,
      KeyedHash random,
      Counters counters,
      int groups,
      int listenings) {
    this.counters = counters;
    IgmpMessages messages = new IgmpMessages(port, pool, counters);
    this.groups =
        new FilteredGroups(groups, listenings, messages, random, counters, Counter.IGMP_FULL);
  }

  @Override
  public boolean wanted(int high, int low) {
    // RFC 1112 6.4: the low 23 bits of the group behind 01:00:5e.
    int bits = low & 0x7F_FFFF;
    return high == 0x0100
        && low >>> 23 == 0x5E00_0000 >>> 23
        && (bits == (ALL_SYSTEMS & 0x7F_FFFF) || groups.ends(bits));
  }

  /** Whether packets to a group are for this interface. */
  boolean joined(int group) {
    return groups.joined(0, group & 0xFFFFFFFFL);
  }

  @Override
  public int protocol() {
    return PROTOCOL;
  }

  @Override
  public void error(Packet packet, int kind, int mtu, long nowNs) {}

  @Override
  public void tooBig(Packet packet, int mtu, long nowNs) {}

  @Override
  public boolean input(Packet packet, int sum, long nowNs) {
    int reason = arrive(packet, nowNs);
    if (reason >= 0) {
      counters.add(reason);
    }
    return true;
  }

  private int arrive(Packet packet, long nowNs) {
    byte[] b = packet.bytes;
    int at = packet.head;
    int length = packet.length();
    if (length < IgmpMessage.HEADER) {
      return Counter.IGMP_SHORT;
    }
    if (Checksum.of(b, at, length) != 0) {
      return Counter.IGMP_BADSUM;
    }
    int type = IgmpMessage.type(b, at);
    int group = IgmpMessage.group(b, at);
    if (type == IgmpMessage.REPORT_V1 || type == IgmpMessage.REPORT_V2) {
      groups.heard(0, group & 0xFFFFFFFFL, nowNs);
      return -1;
    }
    if (type != IgmpMessage.QUERY) {
      return Counter.IGMP_IGNORED;
    }
    boolean old = length == IgmpMessage.HEADER;
    // RFC 3376 4.1.8: a count of sources is believed as far as the message goes.
    if (!old
        && (length < IgmpMessage.QUERY_V3
            || length - IgmpMessage.QUERY_V3 >> 2 < IgmpMessage.sources(b, at))) {
      return Counter.IGMP_SHORT;
    }
    int code = IgmpMessage.code(b, at);
    boolean first = old && code == 0;
    // RFC 3376 9.1 (SHOULD): what did not come from a router of this link is ignored.
    if (Ipv4.timeToLive(b, packet.network) != 1
        || !first && !alerted(packet)
        || (group == 0 ? packet.destination != ALL_SYSTEMS : !Ipv4.multicast(group))) {
      return Counter.IGMP_INVALID;
    }
    int tenths = first ? 100 : old ? code : IgmpMessage.tenths(code);
    groups.asked(
        0,
        group & 0xFFFFFFFFL,
        first ? 1 : old ? 2 : 3,
        Math.max(tenths, 1) * 100,
        b,
        at,
        old ? 0 : IgmpMessage.sources(b, at),
        old ? 0 : Bytes.u8(b, at + 8) & 7,
        nowNs);
    return -1;
  }

  private static boolean alerted(Packet packet) {
    int at = packet.network + Ipv4.HEADER;
    while (at < packet.head) { // options that have been checked, up to their end
      int type = Bytes.u8(packet.bytes, at);
      if (type == Ipv4.OPTION_END) {
        return false;
      }
      if (type == Ipv4.OPTION_NOP) {
        at++;
      } else if (type == ROUTER_ALERT) {
        return true;
      } else {
        at += Bytes.u8(packet.bytes, at + 1);
      }
    }
    return false;
  }
}
