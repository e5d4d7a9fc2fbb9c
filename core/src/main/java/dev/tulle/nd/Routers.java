// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nd;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Part;
import dev.tulle.stack.RouteInfo;
import dev.tulle.stack.Status;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Icmpv6Header;
import dev.tulle.wire.Ipv6;

/**
 * Where a port's packets go first: to the neighbour itself, to where a router has redirected them,
 * or to a default router, of which that one is chosen that answers and is preferred.
 *
 * <p>All lists are bounded; what routers tell beyond that is ignored and counted. Source: RFC 4861
 * 5.2, 6.3, 8.3; RFC 4191; RFC 7559.
 */
public final class Routers implements Part {
  /** Preference of a router that was configured by hand. */
  static final int CONFIGURED = 2;

  // RFC 7559 2.1: after 4 s, then after twice as long, up to an hour
  private static final long FIRST_INTERVAL_NS = 4_000_000_000L;
  private static final long LAST_INTERVAL_NS = 3_600_000_000_000L;

  /** A redirect is forgotten after ten minutes, as what paths carry. */
  private static final long REDIRECT_NS = 600_000_000_000L;

  /** Of the answer of {@link #route}: the neighbour to send to. */
  public long nextHigh;

  public long nextLow;

  /** What was asked for last, and the port's generation then; 0 where nothing was. */
  private long routedHigh;

  private long routedLow;
  private int routedGeneration;

  private final Ipv6Port port;
  private final long[] highs;
  private final long[] lows;

  /** 0 where the entry is free. */
  private final long[] untilNs;

  private final int[] preferences;

  /** In which order they ceased to answer; 0 where they do. */
  private final int[] failed;

  private int failures;
  private final Destinations prefixes;
  private final Destinations redirects;
  private long intervalNs;
  private long solicitNs = NEVER;
  private long deadlineNs = NEVER;

  /**
   * @param routers default routers that are known at once
   * @param prefixes prefixes on the link, by hand or told by routers
   * @param redirects destinations that may go another way
   */
  public Routers(Ipv6Port port, int routers, int prefixes, int redirects) {
    this.port = port;
    highs = new long[routers];
    lows = new long[routers];
    untilNs = new long[routers];
    preferences = new int[routers];
    failed = new int[routers];
    this.prefixes = new Destinations(prefixes);
    this.redirects = new Destinations(redirects);
    port.routers = this;
  }

  /** Asks for routers, after a random time below a second (RFC 4861 6.3.7), until one answers. */
  void solicit(long nowNs) {
    intervalNs = FIRST_INTERVAL_NS;
    solicitNs = nowNs + port.upToASecondNs();
    deadlineNs = nowNs;
  }

  /** Adds a default router by hand. */
  public int add(long high, long low) {
    return put(high, low, NEVER, CONFIGURED) ? Status.OK : Status.NO_RESOURCES;
  }

  /** A router tells until when it wants to be used, 0 for not at all. */
  boolean put(long high, long low, long until, int preference) {
    int free = -1;
    int i = 0;
    for (; i < untilNs.length && (untilNs[i] == 0 || !is(i, high, low)); i++) {
      if (untilNs[i] == 0) {
        free = i;
      }
    }
    if (i == untilNs.length) {
      if (until == 0) {
        return true;
      }
      if (free < 0) {
        port.counters.add(Counter.ND_ROUTERS_FULL);
        return false;
      }
      i = free;
      failed[i] = 0;
    } else if (preferences[i] == CONFIGURED) {
      return true;
    }
    highs[i] = high;
    lows[i] = low;
    untilNs[i] = until;
    preferences[i] = preference;
    if (until == 0) {
      redirects.forget(high, low);
    } else if (preference != CONFIGURED) {
      solicitNs = NEVER;
    }
    changed(until);
    return true;
  }

  private boolean is(int i, long high, long low) {
    return highs[i] == high && lows[i] == low;
  }

  /** A neighbour is no router any more. */
  void remove(long high, long low) {
    put(high, low, 0, 0);
  }

  /** A prefix is on the link until some time; 0 where it is not any more. */
  void addPrefix(long high, long low, int bits, long until) {
    if (!prefixes.put(high, low, bits, 0, 0, until, false)) {
      port.counters.add(Counter.ND_PREFIXES_FULL);
    }
    changed(until);
  }

  private void changed(long until) {
    port.generation++;
    deadlineNs = Math.min(deadlineNs, until);
  }

  /** Finds the neighbour, or group, that leads to an address; false where there is none. */
  public boolean route(long high, long low) {
    if (routedGeneration == port.generation && low == routedLow && high == routedHigh) {
      return true; // most packets go where the one before went
    }
    routedGeneration = 0;
    nextHigh = high;
    nextLow = low;
    if (Ipv6.multicast(high) || find(high, low)) {
      routedHigh = high;
      routedLow = low;
      routedGeneration = port.generation;
      return true;
    }
    return false;
  }

  /** As {@code Routes.look}: tells of prefixes on the link, redirects and default routers. */
  public long look(long from, RouteInfo to) {
    int list = (int) (from >>> 32);
    long place = from & 0xFFFFFFFFL;
    to.metric = 0;
    for (; list < 3; list++) {
      long next = list == 2 ? lookRouters((int) place, to) : list(list).look(place, to);
      if (next >= 0) {
        return (long) list << 32 | next;
      }
      place = 0;
    }
    return -1;
  }

  private Destinations list(int number) {
    return number == 0 ? prefixes : redirects;
  }

