// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * A congestion window that no loss moves: for a link that is one's own from end to end, where
 * frames are lost to noise and not to queues: a radio, a tunnel with a reserved rate, a simulation.
 *
 * <p>It must not be used on the Internet: RFC 9293 3.8.2 demands RFC 5681 there, and RFC 2914 says
 * what becomes of a network whose senders do not slow down. No profile constructs it. What is in
 * flight is then bounded by this window and the peer's; time-outs still back off.
 */
public final class FixedWindow extends CongestionControl {
  private final int windowBytes;

  /**
   * @param windowBytes what may be in the network, octets
   */
  public FixedWindow(int windowBytes) {
    this.windowBytes = windowBytes;
  }

  @Override
  void start(int mss, boolean again) {}

  @Override
  int window() {
    return windowBytes;
  }

  @Override
  int threshold() {
    return Integer.MAX_VALUE; // no reduction ever: see Prr
  }

  @Override
  void acknowledged(int octets, boolean limited, int used, long rttNs, long nowNs) {}

  @Override
  void lost(int inFlight) {}

  @Override
  void timedOut(int inFlight, boolean first) {}

  @Override
  void undo() {}

  @Override
  void resize(int mss) {}

  @Override
  void idle() {}
}
