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
  private static final int LEAST_US = 4000; // RFC 9406 4.3: MIN_RTT_THRESH
  private static final int MOST_US = 16_000; // MAX_RTT_THRESH
  private static final int SAMPLES = 8; // N_RTT_SAMPLE
  private static final int DIVISOR = 4; // CSS_GROWTH_DIVISOR
  private static final int ROUNDS = 5; // CSS_ROUNDS
  private static final int NONE = Integer.MAX_VALUE;

  /** Longer than any round trip; sums with it still fit. */
  private static final int FAR_US = 1 << 30;

  /** Octets still to be acknowledged in this round. */
  private int left;

  /** The least round trip of the last round and of this one, in small numbers: they are many. */
  private int lastUs;

  private int currentUs;
  private byte samples;

  /** Whether growth is slowed, the round trip when that began, for how many rounds. */
  private boolean conservative;

  private int baselineUs;
  private byte rounds;
  private byte remainder;

  void start() {
    left = 0;
    lastUs = NONE;
    currentUs = NONE;
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
      lastUs = currentUs;
      currentUs = NONE;
      samples = 0;
      if (conservative && ++rounds >= ROUNDS) {
        return true;
      }
    }
    if (rttNs > 0) {
      currentUs = Math.min(currentUs, (int) Math.min(rttNs / 1000, FAR_US));
      samples = (byte) Math.min(samples + 1, SAMPLES);
    }
    if (samples < SAMPLES || lastUs == NONE) {
      return false;
    }
    if (conservative) {
      conservative = currentUs >= baselineUs; // else it was a passing delay
    } else if (currentUs >= lastUs + Math.max(LEAST_US, Math.min(lastUs / 8, MOST_US))) {
      conservative = true;
      baselineUs = currentUs;
      rounds = 0;
    }
    return false;
  }

  /** Of so many segments of growth, how many are granted. */
  int slowed(int segments) {
    if (!conservative) {
      return segments;
    }
    int all = remainder + segments;
    remainder = (byte) (all % DIVISOR);
    return all / DIVISOR;
  }
}
