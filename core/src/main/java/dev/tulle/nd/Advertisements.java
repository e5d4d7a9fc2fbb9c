// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nd;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Part;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Icmpv6Header;
import dev.tulle.wire.Ipv6;

/** Takes in what a router advertises. RFC 4861 6.3.4, RFC 4191 2.2, RFC 8106 5. */
final class Advertisements {
  private static final long SECOND_NS = 1_000_000_000L;

  /** Prefix information of 32 octets: its length in eights. */
  private static final int PREFIX_EIGHTS = 4;

  // RFC 4861 4.2
  private static final int MANAGED = 0x80;
  private static final int OTHER = 0x40;

  private static final int ON_LINK = 0x80;
  private static final int AUTONOMOUS = 0x40;

  private Advertisements() {}

  /** Processes an advertisement from a link-local address whose options are well formed. */
  static int arrive(Ipv6Port port, Packet packet, int options, long high, long low, long nowNs) {
    byte[] b = packet.bytes;
    int at = packet.head;
    // RFC 4191 2.2: two bits with a sign; the reserved value is medium.
    int preference = Bytes.u8(b, at + 5) << 27 >> 30;
    int lifetime = Bytes.u16(b, at + 6);
    long until = lifetime == 0 ? 0 : nowNs + lifetime * SECOND_NS;
    if (port.routerFlags != null) {
      int flags = Bytes.u8(b, at + 5);
      port.routerFlags.told((flags & MANAGED) != 0, (flags & OTHER) != 0, nowNs);
    }
    port.learn(Bytes.u8(b, at + 4), Bytes.i32(b, at + 8), Bytes.i32(b, at + 12));
    port.routers.put(high, low, until, preference == -2 ? 0 : preference);
    long mac = port.linkAddress(packet, options, Icmpv6Header.OPTION_SOURCE_LINK);
    port.neighbours.heard(high, low, mac, true, nowNs);
    for (int o = options; o < packet.end; o += Bytes.u8(b, o + 1) << 3) {
      option(port, b, o, nowNs);
    }
    return -1;
  }

  private static void option(Ipv6Port port, byte[] b, int at, long nowNs) {
    int eights = Bytes.u8(b, at + 1);
    switch (Bytes.u8(b, at)) {
      case Icmpv6Header.OPTION_MTU:
        port.learnMtu(Bytes.i32(b, at + 4));
        break;
      case Icmpv6Header.OPTION_PREFIX:
        prefix(port, b, at, eights, nowNs);
        break;
      case Icmpv6Header.OPTION_DNS_SERVERS:
        servers(port, b, at, eights, nowNs);
        break;
      case Icmpv6Header.OPTION_DNS_SEARCH:
        if (port.dnsServers != null && eights >= 2) {
          long until = untilNs(Bytes.i32(b, at + 4), nowNs);
          port.dnsServers.search(b, at + 8, at + (eights << 3), until, nowNs);
        }
        break;
      default:
        break; // RFC 4861 6.1.2 (MUST): unknown options are ignored
    }
  }

  private static void prefix(Ipv6Port port, byte[] b, int at, int eights, long nowNs) {
    // What is shorter ends before its prefix; the link-local prefix is none that a router tells
    // (RFC 4861 6.3.4), nor is a group's.
    boolean whole = eights == PREFIX_EIGHTS;
    int bits = whole ? Bytes.u8(b, at + 2) : 0;
    long high = whole ? Bytes.i64(b, at + 16) : 0;
    long low = whole ? Bytes.i64(b, at + 24) : 0;
    if (bits == 0 || bits > 128 || Ipv6.linkLocal(high) || Ipv6.multicast(high)) {
      port.counters.add(Counter.ND_BADPREFIX);
      return;
    }
    int flags = Bytes.u8(b, at + 3);
    long valid = untilNs(Bytes.i32(b, at + 4), nowNs);
    long preferred = untilNs(Bytes.i32(b, at + 8), nowNs);
    if ((flags & ON_LINK) != 0) {
      port.routers.addPrefix(high, low, bits, valid == nowNs ? 0 : valid);
    }
    if ((flags & AUTONOMOUS) != 0 && port.slaac != null) {
      port.slaac.prefix(high, bits, preferred, valid, nowNs);
    }
  }

  // RFC 8106 5.1, 5.3.1: an odd length of at least 3, or it is ignored
  private static void servers(Ipv6Port port, byte[] b, int at, int eights, long nowNs) {
    if (port.dnsServers == null || eights < 3 || (eights & 1) == 0) {
      return;
    }
    long until = untilNs(Bytes.i32(b, at + 4), nowNs);
    for (int s = at + 8; s < at + (eights << 3); s += 16) {
      long high = Bytes.i64(b, s);
      long low = Bytes.i64(b, s + 8);
      if (!Ipv6.multicast(high) && !Ipv6.neverOnWire(high, low)) {
        int scope = Ipv6.linkLocal(high) ? port.index : 0;
        port.dnsServers.server(high, low, scope, until, nowNs);
      }
    }
  }

  /** The end of a lifetime in seconds without sign, of which all ones last for ever. */
  private static long untilNs(int seconds, long nowNs) {
    return seconds == -1 ? Part.NEVER : nowNs + (seconds & 0xFFFFFFFFL) * SECOND_NS;
  }
}
