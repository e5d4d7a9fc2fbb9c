// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * Which octets beyond the next expected one have arrived: a few disjoint ranges, the one with the
 * latest segment first.
 *
 * <p>The octets themselves lie in the receive ring, at their place. The number of ranges is fixed,
 * so that segments at random offsets cost neither memory nor time (CVE-2018-5390). The order is the
 * one in which selective acknowledgements tell of them (RFC 2018 4).
 */
class Reassembly {
  int[] starts;
  int[] ends;
  private int count;

  Reassembly(int ranges) {
    this(new int[ranges], new int[ranges]);
  }

  Reassembly(int[] starts, int[] ends) {
    this.starts = starts;
    this.ends = ends;
  }

  void clear() {
    count = 0;
  }

  boolean isEmpty() {
    return count == 0;
  }

  int count() {
    return count;
  }

  int start(int i) {
    return starts[i];
  }

  int end(int i) {
    return ends[i];
  }

  /** The first octet from {@code seq} on that is not held. */
  int gapStart(int seq) {
    for (int i = 0; i < count; i++) {
      if (Seq.in(seq, starts[i], ends[i])) {
        return ends[i];
      }
    }
    return seq;
  }

  /**
   * The end of the gap that starts at {@code seq}, which is not held, but at most {@code limit}.
   */
  int gapEnd(int seq, int limit) {
    int end = limit;
    for (int i = 0; i < count; i++) {
      if (Seq.lt(seq, starts[i])) {
        end = Seq.min(end, starts[i]);
      }
    }
    return end;
  }

  /**
   * Notes that {@code [start, end)} is held, joining what it touches.
   *
   * @return false where it would need one range more than there are: nothing is noted
   */
  boolean add(int start, int end) {
    int low = start;
    int high = end;
    for (int i = count - 1; i >= 0; i--) {
      if (Seq.leq(starts[i], end) && Seq.leq(start, ends[i])) {
        low = Seq.min(low, starts[i]);
        high = Seq.max(high, ends[i]);
        remove(i);
      }
    }
    if (count == starts.length) {
      return false;
    }
    System.arraycopy(starts, 0, starts, 1, count);
    System.arraycopy(ends, 0, ends, 1, count);
    starts[0] = low;
    ends[0] = high;
    count++;
    return true;
  }

  /** Drops the ranges that {@code next} has reached and answers the next octet that is missing. */
  int advance(int next) {
    for (int i = count - 1; i >= 0; i--) {
      if (Seq.leq(starts[i], next)) {
        next = Seq.max(next, ends[i]);
        remove(i); // one range at most reaches further, and touches no other
      }
    }
    return next;
  }

  private void remove(int i) {
    count--;
    System.arraycopy(starts, i + 1, starts, i, count - i);
    System.arraycopy(ends, i + 1, ends, i, count - i);
  }
}
