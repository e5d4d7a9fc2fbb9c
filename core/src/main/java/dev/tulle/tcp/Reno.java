// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/** Slow start and congestion avoidance as in RFC 5681, counting octets (RFC 3465). */
public final class Reno extends CongestionControl {
  private final int initialSegments;
  private int mss;
  private int cwnd;
  private int ssthresh;
  private int cwndBefore;
  private int ssthreshBefore;

  /** Octets acknowledged since the window last grew in congestion avoidance. */
  private int counted;

  /** What slow start may count for one ACK: two segments, one after a time-out. RFC 3465 2.3. */
  private int limitSegments;

  /**
   * @param initialSegments initial window in segments; 10 is RFC 6928's
   */
  public Reno(int initialSegments) {
    this.initialSegments = initialSegments;
  }

  @Override
  void start(int mss, boolean again) {
    this.mss = mss;
    // RFC 5681 3.1: after a lost SYN the initial window is one segment.
    cwnd = again ? mss : initialWindow();
    ssthresh = Integer.MAX_VALUE;
    counted = 0;
    limitSegments = 2;
  }

  /** RFC 6928 2: min(10 * MSS, max(2 * MSS, 14600)), for the 10 of the profile. */
  private int initialWindow() {
    return Math.min(initialSegments * mss, Math.max(2 * mss, initialSegments * 1460));
  }

  @Override
  int window() {
    return cwnd;
  }

  @Override
  int threshold() {
    return ssthresh;
  }

  @Override
  void acknowledged(int octets, boolean limited, int used, long rttNs, long nowNs) {
    // RFC 7661 4.2: a window that was not used proves nothing and does not grow; in slow start it
    // may grow to twice what was.
    boolean slowStart = cwnd < ssthresh;
    if (!limited && !(slowStart && cwnd < 2 * used)) {
      return;
    }
    if (slowStart) {
      // RFC 5681 3.1 (2) with the L of RFC 3465: ACK division gains nothing.
      cwnd += Math.min(octets, limitSegments * mss);
      return;
    }
    counted += octets;
    if (counted >= cwnd) {
      counted -= cwnd;
      cwnd += mss;
    }
  }

  @Override
  void lost(int inFlight) {
    halve(inFlight);
    cwnd = ssthresh;
  }

  @Override
  void timedOut(int inFlight, boolean first) {
    // RFC 5681 3.1: ssthresh is held where the same data times out again.
    if (first) {
      halve(inFlight);
    }
    cwnd = mss;
    limitSegments = 1;
  }

  @Override
  void idle() {
    // RFC 5681 4.1: restart with RW = min(IW, cwnd).
    cwnd = Math.min(cwnd, initialWindow());
  }

  @Override
  void resize(int mss) {
    if (mss < this.mss) {
      cwnd = cwnd / this.mss * mss; // RFC 5681 3.1 (SHOULD): as many segments, no burst of more
    }
    this.mss = mss;
    cwnd = Math.max(cwnd, mss);
    ssthresh = Math.max(ssthresh, 2 * mss); // RFC 5681 3.1 (4)
    ssthreshBefore = Math.max(ssthreshBefore, 2 * mss);
  }

  @Override
  void undo() {
    cwnd = Math.max(cwnd, cwndBefore);
    ssthresh = ssthreshBefore;
  }

  private void halve(int inFlight) {
    cwndBefore = cwnd;
    ssthreshBefore = ssthresh;
    // RFC 5681 3.1 (4).
    ssthresh = Math.max(inFlight / 2, 2 * mss);
    counted = 0;
    limitSegments = 2;
  }
}
