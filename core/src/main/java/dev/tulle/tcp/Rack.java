// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.stack.Part;
import dev.tulle.wire.Bytes;

/**
 * Loss recovery with selective acknowledgements: time tells what is lost (RACK), a probe asks after
 * the tail (TLP), and what goes out follows what is delivered (PRR).
 *
 * <p>A segment is lost when one that was sent later has arrived and a round trip and a little for
 * reordering have passed. RFC 8985; scoreboard of RFC 2018, D-SACK of RFC 2883; undone where a
 * D-SACK proves that nothing was lost. Where RFC 8985 leaves a choice, Linux is followed.
 */
public final class Rack extends LossRecovery {
  private static final int OPEN = 0;
  private static final int RECOVERY = 1;
  private static final int TIMEOUT = 2;

  /** How much later than computed a timer runs, so that it does not run in vain. */
  private static final long GRANULARITY_NS = 2_000_000;

  /** How exact an echoed timestamp is. */
  private static final long STAMP_NS = 1_000_000;

  final SentSegments segments;
  private final Reordering reordering = new Reordering();
  private final Prr prr = new Prr();
  private final LossProbe probe = new LossProbe();
  private int state;

  /** SND.NXT when the loss was found: recovery ends when it is reached. */
  private int recover;

  /** No segment before this one is missing. */
  private int cursor;

  /** RFC 8985 5.2: of the segments delivered, the one sent last. */
  private long rackSentNs;

  private int rackEnd;
  private long rackRttNs;
  private boolean rackAdvanced;

  private long minRttNs;
  private long smoothedNs;
  private long rttNs;
  private long reorderNs;

  /** Octets that the last ACK covered and a selective one had told before. */
  private int old;

  /** Segments that the last ACK delivered. */
  private int delivered;

  /** Segments sent again in this recovery less those that arrived twice; below 0: not counted. */
  private int unproven;

  private boolean dsack;

  /** When this recovery first sent something again; valid while {@link #unproven} counts. */
  private long againNs;

  /**
   * @param segments how many segments may be in flight
   */
  public Rack(int segments) {
    this.segments = new SentSegments(segments);
  }

  @Override
  void start(int iss) {
    segments.clear();
    state = OPEN;
    cursor = 0;
    rackSentNs = -1;
    rackEnd = iss;
    rackRttNs = 0;
    minRttNs = 0;
    smoothedNs = 0;
    reorderNs = Part.NEVER;
    reordering.start(iss);
    unproven = -1;
    probe.stop();
  }

  @Override
  boolean room() {
    return !segments.full();
  }

  @Override
  void sent(int end, int octets, long nowNs) {
    segments.add(end, nowNs);
    prr.sent(octets);
  }

  @Override
  void sentAgain(int end, int octets, long nowNs) {
    if (unproven < 0) {
      unproven = 0;
      againNs = nowNs;
    }
    unproven++;
    segments.sentAgain(cursor, nowNs);
    cursor++;
    prr.sent(octets);
  }

  @Override
  int arrived(Segment s, int una, int nxt, int octets, int mss, boolean duplicate, long nowNs) {
    rttNs = 0;
    rackAdvanced = false;
    dsack = false;
    int before = segments.count() - segments.sacked;
    int lostBefore = segments.lost;
    if (s.sackBlocks > 0) {
      takeBlocks(s, una - octets, una, nxt, mss, nowNs);
    }
    takeAcknowledged(una - octets, una, nowNs);
    if (rttNs == 0 && octets > 0 && s.echoNs >= 0) {
      rttNs = Math.max(1, nowNs - s.echoNs); // RFC 7323 4.1: the echo knows which copy it answers
    }
    delivered = before - (segments.count() - segments.sacked);
    int verdict = probe.arrived(s.ack, dsack, delivered > 0) ? LOSS : NOTHING;
    if (state != OPEN && unproven >= 0 && spurious(s, octets)) {
      return undo();
    }
    if (state != OPEN && !Seq.lt(una, recover)) {
      state = OPEN;
      unproven = -1;
    }
    if (rackAdvanced) {
      detect(nowNs);
    }
    if (state == OPEN && segments.lost > 0) {
      enter(nxt);
      return LOSS;
    }
    if (state == RECOVERY) {
      boolean progress = octets > 0 && segments.lost <= lostBefore;
      prr.arrived(delivered * mss, segments.inFlight() * mss, mss, progress);
    }
    return verdict;
  }

  /**
   * Whether all that was sent again had arrived before: the peer says so for each (RFC 3708), or
   * what it acknowledges was sent earlier than the first copy (Eifel, RFC 3522).
   */
  private boolean spurious(Segment s, int octets) {
    return dsack && unproven == 0 || octets > 0 && s.echoNs >= 0 && s.echoNs + STAMP_NS < againNs;
  }

