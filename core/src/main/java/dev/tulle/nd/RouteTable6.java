// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nd;

import dev.tulle.stack.RouteInfo;
import dev.tulle.stack.Status;

/**
 * Routes of IPv6: the longest prefix that covers an address, however many there are.
 *
 * <p>A hash table of prefixes, a list of the lengths that occur, the longest first, and a guide
 * that knows for the first 32 bits of an address which lengths are worth a look: mostly one or two.
 * So a lookup takes a few steps among 10 routes as among 100,000; a trie of 128 bits grows deeper
 * with every doubling. Of routes with the same prefix the one with the least metric is used.
 * Everything is allocated once. Source: RFC 1812 5.2.4.3 (longest match, best metric), RFC 8200.
 */
public final class RouteTable6 {
  /** Of {@link #add}: the gateway is in a subnet of a port, which says where it is. */
  public static final int ANY_PORT = -1;

  private static final int MOST_BITS = 128;

  /** Prefixes that long are in the guide. */
  private static final int GUIDED = 32;

  // Odd numbers without a pattern: the golden ratio's and another.
  private static final long MIX_HIGH = 0x9E3779B97F4A7C15L;
  private static final long MIX_LOW = 0xC2B2AE3D27D4EB4FL;

  // Routes, from 1 up; 0 is none.
  /** Both halves of each prefix, side by side. */
  private final long[] prefixes;

  private final byte[] bits;
  private final long[] gatewayHighs;
  private final long[] gatewayLows;
  private final int[] metrics;
  private final byte[] ports;

  /** The next route in the same slot, those of one prefix by their metric; or the next free one. */
  private final int[] nexts;

  private final int[] slots;

  /**
   * For the first 32 bits of addresses, which share a place at random: bit n says that a prefix of
   * 32 + n bits may begin so, the last bit all that are longer. What was removed may still be told.
   */
  private final long[] guide;

  /** How many routes have each length, and those lengths, the longest first. */
  private final int[] counts = new int[MOST_BITS + 1];

  private final byte[] lengths = new byte[MOST_BITS + 1];
  private int lengthCount;
  private int free;
  private int count;

  /**
   * @param capacity routes at most
   */
  public RouteTable6(int capacity) {
    int n = capacity + 1;
    prefixes = new long[2 * n];
    bits = new byte[n];
    gatewayHighs = new long[n];
    gatewayLows = new long[n];
    metrics = new int[n];
    ports = new byte[n];
    nexts = new int[n];
    int size = 2;
    while (size < capacity) {
      size *= 2;
    }
    slots = new int[2 * size];
    guide = new long[size];
    for (int i = capacity; i > 0; i--) {
      nexts[i] = free;
      free = i;
    }
  }

  /** How many routes there are. */
  public int count() {
    return count;
  }

  /**
   * Adds a route, or replaces the one with the same prefix and metric.
   *
   * @param length leading bits that count; those behind them are not looked at
   * @param gatewayHigh with {@code gatewayLow} the neighbour to send to; both 0 for a route that
   *     says that nothing leads there
   * @param metric from 0 up: the least is used
   * @param port the number of the gateway's port from 0 up, or {@link #ANY_PORT}
   * @return 0, {@code Status.NO_RESOURCES}, or {@code Status.INVALID}
   */
  public int add(
      long high, long low, int length, long gatewayHigh, long gatewayLow, int metric, int port) {
    if (length < 0 || length > MOST_BITS || metric < 0) {
      return Status.INVALID;
    }
    long maskedHigh = high & maskHigh(length);
    long maskedLow = low & maskLow(length);
    int slot = slot(maskedHigh, maskedLow, length);
    int before = 0;
    int route = slots[slot];
    for (; route != 0; route = nexts[route]) {
      if (is(route, maskedHigh, maskedLow, length)) {
        if (metrics[route] >= metric) {
          break;
        }
        before = route;
      }
    }
    if (route == 0 || metrics[route] != metric) {
      route = free;
      if (route == 0) {
        return Status.NO_RESOURCES;
      }
      free = nexts[route];
      nexts[route] = before == 0 ? slots[slot] : nexts[before];
      lead(slot, before, route);
      prefixes[2 * route] = maskedHigh;
      prefixes[2 * route + 1] = maskedLow;
      if (length >= GUIDED) {
        guide[place(maskedHigh)] |= 1L << Math.min(length - GUIDED, 63);
      }
      bits[route] = (byte) length;
      metrics[route] = metric;
      changed(length, 1);
    }
    gatewayHighs[route] = gatewayHigh;
    gatewayLows[route] = gatewayLow;
    ports[route] = (byte) port;
    return Status.OK;
  }

