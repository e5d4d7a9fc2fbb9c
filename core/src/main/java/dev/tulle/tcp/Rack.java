// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.stack.Part;

/**
 * Loss recovery with selective acknowledgements: time tells what is lost (RACK), a probe asks after
 * the tail (TLP), and what goes out follows what is delivered (PRR).
 *
 * <p>A segment is lost when one that was sent later has arrived and a round trip and a little for
 * reordering have passed. RFC 8985, which takes the place of RFC 6675's NextSeg: its rules 1 and 3
 * are that a segment is lost, its rescue retransmission (4) is the probe. {@link Undo} and {@link
 * SpuriousTimeout} find what was for nothing. Where RFC 8985 leaves a choice, Linux is followed.
 *
 * <p>Longer than most: one state machine, the parts of which are other classes already.
 */
public final class Rack extends LossRecovery {
  private static final int OPEN = TcpInfo.OPEN;
  private static final int REDUCING = TcpInfo.REDUCING;
  private static final int RECOVERY = TcpInfo.RECOVERY;
  private static final int TIMEOUT = TcpInfo.LOSS;

  /** Segments that were too big for the path are sent again in pieces. */
  private static final int RESIZED = TIMEOUT + 1;

  /** How much later than computed a timer runs, so that it does not run in vain. */
  private static final long GRANULARITY_NS = 2_000_000;

  /** How long a peer that seems to have forgotten may take to say otherwise; as in Linux. */
  private static final long FORGOTTEN_NS = 10_000_000;

  private static final int RESTART_THRESHOLD = 4; // RFC 7765 4: rrthresh

  /** The next one in the pool. */
  Rack next;

  final SentSegments segments;
  private final Scoreboard board;
  private final Delivery delivery;
  private final Prr prr = new Prr();
  private final LossProbe probe = new LossProbe();
  Tally tally = new Tally();
  private final Undo undo = new Undo();
  private final SpuriousTimeout spurious = new SpuriousTimeout();
  private int state;

  /** SND.NXT when the loss was found: recovery ends when it is reached, a reduction behind it. */
  private int recover;

  /** No segment before this one is missing. */
  private int cursor;

  /** How far it has been sent again, where there is no room to keep its pieces apart. */
  private int pieceEnd;

  private long smoothedNs;
  private long rttNs;
  private long reorderNs;

  /** When a peer that seems to have forgotten what it acknowledged selectively is believed. */
  private long forgottenNs;

  /** After a time-out: whether the first segment has yet to go, whatever the window says. */
  private boolean head;

  /**
   * @param segments how many segments may be in flight
   */
  public Rack(int segments) {
    this(new SentSegments(segments));
  }

  /** As many segments may be in flight as there is room to be had for. */
  Rack(SegmentRows rows) {
    this(new SentSegments(rows));
  }

  private Rack(SentSegments segments) {
    this.segments = segments;
    board = new Scoreboard(segments);
    delivery = board.delivery;
  }

  /** Begins a flight of a connection whose least round trip is known, and what it has done. */
  void start(int iss, long minRttNs, Tally known) {
    tally = known;
    begin(iss);
    delivery.minRttNs = minRttNs;
  }

  /** The least round trip ever; 0 where there was none. */
  long minRttNs() {
    return delivery.minRttNs;
  }

  /**
   * Whether nothing is in flight, nothing more to be learnt of what was, and nothing known that is
   * worth keeping but the least round trip.
   */
  boolean settled() {
    return state == OPEN
        && segments.count() == 0
        && !probe.outstanding
        && !undo.armed
        && !board.reordering.known();
  }

  @Override
  void release() {
    segments.release();
  }

  @Override
  void start(int iss) {
    tally.start();
    begin(iss);
  }

  private void begin(int iss) {
    board.start(iss);
    state = OPEN;
    cursor = 0;
    pieceEnd = iss;
    smoothedNs = 0;
    reorderNs = Part.NEVER;
    forgottenNs = Part.NEVER;
    head = false;
    undo.clear();
    spurious.clear();
    probe.stop();
  }

  @Override
  boolean room() {
    return segments.room();
  }

  @Override
  void sent(int end, int octets, long nowNs) {
    segments.add(end, nowNs);
    tally.sent(octets);
    spurious.sent();
    prr.sent(octets);
  }

  @Override
  void sentAgain(int end, int octets, long nowNs) {
    head = false;
    undo.sentAgain(nowNs);
    tally.sentAgain(octets);
    prr.sent(octets);
    if (Seq.lt(end, segments.end(cursor))) {
      if (segments.full()) {
        pieceEnd = end;
        return;
      }
      segments.split(cursor, end);
    }
    segments.sentAgain(cursor, nowNs);
    cursor++;
  }

