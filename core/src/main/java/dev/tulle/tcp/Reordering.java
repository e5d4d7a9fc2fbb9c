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

  private int highest;

  void start(int iss) {
    seen = false;
    distance = DUPLICATE_THRESHOLD;
    highest = iss;
  }

  /** The peer has a segment that ends here. */
  void arrived(int end) {
    highest = Seq.max(highest, end);
  }

  /** Whether a segment that arrives now was overtaken. */
  boolean late(int end) {
    return Seq.lt(end, highest);
  }

  /** A segment arrives that was sent once. */
  void note(int start, int end, int mss) {
    if (late(end)) {
      seen = true;
      distance = Math.max(distance, Math.min((highest - start + mss - 1) / mss, MOST));
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
    return Math.min(minRttNs / 4, smoothedNs);
  }
}
