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
 * A router's side of neighbour discovery on one port: it says that it is a router, tells hosts who
 * knows a better way, and, once it is started, what makes them configure themselves: the prefixes
 * of its addresses, the MTU, name servers.
 *
 * <p>Source: RFC 4861 6.2, 8.2; RFC 8106.
 */
public final class RouterAdvertiser implements Part {
  /** Name servers at most. */
  public static final int MOST_SERVERS = 3;

  private static final long SECOND_NS = 1_000_000_000L;

  // RFC 4861 6.2.1: AdvDefaultLifetime, and the lifetimes of prefixes
  private static final int LIFETIME_SECONDS = 1800;
  private static final int VALID_SECONDS = 2_592_000;
  private static final int PREFERRED_SECONDS = 604_800;

  /** RFC 4861 6.2.1: MinRtrAdvInterval; as much again is drawn, so it stays below the maximum. */
  private static final long INTERVAL_NS = 200 * SECOND_NS;

  // RFC 4861 10: MAX_INITIAL_RTR_ADVERT_INTERVAL, MAX_INITIAL_RTR_ADVERTISEMENTS,
  // MIN_DELAY_BETWEEN_RAS
  private static final long FIRST_INTERVAL_NS = 16 * SECOND_NS;
  private static final int FIRST = 3;
  private static final long LEAST_INTERVAL_NS = 3 * SECOND_NS;

  private static final int HEADER = 16;
  private static final int MTU_OPTION = 8;
  private static final int PREFIX_OPTION = 32;
  private static final int ON_LINK_AND_FOR_ADDRESSES = 0xC0;
  private static final int REDIRECT = 40;

  private final Ipv6Port port;
  private final long[] servers = new long[2 * MOST_SERVERS];
  private int serverCount;
  private boolean started;
  private int first;
  private long sentNs;
  private long deadlineNs = NEVER;

  /** Makes the port a router's, which only speaks when it must. */
  public RouterAdvertiser(Ipv6Port port) {
    this.port = port;
    port.advertiser = this;
  }

  /** Adds a name server to what is told. */
  public int addServer(long high, long low) {
    if (serverCount == MOST_SERVERS) {
      return Status.NO_RESOURCES;
    }
    servers[2 * serverCount] = high;
    servers[2 * serverCount++ + 1] = low;
    return Status.OK;
  }

  /** Begins to advertise, as soon as the port has an address to do it from. */
  public void start(long nowNs) {
    started = true;
    first = FIRST;
    deadlineNs = nowNs;
    // RFC 4861 6.2.2 (MUST)
    int unused = port.groups.join(Ipv6.LINK_GROUP, Ipv6.ALL_ROUTERS, nowNs);
  }

  /** Tells hosts to use another router from now on. RFC 4861 6.2.5 (SHOULD). */
  public void stop(long nowNs) {
    if (started) {
      advertise(0, nowNs);
      started = false;
      deadlineNs = NEVER;
    }
  }

  /** Whether this port's hosts are ours to configure, so that nobody else configures us. */
  boolean started() {
    return started;
  }

  /** A host asks; its message has been checked. RFC 4861 6.1.1, 6.2.6. */
  int solicited(Packet packet, int options, long high, long low, long nowNs) {
    int link =
        Icmpv6Header.option(packet.bytes, options, packet.end, Icmpv6Header.OPTION_SOURCE_LINK);
    boolean nobody = (high | low) == 0;
    if (nobody && link >= 0) {
      return Counter.ND_INVALID; // RFC 4861 6.1.1 (MUST)
    }
    if (!started) {
      return Counter.ND_IGNORED;
    }
    if (!nobody) {
      long mac = port.linkAddress(packet, options, Icmpv6Header.OPTION_SOURCE_LINK);
      port.neighbours.heard(high, low, mac, false, nowNs);
    }
    // RFC 4861 6.2.6 (MUST): a random time up to half a second, and not too often to all.
    long wanted = nowNs + (port.upToASecondNs() >> 1);
    if (first < FIRST) {
      wanted = Math.max(wanted, sentNs + LEAST_INTERVAL_NS);
    }
    deadlineNs = Math.min(deadlineNs, wanted);
    return -1;
  }

  @Override
  public long poll(long nowNs) {
    if (deadlineNs - nowNs > 0) {
      return deadlineNs;
    }
    if (port.addresses.linkLocal() == null) {
      deadlineNs = nowNs + SECOND_NS; // it is still being asked for
      return deadlineNs;
    }
    advertise(LIFETIME_SECONDS, nowNs);
    sentNs = nowNs;
    first = Math.max(first - 1, 0);
    // RFC 4861 6.2.4: a random time between the least and the greatest
    long drawn = INTERVAL_NS + port.upToASecondNs() * 200;
    deadlineNs = nowNs + (first > 0 ? FIRST_INTERVAL_NS : drawn);
    return deadlineNs;
  }

