// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nd;

import dev.tulle.stack.RouteInfo;
import dev.tulle.stack.Status;

/**
 * Where a router's IPv6 packets go: to the subnets of its ports or by a route by hand, as the
 * longer prefix says; then to the default routers of the ports.
 *
 * <p>Rules pick routes by a packet's source, in their order; where the rules that fit know no way,
 * the main routes are asked, which all others take. A subnet wins against a route with the same
 * prefix. Source: RFC 1812 5.2.4.3 (longest match, policy).
 */
public final class Routes6 {
  /** Where a place of {@link #look} has the number of its table. */
  private static final int TABLE_SHIFT = 48;

  private final Ipv6Port[] ports;

  /** The main routes, behind those of the rules. */
  private final RouteTable6[] tables;

  private final long[] sourceHighs;
  private final long[] sourceLows;
  private final int[] sourceBits;
  private int rules;

  /** Of the answer of {@link #find}: the neighbour to send to. */
  public long nextHigh;

  public long nextLow;

  /** How long the prefix is that makes the address on-link asked for a neighbour's. */
  private int directBits;

  /**
   * @param capacity main routes at most
   * @param rules rules at most
   */
  public Routes6(Ipv6Port[] ports, int capacity, int rules) {
    this.ports = ports;
    tables = new RouteTable6[rules + 1];
    tables[0] = new RouteTable6(capacity);
    sourceHighs = new long[rules];
    sourceLows = new long[rules];
    sourceBits = new int[rules];
  }

  /** The main routes. */
  public RouteTable6 main() {
    return tables[rules];
  }

  /**
   * Adds a main route, or replaces the one with the same prefix and metric 0.
   *
   * @param nextHigh with {@code nextLow} a gateway that is in a subnet of a port
   * @return 0, or {@code Status.NO_RESOURCES}
   */
  public int add(long high, long low, int bits, long nextHigh, long nextLow) {
    return main().add(high, low, bits, nextHigh, nextLow, 0, RouteTable6.ANY_PORT);
  }

  /**
   * Adds a rule behind those that are there.
   *
   * @param bits leading bits of a packet's source that count
   * @param table routes for packets from there
   * @return 0, or {@code Status.NO_RESOURCES}
   */
  public int rule(long high, long low, int bits, RouteTable6 table) {
    if (rules == sourceBits.length) {
      return Status.NO_RESOURCES;
    }
    sourceHighs[rules] = high;
    sourceLows[rules] = low;
    sourceBits[rules] = bits;
    tables[rules + 1] = tables[rules];
    tables[rules++] = table;
    return Status.OK;
  }

  /**
   * The port that leads to an address; null where none does. Finds out the neighbour there.
   *
   * @param sourceHigh with {@code sourceLow} where the packet comes from
   */
  public Ipv6Port find(long high, long low, long sourceHigh, long sourceLow) {
    nextHigh = high;
    nextLow = low;
    Ipv6Port direct = onLink(high, low);
    for (int i = 0; i <= rules; i++) {
      if (i < rules
          && !Destinations.matches(
              sourceHighs[i], sourceLows[i], sourceBits[i], sourceHigh, sourceLow)) {
        continue;
      }
      RouteTable6 table = tables[i];
      int route = table.find(high, low);
      if (route != 0) {
        return direct != null && directBits >= table.bits(route) ? direct : by(table, route);
      }
    }
    if (direct != null) {
      return direct;
    }
    for (int i = 0; i < ports.length; i++) {
      if (ports[i].routers.route(high, low)) {
        nextHigh = ports[i].routers.nextHigh;
        nextLow = ports[i].routers.nextLow;
        return ports[i];
      }
    }
    return null;
  }

  private Ipv6Port by(RouteTable6 table, int route) {
    nextHigh = table.gatewayHigh(route);
    nextLow = table.gatewayLow(route);
    int port = table.port(route);
    if (port >= 0) {
      return ports[port];
    }
    return (nextHigh | nextLow) == 0 ? null : onLink(nextHigh, nextLow);
  }

  /** As {@code Routes.look}: tells of the rules' routes in their order, then of the main ones. */
  public long look(long from, RouteInfo to) {
    int table = (int) (from >>> TABLE_SHIFT);
    long place = from & (1L << TABLE_SHIFT) - 1;
    for (; table <= rules; table++) {
      long next = tables[table].look(place, to);
      if (next >= 0) {
        boolean main = table == rules;
        to.sourceBits = main ? 0 : sourceBits[table];
        to.sourceHigh = main ? 0 : sourceHighs[table];
        to.sourceLow = main ? 0 : sourceLows[table];
        return (long) table << TABLE_SHIFT | next;
      }
      place = 0;
    }
    return -1;
  }

  /** The port in whose subnet an address is, of several that with the longest prefix; or null. */
  private Ipv6Port onLink(long high, long low) {
    Ipv6Port best = null;
    directBits = -1;
    for (int i = 0; i < ports.length; i++) {
      int bits = ports[i].routers.onLinkBits(high, low);
      if (bits > directBits) {
        directBits = bits;
        best = ports[i];
      }
    }
    return best;
  }
}
