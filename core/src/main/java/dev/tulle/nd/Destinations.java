// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nd;

import dev.tulle.stack.Part;
import dev.tulle.stack.RouteInfo;

/**
 * A bounded list of prefixes with where their packets go first, for a time: prefixes that are on
 * the link, and destinations that routers have redirected.
 */
final class Destinations {
  private final long[] highs;
  private final long[] lows;
  private final int[] bits;
  private final long[] nextHighs;
  private final long[] nextLows;

  /** 0 where the entry is free. */
  private final long[] untilNs;

  private int overwritten;

  Destinations(int size) {
    highs = new long[size];
    lows = new long[size];
    bits = new int[size];
    nextHighs = new long[size];
    nextLows = new long[size];
    untilNs = new long[size];
  }

  /**
   * Adds a prefix, changes it, or takes it away.
   *
   * @param nextHigh with {@code nextLow} the neighbour that leads there; 0 where it is on the link
   * @param until 0 takes it away
   * @param overwrite whether an entry makes room where the list is full
   * @return false where the list is full
   */
  boolean put(
      long high,
      long low,
      int prefixBits,
      long nextHigh,
      long nextLow,
      long until,
      boolean overwrite) {
    int free = -1;
    int i = 0;
    for (; i < untilNs.length; i++) {
      if (untilNs[i] == 0) {
        free = i;
      } else if (bits[i] == prefixBits && matches(i, high, low)) {
        break;
      }
    }
    if (i == untilNs.length) {
      if (until == 0) {
        return true;
      }
      i = free;
      if (i < 0 && overwrite) {
        i = overwritten++ % untilNs.length;
      }
      if (i < 0) {
        return false;
      }
    }
    highs[i] = high;
    lows[i] = low;
    bits[i] = prefixBits;
    nextHighs[i] = nextHigh;
    nextLows[i] = nextLow;
    untilNs[i] = until;
    return true;
  }

  private boolean matches(int i, long high, long low) {
    return matches(highs[i], lows[i], bits[i], high, low);
  }

  /** Whether {@code n} leading bits of two addresses are the same. */
  static boolean matches(long prefixHigh, long prefixLow, int n, long high, long low) {
    return n <= 64
        ? n == 0 || prefixHigh >>> 64 - n == high >>> 64 - n
        : prefixHigh == high && prefixLow >>> 128 - n == low >>> 128 - n;
  }

  int bits(int i) {
    return bits[i];
  }

  /** The entry with the longest prefix that matches, or -1. */
  int find(long high, long low) {
    int best = -1;
    for (int i = 0; i < untilNs.length; i++) {
      if (untilNs[i] != 0 && matches(i, high, low) && (best < 0 || bits[i] > bits[best])) {
        best = i;
      }
    }
    return best;
  }

  long nextHigh(int i) {
    return nextHighs[i];
  }

  long nextLow(int i) {
    return nextLows[i];
  }

  /** As {@code Routes.look}: tells of the entries from one on. */
  long look(long from, RouteInfo to) {
    for (int i = (int) from; i < untilNs.length; i++) {
      if (untilNs[i] != 0) {
        to.bits = bits[i];
        to.high = highs[i];
        to.low = lows[i];
        to.gatewayHigh = nextHighs[i];
        to.gatewayLow = nextLows[i];
        return i + 1L;
      }
    }
    return -1;
  }

  /** Forgets what leads by way of a neighbour. */
  void forget(long nextHigh, long nextLow) {
    for (int i = 0; i < untilNs.length; i++) {
      if (nextHighs[i] == nextHigh && nextLows[i] == nextLow) {
        untilNs[i] = 0;
      }
    }
  }

  /** Forgets what is over; answers when the next is. */
  long expire(long nowNs) {
    long next = Part.NEVER;
    for (int i = 0; i < untilNs.length; i++) {
      if (untilNs[i] - nowNs <= 0) {
        untilNs[i] = 0;
      } else {
        next = Math.min(next, untilNs[i]);
      }
    }
    return next;
  }
}