  private long lookRouters(int from, RouteInfo to) {
    for (int i = from; i < untilNs.length; i++) {
      if (untilNs[i] != 0) {
        to.high = 0;
        to.low = 0;
        to.bits = 0;
        to.gatewayHigh = highs[i];
        to.gatewayLow = lows[i];
        return i + 1L;
      }
    }
    return -1;
  }

  /** Whether an address is a neighbour's. */
  public boolean onLink(long high, long low) {
    return Ipv6.linkLocal(high) || prefixes.find(high, low) >= 0;
  }

  /** How long the prefix is by which an address is a neighbour's; -1 where it is none. */
  public int onLinkBits(long high, long low) {
    int i = prefixes.find(high, low);
    return i >= 0 ? prefixes.bits(i) : Ipv6.linkLocal(high) ? 10 : -1;
  }

  private boolean find(long high, long low) {
    // RFC 4861 5.2: the destination cache first, then the prefix list, then the default routers.
    int redirect = redirects.find(high, low);
    if (redirect >= 0) {
      nextHigh = redirects.nextHigh(redirect);
      nextLow = redirects.nextLow(redirect);
      return true;
    }
    if (onLink(high, low)) {
      return true;
    }
    int best = -1;
    for (int i = 0; i < untilNs.length; i++) {
      if (untilNs[i] != 0 && (best < 0 || better(i, best))) {
        best = i;
      }
    }
    if (best < 0) {
      return false; // RFC 5942 4: without a router nothing else is taken for on-link
    }
    nextHigh = highs[best];
    nextLow = lows[best];
    return true;
  }

  /** RFC 4191 3.2: who answers before who does not, then who is preferred. */
  private boolean better(int i, int other) {
    return failed[i] == failed[other]
        ? preferences[i] > preferences[other]
        : failed[i] < failed[other];
  }

  /** A neighbour does not answer any more: what went by way of it looks for another. */
  void unreachable(long high, long low) {
    mark(high, low, ++failures);
    redirects.forget(high, low);
    port.generation++;
  }

  /** A neighbour answers. */
  void reachable(long high, long low) {
    mark(high, low, 0);
  }

  private void mark(long high, long low, int value) {
    for (int i = 0; i < untilNs.length; i++) {
      if (is(i, high, low) && failed[i] != value) {
        failed[i] = value;
        port.generation++;
      }
    }
  }

  /** A router says that another way is better. RFC 4861 8.1, 8.3. */
  int redirected(Packet packet, int options, long fromHigh, long fromLow, long nowNs) {
    byte[] b = packet.bytes;
    int at = packet.head;
    long targetHigh = Bytes.i64(b, at + 8);
    long targetLow = Bytes.i64(b, at + 16);
    long high = Bytes.i64(b, at + 24);
    long low = Bytes.i64(b, at + 32);
    boolean neighbour = targetHigh == high && targetLow == low;
    // RFC 4861 8.1 (MUST): from the first hop that we use now; to a router, or to itself.
    if (Ipv6.multicast(high)
        || !neighbour && !Ipv6.linkLocal(targetHigh)
        || Ipv6.multicast(targetHigh)
        || port.addresses.find(targetHigh, targetLow) != null
        || !route(high, low)
        || nextHigh != fromHigh
        || nextLow != fromLow) {
      return Counter.ND_INVALID;
    }
    redirects.put(high, low, 128, targetHigh, targetLow, nowNs + REDIRECT_NS, true);
    changed(nowNs + REDIRECT_NS);
    long mac = port.linkAddress(packet, options, Icmpv6Header.OPTION_TARGET_LINK);
    port.neighbours.heard(targetHigh, targetLow, mac, !neighbour, nowNs);
    return -1;
  }

  @Override
  public long poll(long nowNs) {
    if (deadlineNs - nowNs > 0) {
      return deadlineNs;
    }
    deadlineNs = Math.min(prefixes.expire(nowNs), redirects.expire(nowNs));
    for (int i = 0; i < untilNs.length; i++) {
      if (untilNs[i] != 0 && untilNs[i] - nowNs <= 0) {
        put(highs[i], lows[i], 0, 0);
      } else if (untilNs[i] != 0) {
        deadlineNs = Math.min(deadlineNs, untilNs[i]);
      }
    }
    port.generation++;
    if (solicitNs - nowNs <= 0) {
      ask(nowNs);
      solicitNs = nowNs + intervalNs;
      intervalNs = Math.min(2 * intervalNs, LAST_INTERVAL_NS);
    }
    deadlineNs = Math.max(Math.min(deadlineNs, solicitNs), nowNs + 1);
    return deadlineNs;
  }

  private void ask(long nowNs) {
    Address6 source = port.addresses.linkLocal();
    // RFC 4861 4.1 (MUST NOT): without an address, none for the link either.
    int length = source == null ? 8 : 8 + Icmpv6Header.LINK_OPTION;
    Packet packet = port.message(Icmpv6Header.ROUTER_SOLICITATION, length);
    if (packet != null) {
      if (source != null) {
        Icmpv6Header.putLinkAddress(
            packet.bytes, packet.head + 8, Icmpv6Header.OPTION_SOURCE_LINK, port.port.mac());
      }
      port.send(packet, source, Ipv6.LINK_GROUP, Ipv6.ALL_ROUTERS, -1, nowNs);
    }
  }

  @Override
  public long deadlineNs() {
    return deadlineNs;
  }
}
