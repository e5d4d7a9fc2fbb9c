// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nd;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Counter;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.IcmpHeader;
import dev.tulle.wire.Icmpv6Header;
import dev.tulle.wire.Ipv6;

/**
 * Checks the messages of neighbour discovery, answers who asks for us, and passes on what the
 * others say.
 *
 * <p>Source: RFC 4861 6.1, 7.1, 8.1, RFC 6980.
 */
public final class NeighbourDiscovery {
  private static final int SOLICITATION = 24;
  private static final int ROUTER = 0x80;
  private static final int SOLICITED = 0x40;
  private static final int OVERRIDE = 0x20;

  /** Octets before the options of each type, from router solicitation to redirect. */
  private static final int[] FIXED = {8, 16, SOLICITATION, SOLICITATION, 40};

  private NeighbourDiscovery() {}

  /**
   * Processes a message whose checksum is right.
   *
   * @param fragmented whether it came in a fragment, be it the only one
   * @return the counter of why it was dropped, or -1
   */
  public static int arrive(Ipv6Port port, Packet packet, boolean fragmented, long nowNs) {
    byte[] b = packet.bytes;
    int at = packet.head;
    int type = IcmpHeader.type(b, at);
    int fixed = FIXED[type - Icmpv6Header.ROUTER_SOLICITATION];
    if (packet.length() < fixed) {
      return Counter.ICMP_SHORT;
    }
    if (fragmented) {
      return Counter.ND_FRAGMENTED; // RFC 6980 5 (MUST)
    }
    int ip = packet.network;
    // RFC 4861 6.1, 7.1, 8.1 (MUST): no router has forwarded it.
    if (Ipv6.hopLimit(b, ip) != 255 || IcmpHeader.code(b, at) != 0) {
      return Counter.ND_INVALID;
    }
    int options = at + fixed;
    if (!Icmpv6Header.optionsGood(b, options, packet.end)) {
      return Counter.ND_BADOPT;
    }
    long high = Bytes.i64(b, ip + Ipv6.SOURCE);
    long low = Bytes.i64(b, ip + Ipv6.SOURCE + 8);
    switch (type) {
      case Icmpv6Header.NEIGHBOUR_SOLICITATION:
        return solicited(port, packet, options, high, low, nowNs);
      case Icmpv6Header.NEIGHBOUR_ADVERTISEMENT:
        return advertised(port, packet, options, nowNs);
      case Icmpv6Header.ROUTER_ADVERTISEMENT:
        if (port.advertiser != null && port.advertiser.started()) {
          return Counter.ND_IGNORED; // who tells hosts is told by none
        }
        return Ipv6.linkLocal(high)
            ? Advertisements.arrive(port, packet, options, high, low, nowNs)
            : Counter.ND_INVALID;
      case Icmpv6Header.REDIRECT:
        if (port.advertiser != null) {
          return Counter.ND_IGNORED; // RFC 4861 8.2 (MUST NOT): a router changes no way for it
        }
        return Ipv6.linkLocal(high)
            ? port.routers.redirected(packet, options, high, low, nowNs)
            : Counter.ND_INVALID;
      default:
        // RFC 4861 6.2.6 (MUST): solicitations are for routers
        return port.advertiser == null
            ? Counter.ND_IGNORED
            : port.advertiser.solicited(packet, options, high, low, nowNs);
    }
  }

  /** Somebody asks for a link address, or whether an address is free. RFC 4861 7.2.3. */
  private static int solicited(
      Ipv6Port port, Packet packet, int options, long high, long low, long nowNs) {
    byte[] b = packet.bytes;
    int at = packet.head;
    int ip = packet.network;
    long targetHigh = Bytes.i64(b, at + 8);
    long targetLow = Bytes.i64(b, at + 16);
    boolean nobody = (high | low) == 0;
    boolean group =
        Bytes.i64(b, ip + Ipv6.DESTINATION) == Ipv6.LINK_GROUP
            && Bytes.i64(b, ip + Ipv6.DESTINATION + 8) == Ipv6.solicitedNode(targetLow);
    int link = Icmpv6Header.option(b, options, packet.end, Icmpv6Header.OPTION_SOURCE_LINK);
    // RFC 4861 7.1.1 (MUST): who has no address yet asks the group, and tells no link address.
    if (Ipv6.multicast(targetHigh) || nobody && (!group || link >= 0)) {
      return Counter.ND_INVALID;
    }
    Address6 a = port.addresses.find(targetHigh, targetLow);
    if (a == null || a.state == Address6.DUPLICATE) {
      return Counter.ND_IGNORED;
    }
    if (a.state == Address6.TENTATIVE) {
      // RFC 4862 5.4.3: another's question is a claim; a neighbour's is not answered yet.
      if (nobody) {
        port.addresses.claimed(a, packet, options, nowNs);
      }
      return -1;
    }
    long mac = port.linkAddress(packet, options, Icmpv6Header.OPTION_SOURCE_LINK);
    if (!nobody) {
      port.neighbours.heard(high, low, mac, false, nowNs);
    }
    advertise(port, a, nobody, high, low, mac, nowNs);
    return -1;
  }

  /** RFC 4861 7.2.4: to who asked, or to all where he has no address. */
  private static void advertise(
      Ipv6Port port, Address6 a, boolean all, long high, long low, long mac, long nowNs) {
    Packet packet =
        port.message(Icmpv6Header.NEIGHBOUR_ADVERTISEMENT, SOLICITATION + Icmpv6Header.LINK_OPTION);
    if (packet == null) {
      return;
    }
    byte[] b = packet.bytes;
    int at = packet.head;
    int router = port.advertiser == null ? 0 : ROUTER;
    Bytes.put8(b, at + 4, router | (all ? OVERRIDE : OVERRIDE | SOLICITED));
    Bytes.put64(b, at + 8, a.high);
    Bytes.put64(b, at + 16, a.low);
    Icmpv6Header.putLinkAddress(
        b, at + SOLICITATION, Icmpv6Header.OPTION_TARGET_LINK, port.port.mac());
    if (all) {
      port.send(packet, a, Ipv6.LINK_GROUP, Ipv6.ALL_NODES, -1, nowNs);
    } else {
      port.send(packet, a, high, low, mac, nowNs);
    }
  }

  private static int advertised(Ipv6Port port, Packet packet, int options, long nowNs) {
    byte[] b = packet.bytes;
    int at = packet.head;
    int flags = Bytes.u8(b, at + 4);
    long high = Bytes.i64(b, at + 8);
    long low = Bytes.i64(b, at + 16);
    boolean solicited = (flags & SOLICITED) != 0;
    long destination = Bytes.i64(b, packet.network + Ipv6.DESTINATION);
    // RFC 4861 7.1.2 (MUST)
    if (Ipv6.multicast(high) || solicited && Ipv6.multicast(destination)) {
      return Counter.ND_INVALID;
    }
    Address6 a = port.addresses.find(high, low);
    if (a == null) {
      long mac = port.linkAddress(packet, options, Icmpv6Header.OPTION_TARGET_LINK);
      boolean router = (flags & ROUTER) != 0;
      boolean override = (flags & OVERRIDE) != 0;
      port.neighbours.advertised(high, low, mac, router, solicited, override, nowNs);
    } else if (a.state == Address6.TENTATIVE) {
      port.addresses.claimed(a, null, 0, nowNs);
    } else {
      return Counter.ND_CONFLICT; // RFC 4862 5.4.4: too late to give it up without harm
    }
    return -1;
  }
}
