// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.stack.Part;

/**
 * Loss recovery without selective acknowledgements: fast retransmit and NewReno's fast recovery.
 *
 * <p>RFC 5681 3.2 and RFC 6582, told by counting what has left the network instead of inflating the
 * window: each duplicate ACK means that a segment arrived. It follows that the first two let new
 * segments out (limited transmit, RFC 3042), and that no flood of duplicates inflates anything
 * beyond what is outstanding.
 *
 * <p>After a time-out everything goes again (RFC 6298 5.4, RFC 5681 3.1) and nothing is undone:
 * without selective acknowledgements F-RTO (RFC 5682 2) takes two ACKs more to decide, and windows
 * of the few segments that such peers and the small profile have are over by then.
 */
public final class NewReno extends LossRecovery {
  private static final int DUPLICATE_THRESHOLD = 3; // RFC 5681 3.2

  private static final int OPEN = 0;
  private static final int FAST = 1;
  private static final int TIMEOUT = 2;

  /** The next one in the pool. */
  NewReno next;

  private int state;
  private int duplicates;

  /** Octets of the last ACK that duplicates have told of before: these let others out already. */
  private int told;

  /** What was sent first after the last loss began here; RFC 6582's recover + 1. */
  private int recover;

  /** In TIMEOUT: the next octet to send again. */
  private int resend;

  /** In FAST: whether the first unacknowledged segment is to be sent again. */
  private boolean head;

  /** The end of the segment whose round trip is being timed, and when it was sent. */
  private boolean timing;

  private int timedEnd;
  private long timedAtNs;
  private long rttNs;

  /**
   * In FAST: what was sent first after the loss or the last partial ACK, once {@link #bounded}. RFC
   * 5681 3.2 (MAY): no more duplicates count than segments were outstanding then, or duplicates
   * that somebody makes up let out as much as he likes.
   */
  private int bound;

  private boolean bounded;

  @Override
  void start(int iss) {
    state = OPEN;
    duplicates = 0;
    recover = iss;
    head = false;
    timing = false;
  }

  /** Whether no loss is being repaired. */
  boolean settled() {
    return state == OPEN;
  }

  @Override
  boolean room() {
    return true;
  }

  @Override
  void sent(int end, int octets, long nowNs) {
    if (!timing) {
      timing = true;
      timedEnd = end;
      timedAtNs = nowNs;
    }
  }

  @Override
  void sentAgain(int end, int octets, long nowNs) {
    head = false;
    resend = end;
    timing = false; // Karn: RFC 6298 3 (MUST)
  }

  @Override
  int arrived(Segment s, int una, int nxt, int octets, int mss, boolean duplicate, long nowNs) {
    rttNs = 0;
    if (octets > 0) {
      if (timing && !Seq.lt(una, timedEnd)) {
        timing = false;
        rttNs = nowNs - timedAtNs;
      }
      acknowledged(una, octets, mss);
      return NOTHING;
    }
    return duplicate && una != nxt ? duplicate(una, nxt, mss) : NOTHING;
  }

  /** As in Linux; RFC 5681 3.2: what limited transmit lets out does not widen the window. */
  @Override
  int news(int octets) {
    return octets - told;
  }

  private void acknowledged(int una, int octets, int mss) {
    told = 0;
    if (state == OPEN) {
      told = Math.max(0, Math.min(duplicates * mss, octets - mss));
      duplicates = 0;
      recover = una - 1; // below, as it is; left behind, it would be above after 2 GB
    } else if (!Seq.lt(una, recover)) {
      state = OPEN;
      duplicates = 0;
      head = false;
    } else if (state == TIMEOUT) {
      resend = Seq.max(resend, una);
    } else {
      // RFC 6582 3.2 (5): a partial ACK. The segment that it points at is lost too; what it covers
      // has left the network, and the retransmitted segment is one of it.
      head = true;
      bounded = false;
      duplicates = Math.max(0, duplicates - Math.max(0, octets / mss - 1));
    }
  }

  private int duplicate(int una, int nxt, int mss) {
    if (state == TIMEOUT) {
      return NOTHING;
    }
    if (!bounded) {
      bounded = true;
      bound = nxt;
    }
    if (state == OPEN ? duplicates < DUPLICATE_THRESHOLD : duplicates * mss < bound - una) {
      duplicates++;
    }
    // RFC 6582 3.2 (2): duplicates of segments from before the last recovery prove nothing.
    if (state == OPEN && duplicates >= DUPLICATE_THRESHOLD && Seq.lt(recover, una)) {
      state = FAST;
      recover = nxt;
      bound = nxt;
      head = true;
      return LOSS;
    }
    return NOTHING;
  }

  @Override
  long rttNs() {
    return rttNs;
  }

  @Override
  void reduce(int threshold, int inFlight, int mss) {}

  @Override
  void timedOut(int una, int nxt, boolean first, long nowNs) {
    state = TIMEOUT;
    duplicates = 0;
    head = false;
    resend = una;
    recover = nxt;
  }

  /**
   * Without knowing which segments were how large: all before {@code until}, as after a timeout.
   */
  @Override
  void resized(int una, int until, int mss) {
    state = TIMEOUT;
    duplicates = 0;
    head = false;
    resend = una;
    recover = until;
    timing = false;
  }

  @Override
  void rewind() {
    timing = false;
  }

  @Override
  boolean recovering() {
    return state == FAST; // after a time-out slow start goes on: RFC 5681 3.1
  }

  @Override
  boolean due() {
    return state == FAST ? head : state == TIMEOUT && Seq.lt(resend, recover);
  }

  @Override
  boolean urgent() {
    return state == FAST;
  }

  @Override
  int from(int una) {
    return state == FAST ? una : resend;
  }

  @Override
  int until(int una, int mss) {
    return state == FAST ? una + mss : recover;
  }

  @Override
  int inFlight(int una, int nxt, int mss) {
    int outstanding = nxt - una;
    if (state == TIMEOUT) {
      return outstanding - Math.max(0, recover - resend);
    }
    int left = duplicates * mss + (head ? mss : 0);
    return Math.max(0, outstanding - left);
  }

  @Override
  int window(int cwnd) {
    return cwnd;
  }

  @Override
  long deadlineNs() {
    return Part.NEVER;
  }

  @Override
  int expired(int una, int nxt, long nowNs) {
    return NOTHING;
  }

  @Override
  void plan(int smoothedUs, long timeoutNs, long nowNs) {}

  @Override
  int probeFrom(int una) {
    return una;
  }

  @Override
  void probed(int nxt, int octets, boolean again, long nowNs) {}

  /** As in Linux, duplicate ACKs count as selective ones. */
  @Override
  void info(TcpInfo info) {
    info.sacked = Math.min(duplicates, info.unacked);
    if (state == FAST) {
      info.recovery = TcpInfo.RECOVERY;
      info.lost = head ? 1 : 0;
    } else if (state == TIMEOUT) {
      info.recovery = TcpInfo.LOSS;
      info.lost = Math.max(0, recover - resend) / info.sndMss;
    }
  }
}
