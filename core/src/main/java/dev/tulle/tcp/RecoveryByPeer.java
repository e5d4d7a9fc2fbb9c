// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * Two kinds of loss recovery for one connection: the peer's SYN decides which one works.
 *
 * <p>Whatever lives off selective acknowledgements learns nothing from a peer that sends none; such
 * a peer, and there are many small ones, gets the other kind.
 */
public final class RecoveryByPeer extends LossRecovery {
  private final LossRecovery selective;
  private final LossRecovery plain;
  private LossRecovery chosen;

  /**
   * @param selective for peers that acknowledge selectively
   * @param plain for the others
   */
  public RecoveryByPeer(LossRecovery selective, LossRecovery plain) {
    this.selective = selective;
    this.plain = plain;
    chosen = plain;
  }

  @Override
  void start(int iss) {
    selective.start(iss);
    plain.start(iss);
    chosen = plain;
  }

  @Override
  void agreed(boolean selectively) {
    chosen = selectively ? selective : plain;
  }

  @Override
  boolean room() {
    return chosen.room();
  }

  @Override
  void sent(int end, int octets, long nowNs) {
    chosen.sent(end, octets, nowNs);
  }

  @Override
  void sentAgain(int end, int octets, long nowNs) {
    chosen.sentAgain(end, octets, nowNs);
  }

  @Override
  int arrived(Segment s, int una, int nxt, int octets, int mss, boolean duplicate, long nowNs) {
    return chosen.arrived(s, una, nxt, octets, mss, duplicate, nowNs);
  }

  @Override
  int news(int octets) {
    return chosen.news(octets);
  }

  @Override
  long rttNs() {
    return chosen.rttNs();
  }

  @Override
  void reduce(int threshold, int inFlight, int mss) {
    chosen.reduce(threshold, inFlight, mss);
  }

  @Override
  void slowDown(int threshold, int inFlight, int nxt, int mss) {
    chosen.slowDown(threshold, inFlight, nxt, mss);
  }

  @Override
  void timedOut(int una, int nxt, boolean first, long nowNs) {
    chosen.timedOut(una, nxt, first, nowNs);
  }

  @Override
  void resized(int una, int until, int mss) {
    chosen.resized(una, until, mss);
  }

  @Override
  void rewind() {
    chosen.rewind();
  }

  @Override
  boolean recovering() {
    return chosen.recovering();
  }

  @Override
  boolean due() {
    return chosen.due();
  }

  @Override
  boolean instead() {
    return chosen.instead();
  }

  @Override
  boolean urgent() {
    return chosen.urgent();
  }

  @Override
  int from(int una) {
    return chosen.from(una);
  }

  @Override
  int until(int una, int mss) {
    return chosen.until(una, mss);
  }

  @Override
  int inFlight(int una, int nxt, int mss) {
    return chosen.inFlight(una, nxt, mss);
  }

  @Override
  int window(int cwnd) {
    return chosen.window(cwnd);
  }

  @Override
  long deadlineNs() {
    return chosen.deadlineNs();
  }

  @Override
  int expired(int una, int nxt, long nowNs) {
    return chosen.expired(una, nxt, nowNs);
  }

  @Override
  void plan(int smoothedUs, long timeoutNs, long nowNs) {
    chosen.plan(smoothedUs, timeoutNs, nowNs);
  }

  @Override
  long ageNs(long nowNs) {
    return chosen.ageNs(nowNs);
  }

  @Override
  int probeFrom(int una) {
    return chosen.probeFrom(una);
  }

  @Override
  void info(TcpInfo info) {
    chosen.info(info);
  }

  @Override
  void probed(int nxt, int octets, boolean again, long nowNs) {
    chosen.probed(nxt, octets, again, nowNs);
  }
}
