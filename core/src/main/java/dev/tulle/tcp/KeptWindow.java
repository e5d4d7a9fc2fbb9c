// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * A congestion control that keeps its window while nothing is sent.
 *
 * <p>RFC 5681 4.1 (SHOULD) has it begin anew after a time-out's length; who answers requests on
 * long-lived connections may know better, as with Linux's {@code tcp_slow_start_after_idle=0}.
 */
public final class KeptWindow extends CongestionControl {
  private final CongestionControl inner;

  /**
   * @param inner decides everything else
   */
  public KeptWindow(CongestionControl inner) {
    this.inner = inner;
  }

  @Override
  void start(int mss, boolean again) {
    inner.start(mss, again);
  }

  @Override
  int window() {
    return inner.window();
  }

  @Override
  int threshold() {
    return inner.threshold();
  }

  @Override
  void acknowledged(int octets, boolean limited, int used, long rttNs, long nowNs) {
    inner.acknowledged(octets, limited, used, rttNs, nowNs);
  }

  @Override
  void lost(int inFlight) {
    inner.lost(inFlight);
  }

  @Override
  void timedOut(int inFlight, boolean first) {
    inner.timedOut(inFlight, first);
  }

  @Override
  void undo() {
    inner.undo();
  }

  @Override
  void resize(int mss) {
    inner.resize(mss);
  }

  @Override
  void idle() {}
}
