// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.group;

/** A bounded list of source addresses of either family, those of IPv4 in the low 32 bits. */
public final class Sources {
  /** How many one filter may have: Linux's igmp_max_msf is 10. */
  public static final int MOST = 16;

  public final long[] highs;
  public final long[] lows;
  public int count;

  public Sources() {
    this(MOST);
  }

  Sources(int size) {
    highs = new long[size];
    lows = new long[size];
  }

  /** Where an address is, or -1. */
  public int find(long high, long low) {
    int i = count - 1;
    while (i >= 0 && (lows[i] != low || highs[i] != high)) {
      i--;
    }
    return i;
  }

  /** Adds an address that is not there yet; answers where it is, or -1 where there is no room. */
  public int add(long high, long low) {
    int i = find(high, low);
    if (i < 0 && count < lows.length) {
      i = count++;
      highs[i] = high;
      lows[i] = low;
    }
    return i;
  }

  /** Takes away what is at a place; the last comes there. */
  public void remove(int i) {
    count--;
    highs[i] = highs[count];
    lows[i] = lows[count];
  }

  public void copy(Sources other) {
    count = other.count;
    System.arraycopy(other.highs, 0, highs, 0, count);
    System.arraycopy(other.lows, 0, lows, 0, count);
  }
}
