// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nd;

import dev.tulle.wire.Ipv6;

/** One entry of {@link Addresses}: an address of a port, and how long it is good. */
public final class Address6 {
  public static final int FREE = 0;

  /** Nobody may have it already: it is being asked for, and not used. */
  public static final int TENTATIVE = 1;

  /** Somebody else has it: it is not used. */
  public static final int DUPLICATE = 2;

  /** Used for what goes on, not for what begins. */
  public static final int DEPRECATED = 3;

  public static final int PREFERRED = 4;

  // Where it comes from.
  public static final int MANUAL = 0;
  public static final int STABLE = 1;
  public static final int TEMPORARY = 2;

  public long high;
  public long low;
  public int prefixBits;
  int state;
  int origin;

  /** Until when it is preferred, and until when it is good; {@code Part.NEVER} where always. */
  long preferredUntilNs;

  long validUntilNs;

  /** When the next step of duplicate detection is due, and how many questions are left. */
  long deadlineNs;

  int questions;

  /** What our own question carries, so that it is known when a network gives it back. */
  long nonce;

  /** How often an identifier for the same prefix was taken already. */
  int collisions;

  /** {@link #TENTATIVE} and the others; {@link #FREE} where the entry is none. */
  public int state() {
    return state;
  }

  /** Whether it may be used: it is nobody else's. */
  public boolean assigned() {
    return state >= DEPRECATED;
  }

  /** Whether somebody else turned out to have it. */
  public boolean duplicate() {
    return state == DUPLICATE;
  }

  boolean is(long otherHigh, long otherLow) {
    return state != FREE && low == otherLow && high == otherHigh;
  }

  /** How well it suits as the source of packets to a destination: the larger, the better. */
  long rank(long toHigh, long toLow) {
    if (high == toHigh && low == toLow) {
      return Long.MAX_VALUE; // RFC 6724 5, rule 1
    }
    int mine = Ipv6.scope(high);
    int wanted = Ipv6.scope(toHigh);
    // Rule 2: the smallest scope that reaches there; else the largest that does not.
    int rank = mine < wanted ? mine : 0x20 - mine;
    rank = rank << 1 | (state == PREFERRED ? 1 : 0); // rule 3
    rank = rank << 1 | (label(high, low) == label(toHigh, toLow) ? 1 : 0); // rule 6
    rank = rank << 1 | (origin == TEMPORARY ? 1 : 0); // rule 7
    return rank << 8 | Math.min(prefixBits, Ipv6.common(high, low, toHigh, toLow)); // rule 8
  }

  /** RFC 6724 2.1, the default table. */
  private static int label(long high, long low) {
    int first = (int) (high >>> 48);
    if (high == 0) {
      return low >>> 32 == 0xFFFF ? 4 : low >>> 32 == 0 ? low == 1 ? 0 : 3 : 1;
    }
    if (first == 0x2002) {
      return 2;
    }
    if (high >>> 32 == 0x2001_0000) {
      return 5;
    }
    if (first >>> 9 == 0xFC >> 1) {
      return 13;
    }
    return first >>> 6 == 0xFEC0 >> 6 ? 11 : first == 0x3FFE ? 12 : 1;
  }
}