  @Override
  int arrived(Segment s, int una, int nxt, int octets, int mss, boolean duplicate, long nowNs) {
    int before = segments.count();
    int lostBefore = segments.lost;
    board.arrived(s, una - octets, una, nxt, mss, nowNs);
    tally.arrived(s, octets, board.delivered, board.twice, nowNs);
    cursor = Math.max(0, cursor - (before - segments.count()));
    rttNs = delivery.rttNs;
    // RFC 7323 4.1: the echo knows which copy it answers, and that an earlier ACK was lost. But a
    // peer that answers a copy with the echo of the original (RFC 7323 5.3 in place of 4.3) lets us
    // measure our own time-out.
    if (octets > 0 && s.echoNs >= 0 && !(board.dsack && delivery.stale)) {
      long echoed = Math.max(1, nowNs - s.echoNs);
      rttNs = rttNs == 0 ? echoed : Math.min(rttNs, echoed);
    } else if (octets == 0 && state == TIMEOUT) {
      rttNs = 0; // what it tells of may have arrived long ago
    }
    boolean twice = board.dsack && probe.repeated(board.dsackEnd);
    boolean bare = duplicate && s.sackBlocks == 0;
    int verdict = probe.arrived(s.ack, twice, bare) ? LOSS : NOTHING;
    board.reordering.adapt(board.dsack, una, nxt);
    if (octets > 0) {
      // RFC 2018 8; as in Linux: to ask for what it acknowledged selectively may be a mere slip.
      long waitNs = Math.max(smoothedNs / 2, FORGOTTEN_NS);
      forgottenNs = board.forgotten() ? nowNs + waitNs : Part.NEVER;
    }
    if (spurious(s, octets, duplicate)) {
      return undo();
    }
    if (state == REDUCING && Seq.lt(recover, una)) {
      state = OPEN;
    } else if (state > REDUCING && !Seq.lt(una, recover)) {
      state = OPEN; // a D-SACK may still tell that it was for nothing
      spurious.clear();
      board.reordering.recovered();
    }
    if (delivery.advanced) {
      detect(nowNs);
    }
    if (state <= REDUCING && segments.lost > 0) {
      enter(una, nxt);
      return LOSS;
    }
    if (state == RECOVERY || state == REDUCING && board.delivered > 0) {
      boolean progress = octets > 0 && segments.lost <= lostBefore;
      prr.arrived(board.delivered * mss, segments.inFlight() * mss, mss, progress);
    }
    return verdict;
  }

  /** Whether the last ACK proves that the window shrank for nothing. */
  private boolean spurious(Segment s, int octets, boolean duplicate) {
    if (board.dsack) {
      undo.twice(board.dsackEnd, board.twice);
    }
    boolean out = board.selected || duplicate;
    return undo.proven(board.dsack, octets, s.echoNs)
        || state == TIMEOUT && spurious.arrived(board.original(recover), octets > 0, out);
  }

  private void enter(int una, int nxt) {
    if (state == OPEN) {
      undo.begin(una);
    }
    state = RECOVERY;
    recover = nxt;
    probe.stop();
  }

  private int undo() {
    state = OPEN;
    undo.clear();
    spurious.clear();
    for (int i = 0; i < segments.count(); i++) {
      segments.unmark(i, SentSegments.LOST);
    }
    return UNDO;
  }

