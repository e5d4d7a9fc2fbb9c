// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * The segments in flight, in order: where each ends, when it was last sent, what became of it.
 *
 * <p>A ring of a limited number of entries; when it is full nothing new is sent, so that a peer
 * that asks for tiny segments gets few of them (CVE-2019-11477). A segment starts where the one
 * before it ends, the first at SND.UNA.
 */
final class SentSegments {
  /** The peer has it, says a selective acknowledgement. */
  static final int SACKED = 1;

  /** It is believed lost. */
  static final int LOST = 2;

  /** It was sent again and that copy is believed in flight. */
  static final int AGAIN = 4;

  /** It was sent more than once, so that an ACK does not tell which time. */
  static final int EVER = 8;

  private final SegmentRows source;
  private SegmentRows.Size lent;
  private int[] ends;
  private long[] sentNs;
  private byte[] flags;
  private int first;
  private int count;

  /** How many segments have each mark. */
  int sacked;

  int lost;
  int again;

  /** Room for so many, always. */
  SentSegments(int segments) {
    source = null;
    ends = new int[segments];
    sentNs = new long[segments];
    flags = new byte[segments];
  }

  /** Room that is borrowed when it is needed. */
  SentSegments(SegmentRows source) {
    this.source = source;
    borrow(source.take(null));
  }

  private void borrow(SegmentRows.Size size) {
    lent = size;
    ends = size.ends;
    sentNs = size.sentNs;
    flags = size.flags;
  }

  /** Whether there is room for one more, got just now if need be. */
  boolean room() {
    return count < ends.length || source != null && grow();
  }

  private boolean grow() {
    SegmentRows.Size larger = source.take(lent);
    if (larger == null) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      int at = index(i);
      larger.ends[i] = ends[at];
      larger.sentNs[i] = sentNs[at];
      larger.flags[i] = flags[at];
    }
    first = 0;
    source.give(lent);
    borrow(larger);
    return true;
  }

  /** Nothing is in flight, and for a while nothing will be: what was borrowed goes back. */
  void release() {
    clear();
    if (lent != null && lent.index > 0) {
      source.give(lent);
      borrow(source.take(null));
    }
  }

  void clear() {
    first = 0;
    count = 0;
    sacked = 0;
    lost = 0;
    again = 0;
  }

  int count() {
    return count;
  }

  boolean full() {
    return count == ends.length;
  }

  int end(int i) {
    return ends[index(i)];
  }

  long sentNs(int i) {
    return sentNs[index(i)];
  }

  boolean has(int i, int flag) {
    return (flags[index(i)] & flag) != 0;
  }

  /** Whether a segment is believed lost and not sent again since. */
  boolean missing(int i) {
    return (flags[index(i)] & (LOST | AGAIN)) == LOST;
  }

  /** Adds a segment; where there is no room, as a window's probe may find, the last one grows. */
  void add(int end, long nowNs) {
    if (full()) {
      ends[index(count - 1)] = end;
      return;
    }
    int i = index(count++);
    ends[i] = end;
    sentNs[i] = nowNs;
    flags[i] = 0;
  }

  /** Makes two of a segment, the first of which ends earlier; there must be room. */
  void split(int i, int end) {
    count++;
    for (int j = count - 1; j > i; j--) {
      ends[index(j)] = ends[index(j - 1)];
      sentNs[index(j)] = sentNs[index(j - 1)];
      flags[index(j)] = flags[index(j - 1)];
    }
    ends[index(i)] = end;
    count(0, flags[index(i)], 1);
  }

  /** Forgets the first segment. */
  void remove() {
    unmark(0, SACKED | LOST | AGAIN);
    first = index(1);
    count--;
  }

  void mark(int i, int flag) {
    count(flags[index(i)], flag, 1);
    flags[index(i)] |= (byte) flag;
  }

  void unmark(int i, int flag) {
    int set = flags[index(i)] & flag;
    count(0, set, -1);
    flags[index(i)] &= (byte) ~set;
  }

  /** A segment goes out once more. */
  void sentAgain(int i, long nowNs) {
    mark(i, AGAIN | EVER);
    sentNs[index(i)] = nowNs;
  }

  private void count(int before, int flag, int step) {
    int fresh = flag & ~before;
    sacked += (fresh & SACKED) != 0 ? step : 0;
    lost += (fresh & LOST) != 0 ? step : 0;
    again += (fresh & AGAIN) != 0 ? step : 0;
  }

  /** Segments believed to be in the network. RFC 6675 4, in segments. */
  int inFlight() {
    return count - sacked - lost + again;
  }

  private int index(int i) {
    int at = first + i;
    return at >= ends.length ? at - ends.length : at;
  }
}
