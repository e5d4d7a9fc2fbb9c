// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * CUBIC: after a loss the window grows along a cubic curve of time, which is flat where the loss
 * happened and steep far from it.
 *
 * <p>RFC 9438 in integers: windows in segments, times in milliseconds. Slow start ends where {@link
 * HyStart} finds the round trips growing.
 */
public final class Cubic extends CongestionControl {
  /** RFC 9438 4.6: beta is 0.7; in 1024ths. */
  private static final int BETA = 717;

  /** The curve is looked up so often at the most: often enough, as in Linux. */
  private static final long LOOK_UP_NS = 31_250_000;

  /** 1 / C in milliseconds cubed for a segment: RFC 9438 5.1 has C = 0.4 in seconds. */
  private static final long CUBE = 2_500_000_000L;

  /** Far enough on the curve for any window; its cube still fits. */
  private static final long FARTHEST_MS = 1_000_000;

  /** Before the first loss there is no curve: a segment for so many at the least, as in Linux. */
  private static final int FIRST_PACE = 20;

  private final int initialSegments;
  private final HyStart hyStart = new HyStart();
  private int mss;

  /** Window and threshold in segments. */
  private int cwnd;

  private int ssthresh;

  /** RFC 9438 4.1.2: W_max, where the last loss happened; 0 before. */
  private int lossWindow;

  /** When the climb began; −1 while none has. */
  private long epochNs;

  /** K, and the window at the curve's flat part. */
  private int flatMs;

  private int flatWindow;

  /** W_est, what Reno would have by now, and what it has counted. */
  private int estimate;

  private int estimateCounted;

  /** Octets acknowledged towards the next segment of window. */
  private int counted;

  /** How many segments make a step, when that was found, and for which window. */
  private int pace;

  private long pacedNs;
  private int pacedWindow;

  /** When something was last acknowledged. */
  private long lastNs;

  /** All of this as it was before the last loss: RFC 9438 4.9. */
  private int cwndBefore;

  private int ssthreshBefore;
  private int lossWindowBefore;
  private long epochBeforeNs;
  private int flatMsBefore;
  private int flatWindowBefore;
  private int estimateBefore;

  /**
   * @param initialSegments initial window in segments; 10 is RFC 6928's
   */
  public Cubic(int initialSegments) {
    this.initialSegments = initialSegments;
  }

  @Override
  void start(int mss, boolean again) {
    this.mss = mss;
    // RFC 5681 3.1: after a lost SYN the initial window is one segment.
    cwnd = again ? 1 : initialWindow();
    ssthresh = Integer.MAX_VALUE;
    lossWindow = 0;
    epochNs = -1;
    counted = 0;
    cwndBefore = 0;
    lastNs = 0;
    hyStart.start();
  }

  /** RFC 6928 2: at most 14,600 octets, or two segments where these are larger. */
  private int initialWindow() {
    return Math.min(initialSegments, Math.max(2, initialSegments * 1460 / mss));
  }

  @Override
  int window() {
    return cwnd * mss;
  }

  @Override
  int threshold() {
    return ssthresh == Integer.MAX_VALUE ? ssthresh : ssthresh * mss;
  }

  @Override
  void acknowledged(int octets, boolean limited, int used, long rttNs, long nowNs) {
    boolean slowStart = cwnd < ssthresh;
    // RFC 9406 4.2 (SHOULD): in the first slow start alone; later the threshold knows better.
    if (ssthresh == Integer.MAX_VALUE
        && hyStart.arrived(octets, Math.min(window(), Math.max(mss, used)), rttNs)) {
      ssthresh = cwnd;
    }
    boolean unused = !limited && !(slowStart && window() < 2 * used);
    long passedNs = nowNs - lastNs;
    lastNs = nowNs;
    if (epochNs >= 0 && (unused || rttNs > 0 && passedNs > 2 * rttNs)) {
      epochNs += passedNs; // RFC 9438 5.8 (MUST NOT): a pause is no time on the curve
    }
    // RFC 9438 5.8, RFC 7661 4.2: a window that was not used does not grow.
    if (unused) {
      return;
    }
    counted += octets;
    if (slowStart) {
      int step = Math.min(counted / mss, ssthresh - cwnd);
      counted -= step * mss;
      cwnd += hyStart.slowed(step);
      if (cwnd < ssthresh) {
        return;
      }
    }
    climb(octets, rttNs, nowNs);
  }

  /** RFC 9438 4.2 to 4.5: a step along the curve, or along Reno's line where that is higher. */
  private void climb(int octets, long rttNs, long nowNs) {
    if (epochNs < 0) {
      begin(nowNs);
    }
    estimateCounted += octets;
    if (cwnd != pacedWindow || nowNs - pacedNs > LOOK_UP_NS) {
      pacedWindow = cwnd;
      pacedNs = nowNs;
      lookUp(nowNs + rttNs);
    }
    // One step at a time: what was counted on the flat part must not be a leap on the steep one.
    if (counted >= pace * (long) mss) {
      counted = 0;
      cwnd++;
    }
  }

