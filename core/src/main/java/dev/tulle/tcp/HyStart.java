// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * HyStart++: leaves slow start when round trips grow, before the queue overflows.
 *
 * <p>RFC 9406. First the growth is only slowed down (conservative slow start); it goes on as before
 * where the round trips come down again.
 */
final class HyStart {
  private static final long LEAST_NS = 4_000_000; // RFC 9406 4.3: MIN_RTT_THRESH
  private static final long MOST_NS = 16_000_000; // MAX_RTT_THRESH
  private static final int SAMPLES = 8; // N_RTT_SAMPLE
  private static final int DIVISOR = 4; // CSS_GROWTH_DIVISOR
  private static final int ROUNDS = 5; // CSS_ROUNDS
  private static final long NONE = Long.MAX_VALUE;

  /** Octets still to be acknowledged in this round. */
  private int left;

  private long lastNs;
  private long currentNs;
  private int samples;

  /** Whether growth is slowed, the round trip when that began, for how many rounds. */
  private boolean conservative;

  private long baselineNs;
  private int rounds;
  private int remainder;

  void start() {
    left = 0;
    lastNs = NONE;
    currentNs = NONE;
    samples = 0;
    conservative = false;
    remainder = 0;
  }

  /**
   * An ACK arrived in slow start.
   *
   * @param window octets of the congestion window, which is what a round takes
   * @param rttNs the round trip that it measured; 0 for none
   * @return whether slow start is over
   */
  boolean arrived(int octets, int window, long rttNs) {
    left -= octets;
    if (left <= 0) {
      left = window;
      lastNs = currentNs;
      currentNs = NONE;
      samples = 0;
      if (conservative && ++rounds >= ROUNDS) {
        return true;
      }
    }
    if (rttNs > 0) {
      currentNs = Math.min(currentNs, rttNs);
      samples++;
    }
    if (samples < SAMPLES || lastNs == NONE) {
      return false;
    }
    if (conservative) {
      conservative = currentNs >= baselineNs; // else it was a passing delay
    } else if (currentNs >= lastNs + Math.max(LEAST_NS, Math.min(lastNs / 8, MOST_NS))) {
      conservative = true;
      baselineNs = currentNs;
      rounds = 0;
    }
    return false;
  }

  /** Of so many segments of growth, how many are granted. */
  int slowed(int segments) {
    if (!conservative) {
      return segments;
    }
    remainder += segments;
    int granted = remainder / DIVISOR;
    remainder %= DIVISOR;
    return granted;
  }
}
