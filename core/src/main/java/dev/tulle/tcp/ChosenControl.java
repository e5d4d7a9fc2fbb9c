// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * A congestion control that an application may replace, for each connection by itself, as with
 * Linux's TCP_CONGESTION.
 *
 * <p>No profile constructs it, since each connection would pay for it; whoever wants it hands it
 * over in the place of the one that it usually is, and finds it again by {@link
 * TcpSocket#congestion}. The choice ends with the connection.
 */
public final class ChosenControl extends CongestionControl {
  private final CongestionControl usual;
  private CongestionControl chosen;

  /** Octets of a full segment; 0 before the connection is established. */
  private int mss;

  /**
   * @param usual where nobody chooses
   */
  public ChosenControl(CongestionControl usual) {
    this.usual = usual;
    chosen = usual;
  }

  /**
   * Has another decide from now on; on a connection that is established it starts with its initial
   * window.
   *
   * @param other for this connection alone
   */
  public void choose(CongestionControl other) {
    chosen = other;
    if (mss > 0) {
      other.start(mss, false);
    }
  }

  @Override
  void release() {
    chosen = usual;
    mss = 0;
  }

  @Override
  void start(int mss, boolean again) {
    this.mss = mss;
    chosen.start(mss, again);
  }

  @Override
  int window() {
    return chosen.window();
  }

  @Override
  int threshold() {
    return chosen.threshold();
  }

  @Override
  void acknowledged(int octets, boolean limited, int used, long rttNs, long nowNs) {
    chosen.acknowledged(octets, limited, used, rttNs, nowNs);
  }

  @Override
  void lost(int inFlight) {
    chosen.lost(inFlight);
  }

  @Override
  void timedOut(int inFlight, boolean first) {
    chosen.timedOut(inFlight, first);
  }

  @Override
  void undo() {
    chosen.undo();
  }

  @Override
  void resize(int mss) {
    this.mss = mss;
    chosen.resize(mss);
  }

  @Override
  void idle() {
    chosen.idle();
  }
}