  /**
   * Removes the route with this prefix and metric.
   *
   * @return 0, or {@code Status.INVALID} where there is none
   */
  public int remove(long high, long low, int length, int metric) {
    if (length < 0 || length > MOST_BITS) {
      return Status.INVALID;
    }
    long maskedHigh = high & maskHigh(length);
    long maskedLow = low & maskLow(length);
    int slot = slot(maskedHigh, maskedLow, length);
    int before = 0;
    int route = slots[slot];
    while (route != 0 && (metrics[route] != metric || !is(route, maskedHigh, maskedLow, length))) {
      before = route;
      route = nexts[route];
    }
    if (route == 0) {
      return Status.INVALID;
    }
    lead(slot, before, nexts[route]);
    nexts[route] = free;
    free = route;
    changed(length, -1);
    return Status.OK;
  }

  /** The route with the longest prefix that covers an address and the least metric; 0 for none. */
  public int find(long high, long low) {
    long guided = guide[place(high)];
    for (int i = 0; i < lengthCount; i++) {
      int length = lengths[i] & 0xFF;
      if (length >= GUIDED && (guided >>> Math.min(length - GUIDED, 63) & 1) == 0) {
        continue;
      }
      long maskedHigh = high & maskHigh(length);
      long maskedLow = low & maskLow(length);
      int route = slots[slot(maskedHigh, maskedLow, length)];
      while (route != 0) {
        if (is(route, maskedHigh, maskedLow, length)) {
          return route;
        }
        route = nexts[route];
      }
    }
    return 0;
  }

  /** How many leading bits of a route's prefix count. */
  int bits(int route) {
    return bits[route] & 0xFF;
  }

  /** Of a route's gateway the first half; both are 0 where nothing leads there. */
  public long gatewayHigh(int route) {
    return gatewayHighs[route];
  }

  public long gatewayLow(int route) {
    return gatewayLows[route];
  }

  int port(int route) {
    return ports[route];
  }

  /** As {@code Routes.look}: tells of the routes one after the other. */
  long look(long from, RouteInfo to) {
    // A free route is in no slot, so the slots are gone through: a place is a slot and how many of
    // its routes were told already.
    int told = (int) from & 0xFFFF;
    for (int slot = (int) (from >>> 16); slot < slots.length; slot++) {
      int route = slots[slot];
      for (int i = 0; i < told && route != 0; i++) {
        route = nexts[route];
      }
      if (route != 0) {
        to.high = prefixes[2 * route];
        to.low = prefixes[2 * route + 1];
        to.bits = bits(route);
        to.gatewayHigh = gatewayHighs[route];
        to.gatewayLow = gatewayLows[route];
        to.metric = metrics[route];
        return (long) slot << 16 | told + 1;
      }
      told = 0;
    }
    return -1;
  }

  private boolean is(int route, long high, long low, int length) {
    return prefixes[2 * route] == high && prefixes[2 * route + 1] == low && bits(route) == length;
  }

  private void lead(int slot, int before, int route) {
    if (before == 0) {
      slots[slot] = route;
    } else {
      nexts[before] = route;
    }
  }

  /** A route of this length has come or gone. */
  private void changed(int length, int by) {
    count += by;
    counts[length] += by;
    lengthCount = 0;
    for (int n = MOST_BITS; n >= 0; n--) {
      if (counts[n] > 0) {
        lengths[lengthCount++] = (byte) n;
      }
    }
  }

  private int slot(long high, long low, int length) {
    long mixed = (high + length) * MIX_HIGH ^ low * MIX_LOW;
    return (int) (mixed >>> 32) & slots.length - 1;
  }

  /** The guide's place for the first 32 bits of an address. */
  private int place(long high) {
    return (int) ((high >>> 32) * MIX_HIGH >>> 32) & guide.length - 1;
  }

  private static long maskHigh(int length) {
    return length == 0 ? 0 : -1L << 64 - Math.min(length, 64);
  }

  private static long maskLow(int length) {
    return length <= 64 ? 0 : -1L << 128 - length;
  }
}
