// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.wire.Bytes;

/**
 * What the peer has of the segments in flight, as its acknowledgements tell, selective ones too.
 *
 * <p>RFC 2018, D-SACK of RFC 2883. Only whole segments count; what a block must not say is ignored.
 */
final class Scoreboard {
  final SentSegments segments;
  final Reordering reordering = new Reordering();
  final Delivery delivery = new Delivery();

  /** Whether the last ACK told of something that arrived twice, and where that ends. */
  boolean dsack;

  int dsackEnd;

  /** How many segments that were. */
  int twice;

  /** Whether the last ACK told of the arrival of segments that were sent once; the first's end. */
  boolean original;

  int originalEnd;

  /** Whether a selective acknowledgement told of some. */
  boolean selected;

  /** Octets that the last ACK covered and a selective one had told before. */
  int old;

  /** Segments that the last ACK delivered. */
  int delivered;

  Scoreboard(SentSegments segments) {
    this.segments = segments;
  }

  void start(int iss) {
    segments.clear();
    reordering.start(iss);
    delivery.start(iss);
  }

  /** Takes in an ACK that moved SND.UNA from {@code before} to {@code una}. */
  void arrived(Segment s, int before, int una, int nxt, int mss, long nowNs) {
    dsack = false;
    twice = 0;
    original = false;
    selected = false;
    old = 0;
    delivery.begin(s.echoNs);
    reordering.begin();
    int missing = segments.count() - segments.sacked;
    takeBlocks(s, before, una, nxt, mss, nowNs);
    takeAcknowledged(before, una, nowNs);
    delivered = missing - (segments.count() - segments.sacked);
  }

  private void takeBlocks(Segment s, int before, int una, int nxt, int mss, long nowNs) {
    for (int i = 0; i < s.sackBlocks; i++) {
      int left = Bytes.i32(s.bytes, s.sackAt + 8 * i);
      int right = Bytes.i32(s.bytes, s.sackAt + 8 * i + 4);
      if (i == 0 && duplicateBlock(s, left, right)) {
        dsack = true;
        dsackEnd = right;
        twice = Seq.leq(right, una) ? 1 + (right - left - 1) / mss : again(left, right, before);
        reordering.seen = true; // not in RFC 8985: what arrived after its copy came late as well
        continue;
      }
      // RFC 2018 8: anything else would tell of what was never sent, or is acknowledged already.
      if (Seq.lt(left, right) && Seq.lt(una, left) && Seq.leq(right, nxt)) {
        takeBlock(left, right, before, mss, nowNs);
      }
    }
  }

  /** How many of the segments in a range were sent again: what else is double is not our doing. */
  private int again(int left, int right, int before) {
    int count = 0;
    int start = before;
    for (int i = 0; i < segments.count() && Seq.lt(start, right); i++) {
      int end = segments.end(i);
      boolean covered = Seq.leq(left, start) && Seq.leq(end, right);
      count += covered && segments.has(i, SentSegments.EVER) ? 1 : 0;
      start = end;
    }
    return count;
  }

  /** RFC 2883 4: below its own ACK, which may be an old one, or inside the second block. */
  private static boolean duplicateBlock(Segment s, int left, int right) {
    if (!Seq.lt(left, right)) {
      return false;
    }
    if (Seq.leq(right, s.ack)) {
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
        selected = true;
        if (!segments.has(i, SentSegments.EVER)) {
          reordering.note(start, end, mss);
          noteOriginal(end);
        }
        delivery.arrived(segments, i, nowNs);
        segments.unmark(i, SentSegments.LOST | SentSegments.AGAIN);
        segments.mark(i, SentSegments.SACKED);
        reordering.arrived(end);
      }
      start = end;
    }
  }

  private void noteOriginal(int end) {
    originalEnd = original ? Seq.min(originalEnd, end) : end;
    original = true;
  }

  /** Whether the last ACK told of the arrival of a segment up to {@code limit} sent only once. */
  boolean original(int limit) {
    return original && Seq.leq(originalEnd, limit);
  }

  /** The peer may forget what it acknowledged selectively (RFC 2018 8), and has. */
  void forget() {
    for (int i = 0; i < segments.count(); i++) {
      segments.unmark(i, SentSegments.SACKED);
    }
  }

  /** Whether the peer wants what it has acknowledged selectively: it has forgotten it. */
  boolean forgotten() {
    return segments.count() > 0 && segments.has(0, SentSegments.SACKED);
  }

  private void takeAcknowledged(int before, int una, long nowNs) {
    boolean ambiguous = false;
    int start = before;
    while (segments.count() > 0 && !Seq.lt(una, segments.end(0))) {
      if (segments.has(0, SentSegments.SACKED)) {
        old += segments.end(0) - start;
      } else {
        if (segments.has(0, SentSegments.EVER)) {
          ambiguous = true;
        } else {
          noteOriginal(segments.end(0));
        }
        reordering.seen |= !ambiguous && reordering.late(segments.end(0));
        delivery.arrived(segments, 0, nowNs);
      }
      start = segments.end(0);
      segments.remove();
    }
    if (ambiguous) {
      delivery.rttNs = 0; // Karn: RFC 6298 3 (MUST)
    }
    reordering.arrived(una);
  }
}
