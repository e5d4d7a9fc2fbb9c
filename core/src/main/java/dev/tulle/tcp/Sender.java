// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.buffer.ByteRing;

/**
 * The sending half of a connection: what waits, what is in flight, and what may go out next.
 *
 * <p>The ring holds what is unacknowledged and what waits, from {@link #first} on. Sequence
 * variables have the names of RFC 9293 3.3.1.
 */
final class Sender {
  /** What {@link #next} answers when nothing may be sent now. */
  static final int WAIT = -1;

  /** RFC 9293 3.7.1 (MUST-15). */
  static final int DEFAULT_MSS = 536;

  /** Against a peer that asks for a storm of tiny segments (CVE-2019-11479). */
  static final int LEAST_MSS = 88;

  /** A few segments: with less nothing flows. */
  static final int LEAST_BUFFER = 4096;

  final ByteRing ring;
  int iss;
  int sndUna;
  int sndNxt;
  int sndWnd;
  int sndWl1;
  int sndWl2;

  /** Largest window that the peer ever offered: its buffer, as far as we can tell. */
  int maxWindow;

  byte windowShift;

  /** Octets of payload in a full segment. */
  char mss; // 16 bits, and no sign

  /** Sequence number of the ring's first octet. */
  int first;

  /** Whether a FIN follows the last octet of the ring. */
  boolean closing;

  boolean noDelay;

  /** Whether the application wants full segments only. */
  boolean corked;

  /** Where the last segment that was sent and not full ends. */
  private int small;

  /** Octets that the ring may hold. */
  int limit = Integer.MAX_VALUE;

  /** Whether the congestion window held the sender back in the last window of data. */
  boolean limited;

  /** Octets that were outstanding at most in the last window of data, and where that ends. */
  int used;

  private int usedEnd;

  Sender(ByteRing ring) {
    this.ring = ring;
  }

  /** Starts with nothing sent: the SYN will take {@code iss}. */
  void start(int iss) {
    ring.clear();
    this.iss = iss;
    sndUna = iss;
    sndNxt = iss;
    first = iss + 1;
    sndWnd = 0;
    maxWindow = 0;
    windowShift = 0;
    mss = DEFAULT_MSS;
    closing = false;
    noDelay = false;
    corked = false;
    small = iss;
    limit = Integer.MAX_VALUE;
    limited = false;
    used = 0;
    usedEnd = iss;
  }

  /** Settles the size of a full segment from the peer's option (0 if none) and the path's limit. */
  void agreeMss(int offered, int pathLimit) {
    // RFC 9293 3.7.1 (MUST-15, MUST-16).
    int peer = offered == 0 ? DEFAULT_MSS : Math.max(offered, LEAST_MSS);
    mss = (char) Math.min(peer, pathLimit);
  }

  /** RFC 5961 5.2 (MUST): SND.UNA - MAX.SND.WND <= SEG.ACK <= SND.NXT. */
  boolean acceptable(int ack) {
    return !Seq.lt(ack, sndUna - maxWindow) && !Seq.lt(sndNxt, ack);
  }

  /** Takes the window of a segment whose ACK is acceptable; answers whether it changed. */
  boolean updateWindow(Segment s) {
    // RFC 9293 3.10.7.4, fifth step: SND.UNA =< SEG.ACK, and not older than the last update. As in
    // Linux one that acknowledges something new always counts: a single forged segment with a high
    // number would otherwise close the window for good.
    boolean older = Seq.lt(s.seq, sndWl1) || s.seq == sndWl1 && Seq.lt(s.ack, sndWl2);
    if (Seq.lt(s.ack, sndUna) || older && s.ack == sndUna) {
      return false;
    }
    int window = s.window << windowShift;
    boolean changed = window != sndWnd;
    setWindow(s, window);
    return changed;
  }

  /** Takes the window of a SYN, which is never scaled (RFC 7323 2.2). */
  void setWindow(Segment s, int window) {
    sndWnd = window;
    maxWindow = Math.max(maxWindow, window);
    sndWl1 = s.seq;
    sndWl2 = s.ack;
  }

  /** Moves {@code sndUna} up to an acceptable ACK, forgetting what it covers. */
  void acknowledged(int ack) {
    int data = Math.min(ack - first, ring.length());
    if (data > 0) {
      ring.consume(data);
      first += data;
    }
    sndUna = ack;
  }

  /** Octets that may still be written. */
  int room() {
    return Math.min(ring.free(), space());
  }

  /** As {@link #room}, if there is memory: who writes so much has it counted where there is not. */
  int space() {
    return Math.max(0, Math.min(limit, ring.capacity()) - ring.length());
  }

  /** Octets that were written and never sent. */
  int unsent() {
    return Math.max(0, first + ring.length() - sndNxt);
  }

  /** Whether data or a FIN has yet to be sent for the first time. */
  boolean waiting() {
    return unsent() > 0 || closing && !finSent();
  }

  /** The sequence number of our FIN, if there will be one. */
  int finSeq() {
    return first + ring.length();
  }

  boolean finSent() {
    return closing && sndNxt == finSeq() + 1;
  }

  /**
   * Whether our FIN is to follow {@code length} octets of new data: it takes room of the window.
   */
  boolean finFits(int length) {
    return closing && !finSent() && length == unsent() && sndUna + sndWnd - sndNxt > length;
  }

  /**
   * How much new data goes into the next segment.
   *
   * @param congestionWindow octets that may be in the network
   * @param inFlight octets that are
   * @return 0 to {@link #mss}, where 0 means a bare FIN; or {@link #WAIT}
   */
  int next(int congestionWindow, int inFlight) {
    int waiting = unsent();
    if (waiting == 0) {
      return finFits(0) ? 0 : WAIT;
    }
    int length = Math.min(waiting, mss);
    // RFC 9293 3.8.6 (MUST-34): after the peer shrank its window this may be negative.
    int usable = sndUna + sndWnd - sndNxt;
    if (usable < length) {
      length = usable;
    }
    if (length <= 0) {
      return WAIT;
    }
    if (length > congestionWindow - inFlight) {
      return WAIT;
    }
    // RFC 9293 3.8.6.2.1 (silly windows) and 3.7.4 (Nagle): full segments, the last one when
    // nobody wants to wait, or half of what the peer can take. As in Linux, and as A.3 tells, the
    // last one goes also while nothing but full ones is in flight (Minshall): it would wait for an
    // ACK that the peer may delay, and there is never more than one that is small.
    boolean last = length == waiting;
    if (length == mss
        || last && (closing || !corked && (noDelay || !smallInFlight()))
        || length * 2L >= maxWindow) {
      return length;
    }
    return WAIT;
  }

  /** The second half is for what was sent 2 GB ago. */
  private boolean smallInFlight() {
    return Seq.lt(sndUna, small) && Seq.leq(small, sndNxt);
  }

  /** A segment was sent for the first time, with a FIN where the span is longer. */
  void sent(int length, int span) {
    sndNxt += span;
    if (length < mss) {
      small = sndNxt;
    }
  }

  /**
   * Notes how far a turn of sending has used the congestion window. RFC 7661 4.2, as Linux does it:
   * the most of a window of data counts.
   */
  void used(boolean full) {
    int out = sndNxt - sndUna;
    if (full || !Seq.lt(sndUna, usedEnd) || !limited && out > used) {
      limited = full;
      used = out;
      usedEnd = sndNxt;
    }
  }
}
