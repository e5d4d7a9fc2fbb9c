// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * The search for the largest segment that a path carries, after one size was found to be too large:
 * first the largest again, then halving what lies between. RFC 4821 7.
 *
 * <p>That a size is too large is a suspicion, since whatever is lost at random looks the same: so
 * the largest is tried again and again, at growing intervals, and no size is given up for a single
 * loss.
 *
 * <p>Pure numbers: sizes in, the size of the next probe out. {@link SegmentSize} sends it.
 */
public final class MtuProbe {
  /** The search is over when no more than this can be gained; as Linux's tcp_probe_threshold. */
  private static final int THRESHOLD = 8;

  /** RFC 8899 5.1.2 (MAX_PROBES): a size that was lost so often is too large. */
  private static final int MAX_PROBES = 3;

  /** RFC 8899 5.1.1 (PMTU_RAISE_TIMER), Linux's tcp_probe_interval: the path may have changed. */
  private static final long INTERVAL_NS = 600_000_000_000L;

  /** Doubled more often, a round trip is longer than that. */
  private static final int DOUBLINGS = 20;

  /** Octets of payload that get through, and that may. */
  private int low;

  private int high;

  /** How often the largest was lost, and when it may be tried again once it was. */
  private byte failures;

  private long testNs;

  /** How often the size that is searched with was lost. */
  private byte losses;

  /** When to begin again after the end of the search; valid while it is {@link #over}. */
  private long againNs;

  private boolean over;

  /** Octets of the probe in the network, 0 where there is none; where it starts. */
  int size;

  int start;

  /** Whether the probe in the network has the largest size. */
  boolean test;

  public MtuProbe() {}

  /** Begins to search between a size that shall get through and one that may. */
  void begin(int low, int high) {
    this.low = low;
    this.high = high;
    failures = 0;
    losses = 0;
    over = false;
    size = 0;
  }

  /** Whether the largest size is to be tried now. */
  boolean doubtful(long nowNs) {
    return size == 0 && (failures == 0 || testNs - nowNs <= 0);
  }

  /**
   * What size to try now, or 0.
   *
   * @param most what the path is said to carry
   */
  int wanted(int most, long nowNs) {
    if (doubtful(nowNs)) {
      return most > low ? most : 0;
    }
    if (size != 0 || failures < MAX_PROBES || over && againNs - nowNs > 0) {
      return 0;
    }
    if (over) {
      over = false;
      high = most;
    }
    high = Math.min(high, most);
    if (high - low < THRESHOLD) {
      over = true;
      againNs = nowNs + INTERVAL_NS;
      return 0;
    }
    return low + (high - low + 1) / 2;
  }

  void sent(int start, int size, int most) {
    this.start = start;
    this.size = size;
    test = size == most;
  }

  /** The probe got through. */
  void arrived() {
    low = size;
    size = 0;
    losses = 0;
  }

  /** Something else happened, so that the probe proves nothing. */
  void inconclusive() {
    size = 0;
  }

  /**
   * The probe was lost.
   *
   * @param rttNs the round trip, by which the time grows until the largest is tried again
   */
  void lost(long rttNs, long nowNs) {
    if (test) {
      failures = (byte) Math.min(failures + 1, DOUBLINGS);
      testNs = nowNs + Math.min(rttNs << failures, INTERVAL_NS);
    }
    if (test ? failures == MAX_PROBES : ++losses == MAX_PROBES) {
      high = Math.min(high, size - 1);
      losses = 0;
    }
    size = 0;
  }

  /** A router says that the probe was too large: once is enough. */
  void refused(long rttNs, long nowNs) {
    failures = (byte) Math.max(failures, MAX_PROBES - 1);
    losses = MAX_PROBES - 1;
    lost(rttNs, nowNs);
  }
}
