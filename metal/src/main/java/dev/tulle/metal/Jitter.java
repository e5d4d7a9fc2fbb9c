// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.metal;

/**
 * Judges how much a machine's clocks jitter, by guessing: each measurement is foretold to be what
 * one of the last 32 was, that whose distance has told best so far. Only what was foretold wrongly
 * counts.
 *
 * <p>A machine that does the same in the same time, whether at once or again after some steps, is
 * foretold and never counts enough; one that hops between two times only does. This is the lag
 * predictor of NIST SP 800-90B 6.3.8. Where a share {@code q} of all is foretold, a measurement has
 * some {@code -log2(q)} bits of entropy, which is 1.4 for each that was not foretold, or more.
 */
final class Jitter {
  private static final int LAGS = 32;

  /** Of how many measurements more must count than are taken back. */
  private static final int ROUND = 1024;

  private static final int TAKEN_BACK = 64;

  private final int[] lastTimes = new int[LAGS];
  private final int[] told = new int[LAGS];
  private int at;
  private int best;
  private int left = ROUND;
  private int counted;

  /** How many measurements count, since {@link #begin}. */
  int counted() {
    return counted;
  }

  /** Counts from 0; what tells best is still known. */
  void begin() {
    counted = 0;
  }

  /** Takes a measurement in. */
  void add(int time) {
    boolean foretold = isNear(best, time);
    for (int lag = 0; lag < LAGS; lag++) {
      if (isNear(lag, time) && ++told[lag] > told[best]) {
        best = lag;
      }
    }
    lastTimes[at] = time;
    at = at + 1 & LAGS - 1;
    if (!foretold) {
      counted++;
    }
    if (--left == 0) {
      left = ROUND;
      counted = Math.max(0, counted - TAKEN_BACK); // or very little would be enough in the end
    }
  }

  /** Within a tick: the same time may begin and end in as many ticks or in one more. */
  private boolean isNear(int lag, int time) {
    int difference = time - lastTimes[at - 1 - lag & LAGS - 1];
    return difference >= -1 && difference <= 1;
  }
}