  private void enter(int nxt) {
    state = RECOVERY;
    recover = nxt;
    unproven = -1;
    probe.stop();
  }

  private int undo() {
    state = OPEN;
    unproven = -1;
    for (int i = 0; i < segments.count(); i++) {
      segments.unmark(i, SentSegments.LOST);
    }
    return UNDO;
  }

  /**
   * Marks what selective acknowledgements cover; what they must not say is ignored (RFC 2018 8).
   */
  private void takeBlocks(Segment s, int before, int una, int nxt, int mss, long nowNs) {
    for (int i = 0; i < s.sackBlocks; i++) {
      int left = Bytes.i32(s.bytes, s.sackAt + 8 * i);
      int right = Bytes.i32(s.bytes, s.sackAt + 8 * i + 4);
      if (i == 0 && duplicateBlock(s, left, right, una)) {
        dsack = true;
        if (unproven > 0) {
          unproven--;
        }
        reordering.seen = true; // RFC 8985 6.2 step 4: a D-SACK widens what is waited
        continue;
      }
      if (Seq.lt(left, right) && Seq.lt(una, left) && Seq.leq(right, nxt)) {
        takeBlock(left, right, before, mss, nowNs);
      }
    }
  }

  /** RFC 2883 4: below the ACK, or inside the second block. */
  private static boolean duplicateBlock(Segment s, int left, int right, int una) {
    if (!Seq.lt(left, right)) {
      return false;
    }
    if (Seq.leq(right, una)) {
      return true;
    }
    return s.sackBlocks > 1
        && Seq.leq(Bytes.i32(s.bytes, s.sackAt + 8), left)
        && Seq.leq(right, Bytes.i32(s.bytes, s.sackAt + 12));
  }

  private void takeBlock(int left, int right, int before, int mss, long nowNs) {
    int start = before;
    for (int i = 0; i < segments.count() && Seq.lt(start, right); i++) {
      int end = segments.end(i);
      boolean covered = Seq.leq(left, start) && Seq.leq(end, right);
      if (covered && !segments.has(i, SentSegments.SACKED)) {
        if (!segments.has(i, SentSegments.EVER)) {
          reordering.note(start, end, mss);
        }
        delivered(i, nowNs);
        segments.unmark(i, SentSegments.LOST | SentSegments.AGAIN);
        segments.mark(i, SentSegments.SACKED);
        reordering.arrived(end);
      }
      start = end;
    }
  }

  private void takeAcknowledged(int before, int una, long nowNs) {
    boolean ambiguous = false;
    int start = before;
    old = 0;
    while (segments.count() > 0 && !Seq.lt(una, segments.end(0))) {
      if (segments.has(0, SentSegments.SACKED)) {
        old += segments.end(0) - start;
      } else {
        ambiguous |= segments.has(0, SentSegments.EVER);
        reordering.seen |= !ambiguous && reordering.late(segments.end(0));
        delivered(0, nowNs);
      }
      start = segments.end(0);
      segments.remove();
      cursor = Math.max(0, cursor - 1);
    }
    if (ambiguous) {
      rttNs = 0; // Karn: RFC 6298 3 (MUST)
    }
    reordering.arrived(una);
  }

  /** RFC 8985 6.2 steps 1 and 2: what has arrived, and which of it was sent last. */
  private void delivered(int i, long nowNs) {
    long sent = segments.sentNs(i);
    long rtt = nowNs - sent;
    if (segments.has(i, SentSegments.EVER)) {
      if (rtt < minRttNs) {
        return; // too soon for the copy: the ACK is for an earlier one
      }
    } else {
      rttNs = rttNs == 0 ? rtt : rttNs;
      minRttNs = minRttNs == 0 ? rtt : Math.min(minRttNs, rtt);
    }
    int end = segments.end(i);
    if (sent > rackSentNs || sent == rackSentNs && Seq.lt(rackEnd, end)) {
      rackSentNs = sent;
      rackEnd = end;
      rackRttNs = rtt;
      rackAdvanced = true;
    }
  }

