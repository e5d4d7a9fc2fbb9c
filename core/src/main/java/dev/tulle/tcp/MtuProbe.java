// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * The search for the largest segment that a path carries, after one size was found to be too large:
 * first the largest again, then halving what lies between. RFC 4821 7.
 *
 * <p>Pure numbers: sizes in, the size of the next probe out. {@link SegmentSize} sends it.
 */
public final class MtuProbe {
  /** The search is over when no more than this can be gained; as Linux's tcp_probe_threshold. */
  private static final int THRESHOLD = 8;

  /** RFC 8899 5.1.1 (PMTU_RAISE_TIMER), Linux's tcp_probe_interval: the path may have changed. */
  private static final long INTERVAL_NS = 600_000_000_000L;

  /** Octets of payload that get through, and that may. */
  private int low;

  private int high;

  /** Whether {@link #high} itself is still untried. */
  private boolean fresh;

  /** When to begin again after the end of the search; valid while it {@link #over}. */
  private long againNs;

  private boolean over;

  /** Octets of the probe in the network, 0 where there is none; where it starts. */
  int size;

  int start;

  public MtuProbe() {}

  /** Begins to search between a size that shall get through and one that may. */
  void begin(int low, int high) {
    this.low = low;
    this.high = high;
    fresh = true;
    over = false;
    size = 0;
  }

  /**
   * What size to try now, or 0.
   *
   * @param most what the path is said to carry
   */
  int wanted(int most, long nowNs) {
    if (size != 0 || over && againNs - nowNs > 0) {
      return 0;
    }
    if (over) {
      begin(low, most);
    }
    high = Math.min(high, most);
    if (high - low < (fresh ? 1 : THRESHOLD)) {
      over = true;
      againNs = nowNs + INTERVAL_NS;
      return 0;
    }
    return fresh ? high : low + (high - low + 1) / 2;
  }

  void sent(int start, int size) {
    this.start = start;
    this.size = size;
  }

  /** The probe got through. */
  void arrived() {
    low = size;
    size = 0;
  }

  /** Something else happened, so that the probe proves nothing. */
  void inconclusive() {
    size = 0;
  }

  /** The probe was lost. */
  void lost() {
    high = Math.min(high, size - 1);
    fresh = false;
    size = 0;
  }
}