  /** RFC 8985 6.2 step 5: marks what is lost and sets the timer for what may become so. */
  private void detect(long nowNs) {
    boolean repairing = state > REDUCING;
    long windowNs =
        board.reordering.windowNs(repairing, segments.sacked, delivery.minRttNs, smoothedNs);
    long waitNs = 0;
    for (int i = 0; i < segments.count(); i++) {
      if (segments.has(i, SentSegments.SACKED) || segments.missing(i)) {
        continue;
      }
      if (delivery.overtakes(segments, i)) {
        long leftNs = segments.sentNs(i) + delivery.tripNs + windowNs - nowNs;
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
    if (i <= cursor) {
      cursor = i;
      pieceEnd = segments.end(i); // from its start again
    }
  }

  @Override
  int news(int octets) {
    return octets - board.old;
  }

  @Override
  long rttNs() {
    return rttNs;
  }

  @Override
  void reduce(int threshold, int inFlight, int mss) {
    if (recovering()) {
      prr.start(threshold, inFlight);
      prr.arrived(Math.max(1, board.delivered) * mss, segments.inFlight() * mss, mss, false);
    }
  }

  @Override
  void slowDown(int threshold, int inFlight, int nxt, int mss) {
    if (state == OPEN) {
      state = REDUCING;
      recover = nxt;
      undo.clear();
      reduce(threshold, inFlight, mss);
    }
  }

  /** RFC 8985 6.3: the first segment is lost, and whatever was sent long enough ago. */
  @Override
  void timedOut(int una, int nxt, boolean first, long nowNs) {
    boolean forgotten = board.forgotten();
    if (forgotten) {
      board.forget();
    }
    for (int i = 0; i < segments.count(); i++) {
      boolean old = segments.sentNs(i) + delivery.tripNs - nowNs <= 0;
      if (!segments.has(i, SentSegments.SACKED) && (i == 0 || old || forgotten)) {
        lose(i);
      }
    }
    spurious.begin(state <= REDUCING || !first);
    if (first && state != RECOVERY) {
      undo.begin(una); // else the window does not shrink anew, and all that was repeated counts
    }
    state = TIMEOUT;
    recover = nxt;
    head = segments.lost > 0;
    reorderNs = Part.NEVER;
    forgottenNs = Part.NEVER;
    probe.stop();
  }

  @Override
  void resized(int una, int until, int mss) {
    int start = una;
    for (int i = 0; i < segments.count() && Seq.leq(segments.end(i), until); i++) {
      int end = segments.end(i);
      if (end - start > mss && !segments.has(i, SentSegments.SACKED)) {
        lose(i);
      }
      start = end;
    }
    // Nothing that this finds counts against the network, and nothing proves anything of it.
    undo.clear();
    spurious.clear();
    if (state != TIMEOUT) {
      state = RESIZED;
      recover = until;
      probe.stop();
    }
  }

  @Override
  void rewind() {
    segments.clear();
    cursor = 0;
    head = false;
    reorderNs = Part.NEVER;
    forgottenNs = Part.NEVER;
    probe.stop();
  }

  @Override
  boolean recovering() {
    return state == RECOVERY || state == REDUCING;
  }

  @Override
  boolean due() {
    if (segments.lost == 0 || spurious.holds()) {
      return false;
    }
    while (cursor < segments.count() && !segments.missing(cursor)) {
      cursor++;
    }
    return cursor < segments.count();
  }

  @Override
  boolean instead() {
    return spurious.release() && due();
  }

  @Override
  boolean urgent() {
    return head;
  }

  @Override
  int from(int una) {
    int start = cursor == 0 ? una : segments.end(cursor - 1);
    return Seq.in(pieceEnd, start, segments.end(cursor)) ? pieceEnd : start;
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
    return recovering() && prr.reduces() ? prr.window() : cwnd;
  }

  @Override
  long deadlineNs() {
    return Math.min(reorderNs, Math.min(forgottenNs, probe.deadlineNs));
  }

  @Override
  int expired(int una, int nxt, long nowNs) {
    if (reorderNs - nowNs <= 0) {
      board.delivered = 0;
      detect(nowNs);
      if (state <= REDUCING && segments.lost > 0) {
        enter(una, nxt);
        return LOSS;
      }
    }
    if (forgottenNs - nowNs <= 0) {
      forgottenNs = Part.NEVER;
      return TIME_OUT;
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
    if (delivery.minRttNs == 0) {
      delivery.minRttNs = smoothedNs;
    }
    if (state <= REDUCING && segments.count() > 0 && segments.sacked == 0) {
      probe.plan(smoothedNs, segments.count(), timeoutNs, nowNs);
    } else {
      probe.deadlineNs = Part.NEVER;
    }
  }

  /** RFC 7765 4: fewer duplicates than fast retransmit needs could tell of a loss. */
  @Override
  long ageNs(long nowNs) {
    return state == OPEN && segments.count() < RESTART_THRESHOLD ? nowNs - segments.sentNs(0) : 0;
  }

  /** Where the last segment starts, which a probe sends again if there is nothing new. */
  @Override
  int probeFrom(int una) {
    return segments.count() < 2 ? una : segments.end(segments.count() - 2);
  }

  @Override
  void info(TcpInfo info) {
    info.recovery =
        state == OPEN && segments.sacked > 0 ? TcpInfo.DISORDER : Math.min(state, TIMEOUT);
    info.unacked = segments.count();
    info.sacked = segments.sacked;
    info.lost = segments.lost;
    info.retransmitted = segments.again;
    info.reordering = board.reordering.distance;
    info.reorderingSeen = board.reordering.times;
    info.minRttUs = (int) (delivery.minRttNs / 1000);
    tally.info(info);
  }

  /** A probe has gone out: new data, or the last segment once more. */
  @Override
  void probed(int nxt, int octets, boolean again, long nowNs) {
    if (again) {
      segments.sentAgain(segments.count() - 1, nowNs);
      tally.sentAgain(octets);
    }
    probe.sent(nxt, again);
  }
}
