// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.buffer.ByteRing;
import dev.tulle.stack.Part;

/**
 * The receiving half of a connection: the window, what has arrived, and when to acknowledge it.
 *
 * <p>The ring holds what is in order and not yet read; what came early lies behind it, at its
 * place, remembered in {@link Reassembly}. Nothing is ever written twice, so the first octets to
 * arrive win.
 */
final class Receiver {
  /**
   * Segments at the beginning that are acknowledged at once, while the peer starts; as in Linux.
   */
  static final int QUICK_ACKS = 16;

  /** RFC 9293 3.8.6.3 (MUST-40) wants less than half a second; Linux's least. */
  static final long DELAYED_ACK_NS = 40_000_000;

  /** Duplicate ACKs in one turn: enough for the peer's fast retransmit, no storm. */
  private static final int MOST_ACKS = 32;

  final ByteRing ring;
  final Reassembly reassembly;
  int irs;
  int rcvNxt;

  /**
   * Right edge of the window as advertised: RCV.NXT + RCV.WND. The ring has promised to store all
   * before it.
   */
  int edge;

  byte windowShift;

  /** Our MSS, as advertised. */
  char mss; // 16 bits, and no sign

  /** Octets that arrived twice, to be told with the next ACK (RFC 2883); none where both agree. */
  int duplicateStart;

  int duplicateEnd;

  /** RCV.NXT as it was last told: RFC 7323's Last.ACK.sent. */
  int acknowledged;

  /** ACKs to send at once; each segment out of order wants one of its own (RFC 5681 4.2). */
  byte acksDue;

  /** When a delayed ACK must go. */
  long ackDeadlineNs;

  /** In-order octets that no ACK has covered. */
  private int unacknowledged;

  /** Payload of the largest segment seen: what the peer sends as a full one. */
  private int fullSegment;

  /** How many more segments are acknowledged at once. */
  byte quick;

  private boolean finKnown;
  private int finSeq;

  /** Whether all octets before the peer's FIN, and it, have arrived. */
  boolean finished;

  /** Whether the application wants no more: what arrives is acknowledged and forgotten. */
  boolean discarding;

  Receiver(ByteRing ring, Reassembly reassembly) {
    this.ring = ring;
    this.reassembly = reassembly;
  }

  void start(int mss) {
    ring.clear();
    reassembly.clear();
    this.mss = (char) mss;
    windowShift = 0;
    fullSegment = 0;
    finKnown = false;
    finished = false;
    discarding = false;
    rcvNxt = 0;
    edge = 0;
    quick = QUICK_ACKS;
    duplicateStart = 0;
    duplicateEnd = 0;
    acknowledgedNow();
  }

  /** The peer's SYN arrived; what our own SYN has offered stays offered. */
  void open(int irs) {
    int offered = edge - rcvNxt;
    this.irs = irs;
    rcvNxt = irs + 1;
    edge = rcvNxt + offered;
  }

  /** Payload of the largest segment seen. */
  int largest() {
    return fullSegment;
  }

  int window() {
    return edge - rcvNxt;
  }

  /** RFC 9293 3.10.7.4, first step: is any of the segment inside the window? */
  boolean acceptable(Segment s) {
    int window = edge - rcvNxt;
    int span = s.span();
    if (window == 0) {
      // Data at the closed window's edge is a probe: its ACK counts, its data will be trimmed.
      return s.seq == rcvNxt;
    }
    return Seq.in(s.seq, rcvNxt, edge) || span > 0 && Seq.in(s.seq + span - 1, rcvNxt, edge);
  }

  /** Takes a segment's data and FIN as far as the window goes, and settles when to acknowledge. */
  void arrived(Segment s, boolean fin, long nowNs) {
    int start = s.seq;
    int end = s.seq + s.length;
    int from = Seq.max(start, rcvNxt);
    int to = Seq.min(end, edge); // the ring has room for all of the window
    if (fin && to == end) {
      finKnown = true;
      finSeq = end;
    }
    boolean inOrder = from == rcvNxt && reassembly.isEmpty();
    int before = rcvNxt;
    if (Seq.lt(start, from) || !reassembly.isEmpty()) {
      noteDuplicate(start, Seq.min(end, reassembly.gapStart(from)), from);
    }
    if (Seq.lt(from, to)) {
      store(s, from, to);
    }
    fullSegment = Math.max(fullSegment, s.length);
    finish();
    unacknowledged += rcvNxt - before;
    // RFC 5681 4.2: at once for every second full segment, for what is out of order or fills a gap,
    // for what was cut off or known, and for a FIN; otherwise a little later.
    if (!inOrder || finished || rcvNxt == before) {
      acksDue = (byte) Math.min(acksDue + 1, MOST_ACKS);
    } else if (quick > 0 || unacknowledged >= 2 * Math.min(fullSegment, mss)) {
      quick = (byte) Math.max(0, quick - 1);
      acksDue = (byte) Math.max(acksDue, 1);
    } else {
      acknowledgeLater(nowNs);
    }
  }

