// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit.sim;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * What one application sends to another: octets that are known by their place and differ from
 * stream to stream, so that what arrives is compared and not kept.
 */
final class Stream {
  /** Prime, so that no buffer or segment fits into it a whole number of times. */
  private static final int PERIOD = 65_537;

  private static final byte[] OCTETS = new byte[2 * PERIOD];

  static {
    byte[] once = new byte[PERIOD];
    new SplittableRandom(1).nextBytes(once);
    System.arraycopy(once, 0, OCTETS, 0, PERIOD);
    System.arraycopy(once, 0, OCTETS, PERIOD, PERIOD);
  }

  /** More than this cannot be taken from {@link #octets} at once. */
  static final int MOST = PERIOD;

  private final int shift;

  /** Octets that the application wants to send in all. */
  final long length;

  long written;
  long read;

  Stream(int number, long length) {
    shift = Math.floorMod(number * 7919, PERIOD);
    this.length = length;
  }

  /** An array that holds the octets from a place on, and where in it they start. */
  byte[] octets() {
    return OCTETS;
  }

  int at(long place) {
    return (int) ((place + shift) % PERIOD);
  }

  /** Takes in what was read next; answers the first octet that is wrong, or -1. */
  long check(byte[] bytes, int count) {
    int at = at(read);
    int wrong = Arrays.mismatch(bytes, 0, count, OCTETS, at, at + count);
    if (wrong >= 0) {
      return read + wrong;
    }
    read += count;
    return read > length ? length : -1;
  }
}
