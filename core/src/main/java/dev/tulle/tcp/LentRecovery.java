// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.stack.Part;

/**
 * Loss recovery that a connection has while something is in flight: {@link Rack} where the peer
 * acknowledges selectively, {@link NewReno} otherwise.
 *
 * <p>What is in flight needs a scoreboard, timers and more; an idle connection keeps the least
 * round trip alone. Where there is more to remember, reordering or a loss that may have been none,
 * it keeps what it has borrowed.
 */
final class LentRecovery extends LossRecovery {
  private final RecoveryPool pool;

  /** What is lent now: a {@link Rack} where {@link #selective}, otherwise a {@link NewReno}. */
  private LossRecovery lent;

  /** What was done, once there was data and as long as the peer acknowledges selectively. */
  private Tally tally;

  private boolean selective;
  private int iss;
  private long minRttNs;

  LentRecovery(RecoveryPool pool) {
    this.pool = pool;
  }

  @Override
  void start(int iss) {
    release();
    this.iss = iss;
    selective = false;
    minRttNs = 0;
  }

  @Override
  void agreed(boolean selectively) {
    release();
    selective = selectively;
    take(iss);
  }

  /** Borrows one that begins after {@code last}, a sequence number that is acknowledged. */
  private void take(int last) {
    if (selective) {
      Rack rack = pool.takeRack();
      tally = tally == null ? pool.takeTally() : tally;
      rack.start(last, minRttNs, tally);
      lent = rack;
    } else {
      lent = pool.takePlain();
      lent.start(last);
    }
  }

  @Override
  void release() {
    giveBack();
    forget();
  }

  private void forget() {
    if (tally != null) {
      pool.give(tally);
      tally = null;
    }
  }

  private void giveBack() {
    if (lent == null) {
      return;
    }
    if (selective) {
      lent.release();
      pool.give((Rack) lent);
    } else {
      pool.give((NewReno) lent);
    }
    lent = null;
  }

  /**
   * Nothing is in flight: unless something is still to be learnt of what was, no more is needed.
   */
  private void rest() {
    if (lent == null) {
      return;
    }
    if (!selective) {
      if (((NewReno) lent).settled()) {
        giveBack();
      }
    } else if (((Rack) lent).settled()) {
      minRttNs = ((Rack) lent).minRttNs();
      giveBack();
      if (!tally.known()) {
        forget();
      }
    }
  }

  @Override
  boolean room() {
    return lent == null || lent.room();
  }

  @Override
  void sent(int end, int octets, long nowNs) {
    if (lent == null) {
      take(end - octets - 1);
    }
    lent.sent(end, octets, nowNs);
  }

  @Override
  void sentAgain(int end, int octets, long nowNs) {
    lent.sentAgain(end, octets, nowNs);
  }

  @Override
  int arrived(Segment s, int una, int nxt, int octets, int mss, boolean duplicate, long nowNs) {
    if (lent != null) {
      return lent.arrived(s, una, nxt, octets, mss, duplicate, nowNs);
    }
    if (selective && tally == null && s.length > 0) {
      tally = pool.takeTally();
    }
    if (tally != null) {
      tally.arrived(s, octets, 0, 0, nowNs);
    }
    return NOTHING;
  }

  @Override
  int news(int octets) {
    return lent == null ? octets : lent.news(octets);
  }

  @Override
  long rttNs() {
    return lent == null ? 0 : lent.rttNs();
  }

  @Override
  void reduce(int threshold, int inFlight, int mss) {
    if (lent != null) {
      lent.reduce(threshold, inFlight, mss);
    }
  }

  @Override
  void slowDown(int threshold, int inFlight, int nxt, int mss) {
    if (lent != null) {
      lent.slowDown(threshold, inFlight, nxt, mss);
    }
  }

  @Override
  void resized(int una, int until, int mss) {
    if (lent != null) {
      lent.resized(una, until, mss);
    }
  }

  @Override
  void timedOut(int una, int nxt, boolean first, long nowNs) {
    if (lent != null) {
      lent.timedOut(una, nxt, first, nowNs);
    }
  }

  @Override
  void rewind() {
    if (lent != null) {
      lent.rewind();
    }
  }

  @Override
  boolean recovering() {
    return lent != null && lent.recovering();
  }

  @Override
  boolean due() {
    return lent != null && lent.due();
  }

  @Override
  boolean instead() {
    return lent != null && lent.instead();
  }

  @Override
  long ageNs(long nowNs) {
    return lent == null ? 0 : lent.ageNs(nowNs);
  }

  @Override
  boolean urgent() {
    return lent.urgent();
  }

  @Override
  int from(int una) {
    return lent.from(una);
  }

  @Override
  int until(int una, int mss) {
    return lent.until(una, mss);
  }

  /** Asked once in each turn, after all that an ACK means is drawn from it. */
  @Override
  int inFlight(int una, int nxt, int mss) {
    if (una == nxt) {
      rest();
    }
    return lent == null ? 0 : lent.inFlight(una, nxt, mss);
  }

  @Override
  int window(int cwnd) {
    return lent == null ? cwnd : lent.window(cwnd);
  }

  @Override
  long deadlineNs() {
    return lent == null ? Part.NEVER : lent.deadlineNs();
  }

  @Override
  int expired(int una, int nxt, long nowNs) {
    return lent == null ? NOTHING : lent.expired(una, nxt, nowNs);
  }

  @Override
  void plan(int smoothedUs, long timeoutNs, long nowNs) {
    if (lent != null) {
      lent.plan(smoothedUs, timeoutNs, nowNs);
    }
  }

  @Override
  int probeFrom(int una) {
    return lent == null ? una : lent.probeFrom(una);
  }

  @Override
  void info(TcpInfo info) {
    info.minRttUs = (int) (minRttNs / 1000);
    info.delivered = selective ? 1 : 0; // the SYN
    if (lent != null) {
      lent.info(info);
    } else if (tally != null) {
      tally.info(info);
    }
  }

  @Override
  void probed(int nxt, int octets, boolean again, long nowNs) {
    if (lent != null) {
      lent.probed(nxt, octets, again, nowNs);
    }
  }
}