  private void lookUp(long atNs) {
    pace = pace(atNs);
    // RFC 9438 4.3: alpha = 3 * (1 - beta) / (1 + beta) = 0.53, so 1.89 windows for each segment;
    // and 1 from where the last loss was, which Linux leaves out.
    while (estimateCounted >= each()) {
      estimateCounted -= each();
      estimate++;
    }
    if (estimate > cwnd) {
      pace = Math.min(pace, cwnd / (estimate - cwnd));
    }
    pace = Math.max(pace, 2);
  }

  private int each() {
    return (estimate < cwndBefore ? cwnd * 15 / 8 : cwnd) * mss;
  }

  private void begin(long nowNs) {
    epochNs = nowNs;
    pacedWindow = 0; // the curve is new
    counted = 0;
    estimate = cwnd;
    estimateCounted = 0;
    flatWindow = Math.max(lossWindow, cwnd);
    flatMs = (int) cubeRoot((flatWindow - cwnd) * CUBE); // RFC 9438 4.2, figure 2
  }

  /** How many segments must be acknowledged for the window to grow by one, to be on the curve. */
  private int pace(long atNs) {
    long ms = Math.min((atNs - epochNs) / 1_000_000, FARTHEST_MS) - flatMs;
    long target = flatWindow + ms * ms * ms / CUBE; // RFC 9438 4.2, figure 1
    // RFC 9438 4.2: no more than half a window in a round trip.
    target = Math.min(target, cwnd + (cwnd + 1) / 2);
    int pace = target > cwnd ? (int) (cwnd / (target - cwnd)) : 100 * cwnd;
    return lossWindow == 0 ? Math.min(pace, FIRST_PACE) : pace;
  }

  @Override
  void lost(int inFlight) {
    reduce();
    cwnd = ssthresh;
  }

  @Override
  void timedOut(int inFlight, boolean first) {
    if (first) {
      reduce();
    }
    cwnd = 1;
    counted = 0;
    lossWindow = 0; // RFC 9438 4.8: congestion avoidance starts afresh
    hyStart.start();
  }

  private void reduce() {
    cwndBefore = cwnd;
    ssthreshBefore = ssthresh;
    lossWindowBefore = lossWindow;
    epochBeforeNs = epochNs;
    flatMsBefore = flatMs;
    flatWindowBefore = flatWindow;
    estimateBefore = estimate;
    epochNs = -1;
    // RFC 9438 4.7, fast convergence: whoever did not get back to the last maximum makes room.
    lossWindow = cwnd < lossWindow ? cwnd * (1024 + BETA) / 2048 : cwnd;
    // RFC 9438 4.6: of the window, as in Linux, not of what is in flight: it grows only where used.
    ssthresh = Math.max(cwnd * BETA / 1024, 2);
  }

  @Override
  void undo() {
    cwnd = Math.max(cwnd, cwndBefore);
    ssthresh = ssthreshBefore;
    lossWindow = lossWindowBefore;
    epochNs = epochBeforeNs;
    flatMs = flatMsBefore;
    flatWindow = flatWindowBefore;
    estimate = estimateBefore;
    pacedWindow = 0;
  }

  @Override
  void resize(int mss) {
    int before = this.mss;
    this.mss = mss;
    if (mss <= before) {
      return; // RFC 5681 3.1 (SHOULD): as many segments, no burst of more
    }
    cwnd = Math.max(1, segments(cwnd, before));
    lossWindow = segments(lossWindow, before);
    ssthresh = ssthresh == Integer.MAX_VALUE ? ssthresh : Math.max(2, segments(ssthresh, before));
    cwndBefore = segments(cwndBefore, before);
    lossWindowBefore = segments(lossWindowBefore, before);
    if (ssthreshBefore != Integer.MAX_VALUE) {
      ssthreshBefore = segments(ssthreshBefore, before);
    }
    epochNs = -1; // the curve is one of segments
    epochBeforeNs = -1;
    counted = 0;
  }

  /** How many of the present segments a number of those of another size is. */
  private int segments(int number, int size) {
    return (int) ((long) number * size / mss);
  }

  @Override
  void idle() {
    // RFC 5681 4.1; RFC 9438 5.8: the time without sending does not count as time on the curve.
    cwnd = Math.min(cwnd, initialWindow());
    epochNs = -1;
  }

  /** The largest integer whose cube is at most {@code x}. */
  static long cubeRoot(long x) {
    long root = 0;
    for (int bit = 20; bit >= 0; bit--) {
      long next = root | 1L << bit;
      if (next * next * next <= x) {
        root = next;
      }
    }
    return root;
  }
}