  /** A segment has arrived that lies before the window altogether. */
  void knownAlready(Segment s) {
    duplicateStart = s.seq;
    duplicateEnd = s.seq + s.length;
    acknowledgeNow();
  }

  /** Notes the part of a segment that is known: before {@code from}, or held already from there. */
  private void noteDuplicate(int start, int held, int from) {
    if (Seq.lt(from, held)) {
      duplicateStart = from;
      duplicateEnd = held;
    } else if (Seq.lt(start, from)) {
      duplicateStart = start;
      duplicateEnd = from;
    }
  }

  private void store(Segment s, int from, int to) {
    if (from == rcvNxt && reassembly.isEmpty()) {
      ring.append(s.bytes, s.payload + (from - s.seq), to - from);
      rcvNxt = to;
    } else {
      storeGaps(s, from, to);
      if (from == rcvNxt) {
        int next = reassembly.advance(to);
        ring.extend(next - rcvNxt);
        rcvNxt = next;
      } else {
        reassembly.add(from, to);
      }
    }
    if (discarding) {
      ring.consume(ring.length());
    }
  }

  private void storeGaps(Segment s, int from, int to) {
    int at = reassembly.gapStart(from);
    while (Seq.lt(at, to)) {
      int gapEnd = reassembly.gapEnd(at, to);
      ring.put(ring.length() + (at - rcvNxt), s.bytes, s.payload + (at - s.seq), gapEnd - at);
      at = reassembly.gapStart(gapEnd);
    }
  }

  private void finish() {
    if (finKnown && !finished && rcvNxt == finSeq) {
      finished = true;
      rcvNxt++;
      edge = Seq.max(edge, rcvNxt);
      ring.seal();
    }
  }

  /** An ACK must go soon, alone if nothing takes it along. */
  void acknowledgeLater(long nowNs) {
    ackDeadlineNs = Math.min(ackDeadlineNs, nowNs + DELAYED_ACK_NS);
  }

  /** An ACK must go at once. */
  void acknowledgeNow() {
    acksDue = (byte) Math.max(acksDue, 1);
  }

  /** An ACK has gone, alone or with data. */
  void acknowledgedNow() {
    acknowledged = rcvNxt;
    acksDue = 0;
    unacknowledged = 0;
    ackDeadlineNs = Part.NEVER;
  }

  /**
   * Whether reading has opened the window so far that the peer should hear of it at once: by a
   * segment where it may be waiting, by two, and a sixteenth of what can be offered, where it still
   * has room.
   */
  boolean updateDue() {
    int offer = offer();
    int enough = window() < mss ? mss : Math.max(2 * mss, offer >> 4);
    return !finished && worth(offer, enough);
  }

  /**
   * The window field for a segment that goes out now; moves the edge accordingly.
   *
   * @param scaled false in a SYN
   */
  int advertise(boolean scaled) {
    int shift = scaled ? windowShift : 0;
    int current = window();
    int offer = offer();
    // RFC 9293 3.8.6.2.2 (MUST-39): the edge moves by a segment or half the buffer, or not at all;
    // (SHLD-14) it never moves back.
    int window = worth(offer, mss) ? offer : current;
    int field = (window + (1 << shift) - 1) >> shift;
    if (field << shift > offer) {
      field = window >> shift;
    }
    field = Math.min(field, 0xFFFF);
    // A field that could only be rounded down takes back nothing that an earlier one has promised.
    edge = Seq.max(edge, rcvNxt + (field << shift));
    return field;
  }

  /**
   * Whether a window of {@code offer} is so much more than what is open that it is told: by {@code
   * enough}, or by half of what there is memory for now, which may be less than a segment.
   */
  private boolean worth(int offer, int enough) {
    return offer - window() >= Math.min((offer + ring.length()) / 2, enough);
  }

  /** The largest window that there is room for and that the field can tell. */
  private int offer() {
    return Math.min(ring.promise(), 0xFFFF << windowShift);
  }
}