  /** RFC 8985 6.2 step 5: marks what is lost and sets the timer for what may become so. */
  private void detect(long nowNs) {
    long windowNs = reordering.windowNs(state != OPEN, segments.sacked, minRttNs, smoothedNs);
    long waitNs = 0;
    for (int i = 0; i < segments.count(); i++) {
      if (segments.has(i, SentSegments.SACKED) || segments.missing(i)) {
        continue;
      }
      long sent = segments.sentNs(i);
      if (sent < rackSentNs || sent == rackSentNs && Seq.lt(segments.end(i), rackEnd)) {
        long leftNs = sent + rackRttNs + windowNs - nowNs;
        if (leftNs <= 0) {
          lose(i);
        } else {
          waitNs = Math.max(waitNs, leftNs);
        }
      }
    }
    reorderNs = waitNs == 0 ? Part.NEVER : nowNs + waitNs + GRANULARITY_NS;
  }

  private void lose(int i) {
    segments.unmark(i, SentSegments.AGAIN);
    segments.mark(i, SentSegments.LOST);
    cursor = Math.min(cursor, i);
  }

  @Override
  int news(int octets) {
    return octets - old;
  }

  @Override
  long rttNs() {
    return rttNs;
  }

  @Override
  void reduce(int threshold, int inFlight, int mss) {
    if (state == RECOVERY) {
      prr.start(threshold, inFlight);
      prr.arrived(Math.max(1, delivered) * mss, segments.inFlight() * mss, mss, false);
    }
  }

  /** RFC 8985 6.3: the first segment is lost, and whatever was sent long enough ago. */
  @Override
  void timedOut(int una, int nxt) {
    boolean reneged = segments.count() > 0 && segments.has(0, SentSegments.SACKED);
    for (int i = 0; i < segments.count(); i++) {
      if (reneged) {
        segments.unmark(i, SentSegments.SACKED); // RFC 2018 8: the peer may forget
      }
      if (!segments.has(i, SentSegments.SACKED)) {
        lose(i);
      }
    }
    state = TIMEOUT;
    recover = nxt;
    unproven = -1;
    reorderNs = Part.NEVER;
    probe.stop();
  }

  @Override
  void rewind() {
    segments.clear();
    cursor = 0;
    reorderNs = Part.NEVER;
    probe.stop();
  }

  @Override
  boolean recovering() {
    return state == RECOVERY;
  }

  @Override
  boolean due() {
    if (segments.lost == 0) {
      return false;
    }
    while (cursor < segments.count() && !segments.missing(cursor)) {
      cursor++;
    }
    return cursor < segments.count();
  }

  @Override
  boolean urgent() {
    return false;
  }

  @Override
  int from(int una) {
    return cursor == 0 ? una : segments.end(cursor - 1);
  }

  @Override
  int until(int una, int mss) {
    return segments.end(cursor);
  }

  @Override
  int inFlight(int una, int nxt, int mss) {
    return segments.inFlight() * mss;
  }

  @Override
  int window(int cwnd) {
    return state == RECOVERY ? prr.window() : cwnd;
  }

  @Override
  long deadlineNs() {
    return Math.min(reorderNs, probe.deadlineNs);
  }

  @Override
  int expired(int una, int nxt, long nowNs) {
    if (reorderNs - nowNs <= 0) {
      delivered = 0;
      detect(nowNs);
      if (state == OPEN && segments.lost > 0) {
        enter(nxt);
        return LOSS;
      }
    }
    if (probe.deadlineNs - nowNs <= 0) {
      probe.deadlineNs = Part.NEVER;
      return PROBE;
    }
    return NOTHING;
  }

  @Override
  void plan(int smoothedUs, long timeoutNs, long nowNs) {
    smoothedNs = smoothedUs * 1000L;
    if (minRttNs == 0) {
      minRttNs = smoothedNs;
    }
    if (state == OPEN && segments.count() > 0 && segments.sacked == 0) {
      probe.plan(smoothedNs, segments.count(), timeoutNs, nowNs);
    } else {
      probe.deadlineNs = Part.NEVER;
    }
  }

  /** Where the last segment starts, which a probe sends again if there is nothing new. */
  @Override
  int probeFrom(int una) {
    return segments.count() < 2 ? una : segments.end(segments.count() - 2);
  }

  @Override
  void info(TcpInfo info) {
    info.recovery =
        state == RECOVERY
            ? TcpInfo.RECOVERY
            : state == TIMEOUT
                ? TcpInfo.LOSS
                : segments.sacked > 0 ? TcpInfo.DISORDER : TcpInfo.OPEN;
    info.unacked = segments.count();
    info.sacked = segments.sacked;
    info.lost = segments.lost;
    info.retransmitted = segments.again;
    info.reordering = reordering.distance;
  }

  /** A probe has gone out: new data, or the last segment once more. */
  @Override
  void probed(int nxt, boolean again, long nowNs) {
    if (again) {
      segments.sentAgain(segments.count() - 1, nowNs);
    }
    probe.sent(nxt, again);
  }
}