  @Override
  public long deadlineNs() {
    return deadlineNs;
  }

  private void advertise(int lifetime, long nowNs) {
    Address6 source = port.addresses.linkLocal();
    int names = serverCount == 0 ? 0 : 8 + 16 * serverCount;
    int length = HEADER + Icmpv6Header.LINK_OPTION + MTU_OPTION + names;
    length += PREFIX_OPTION * prefixes(null, 0, lifetime);
    Packet packet = source == null ? null : port.message(Icmpv6Header.ROUTER_ADVERTISEMENT, length);
    if (packet == null) {
      return;
    }
    byte[] b = packet.bytes;
    int at = packet.head;
    Bytes.put32(b, at + 4, port.hopLimit << 24 | lifetime);
    at += HEADER;
    Icmpv6Header.putLinkAddress(b, at, Icmpv6Header.OPTION_SOURCE_LINK, port.port.mac());
    at += Icmpv6Header.LINK_OPTION;
    Bytes.put16(b, at, Icmpv6Header.OPTION_MTU << 8 | 1);
    Bytes.put32(b, at + 4, port.mtu());
    at += MTU_OPTION;
    at += PREFIX_OPTION * prefixes(b, at, lifetime);
    if (names > 0) {
      // RFC 8106 5.1
      Bytes.put16(b, at, Icmpv6Header.OPTION_DNS_SERVERS << 8 | names >> 3);
      Bytes.put32(b, at + 4, lifetime);
      for (int i = 0; i < 2 * serverCount; i++) {
        Bytes.put64(b, at + 8 + 8 * i, servers[i]);
      }
    }
    port.send(packet, source, Ipv6.LINK_GROUP, Ipv6.ALL_NODES, -1, nowNs);
  }

  /** Writes the prefixes of the addresses that were given by hand, if {@code b} is not null. */
  private int prefixes(byte[] b, int at, int lifetime) {
    int count = 0;
    Address6 a;
    for (int i = 0; (a = port.addresses.at(i)) != null; i++) {
      if (a.assigned() && a.origin == Address6.MANUAL && !Ipv6.linkLocal(a.high)) {
        if (b != null) {
          int option = at + count * PREFIX_OPTION;
          int bits = a.prefixBits;
          int flags = bits == 64 ? ON_LINK_AND_FOR_ADDRESSES : 0x80;
          Bytes.put32(b, option, Icmpv6Header.OPTION_PREFIX << 24 | 4 << 16 | bits << 8 | flags);
          Bytes.put32(b, option + 4, VALID_SECONDS);
          Bytes.put32(b, option + 8, lifetime == 0 ? 0 : PREFERRED_SECONDS);
          Bytes.put64(b, option + 16, bits < 64 ? a.high & -1L << 64 - bits : a.high);
          Bytes.put64(b, option + 24, bits > 64 ? a.low & -1L << 128 - bits : 0);
        }
        count++;
      }
    }
    return count;
  }

  /**
   * Tells the sender of a packet, a neighbour, who is the better first hop. RFC 4861 8.2.
   *
   * @param high with {@code low} the better first hop: the destination itself, or a router's
   *     link-local address
   */
  public void redirect(Packet about, long high, long low, long nowNs) {
    byte[] from = about.bytes;
    int ip = about.network;
    // RFC 4861 4.6.3: as much of the packet as the least MTU has room for
    int most = Ipv6.LEAST_MTU - Ipv6.HEADER - REDIRECT - 8;
    int quote = Math.min(about.end - ip, most) & ~7;
    Address6 source = port.addresses.linkLocal();
    Packet packet =
        source == null ? null : port.message(Icmpv6Header.REDIRECT, REDIRECT + 8 + quote);
    if (packet == null) {
      return;
    }
    byte[] b = packet.bytes;
    int at = packet.head;
    Bytes.put64(b, at + 8, high);
    Bytes.put64(b, at + 16, low);
    System.arraycopy(from, ip + Ipv6.DESTINATION, b, at + 24, 16);
    Bytes.put16(b, at + REDIRECT, Icmpv6Header.OPTION_REDIRECTED << 8 | (quote >> 3) + 1);
    System.arraycopy(from, ip, b, at + REDIRECT + 8, quote);
    long toHigh = Bytes.i64(from, ip + Ipv6.SOURCE);
    long toLow = Bytes.i64(from, ip + Ipv6.SOURCE + 8);
    port.send(packet, source, toHigh, toLow, -1, nowNs);
  }
}
