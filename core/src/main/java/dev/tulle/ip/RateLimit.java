// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.stack.KeyedHash;

/**
 * How many packets of one kind may be sent in a second: to one destination, and in all.
 *
 * <p>Destinations share slots by a keyed hash that differs every second, and what is left for all
 * is random, so that nobody can tell from the answers to himself what others were answered (RFC
 * 4443 2.4 (f), RFC 1812 4.3.2.8; the SAD DNS attack counts on a global limit that one peer can
 * measure).
 */
public final class RateLimit {
  private static final long WINDOW_NS = 1_000_000_000L;
  private static final int SLOTS = 64;

  private final int each;
  private final int all;
  private final KeyedHash hash;
  private final int[] spent = new int[SLOTS];
  private int left;
  private int window;
  private long windowEndNs;

  /**
   * @param each packets in a second to one destination
   * @param all a power of two; between once and twice that many are sent in a second to all
   */
  public RateLimit(int each, int all, KeyedHash hash) {
    this.each = each;
    this.all = all;
    this.hash = hash;
  }

  /** Whether one more may be sent to an address now; if so, counts it. */
  public boolean allow(int address, long nowNs) {
    if (windowEndNs - nowNs <= 0) {
      windowEndNs = nowNs + WINDOW_NS;
      window++;
      left = all + (hash.draw() & all - 1);
      for (int i = 0; i < SLOTS; i++) {
        spent[i] = 0;
      }
    }
    int i = hash.of((long) window << 32 | address & 0xFFFFFFFFL) & SLOTS - 1;
    if (spent[i] == each || left == 0) {
      return false;
    }
    spent[i]++;
    left--;
    return true;
  }

  /** The same for an IPv6 address. */
  public boolean allow(long high, long low, long nowNs) {
    return allow((int) hash.begin().add(high).add(low).end(), nowNs);
  }
}
