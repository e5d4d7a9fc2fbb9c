// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * How much the network reorders, and how long a segment that is overtaken is waited for.
 *
 * <p>RFC 8985 6.2, step 4.
 */
final class Reordering {
  /**
   * RFC 8985 4, DupThresh: with so many segments delivered out of order, nothing more is waited.
   */
  private static final int DUPLICATE_THRESHOLD = 3;

  private static final int MOST = 300;

  /** Whether segments were ever seen to overtake each other. */
  boolean seen;

  /** How far at most, in segments. */
  int distance;

  /** RFC 8985 4: so many recoveries without a D-SACK bring the window back to what it was. */
  private static final int PERSIST = 16;

  private static final int MOST_STEPS = 255; // as in Linux

  /** How often. */
  int times;

  private int highest;

  /**
   * As it was before the last ACK. RFC 8985 6.2 step 3: in which order those arrived that one ACK
   * tells of, nobody knows.
   */
  private int highestBefore;

  /** RFC 8985 5.2: reo_wnd_mult, reo_wnd_persist, and dsack_round where there is one. */
  private int steps;

  private int persist;
  private boolean counting;
  private int roundEnd;

  void start(int iss) {
    seen = false;
    times = 0;
    steps = 1;
    persist = 0;
    counting = false;
    distance = DUPLICATE_THRESHOLD;
    highest = iss;
    highestBefore = iss;
  }

  /** Whether the network has taught anything. */
  boolean known() {
    return seen || steps > 1 || distance > DUPLICATE_THRESHOLD;
  }

  /** An ACK begins. */
  void begin() {
    highestBefore = highest;
  }

  /** The peer has a segment that ends here. */
  void arrived(int end) {
    highest = Seq.max(highest, end);
  }

  /** RFC 8985 6.2 step 4: each round trip with a D-SACK widens the window by a step. */
  void adapt(boolean dsack, int una, int nxt) {
    counting &= Seq.lt(una, roundEnd);
    if (dsack && !counting) {
      counting = true;
      roundEnd = nxt;
      steps = Math.min(steps + 1, MOST_STEPS);
      persist = PERSIST;
    }
  }

  /** A recovery ended that was none in vain. */
  void recovered() {
    if (persist > 0 && --persist == 0) {
      steps = 1;
    }
  }

  /** Whether a segment that arrives now was overtaken. */
  boolean late(int end) {
    return Seq.lt(end, highestBefore);
  }

  /** A segment arrives that was sent once. */
  void note(int start, int end, int mss) {
    if (late(end)) {
      seen = true;
      times++;
      distance = Math.max(distance, Math.min((highestBefore - start + mss - 1) / mss, MOST));
    }
  }

  /**
   * How long after a round trip a segment that was overtaken counts as lost.
   *
   * @param repairing whether a loss is being repaired already
   * @param sacked segments delivered out of order
   */
  long windowNs(boolean repairing, int sacked, long minRttNs, long smoothedNs) {
    if (!seen && (repairing || sacked >= distance)) {
      return 0;
    }
    return Math.min(steps * minRttNs / 4, smoothedNs);
  }
}
