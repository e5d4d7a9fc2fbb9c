// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * Which octets beyond the next expected one have arrived: a few sorted, disjoint ranges.
 *
 * <p>The octets themselves lie in the receive ring, at their place. The number of ranges is fixed,
 * so that segments at random offsets cost neither memory nor time (CVE-2018-5390).
 */
final class Reassembly {
  private final int[] starts;
  private final int[] ends;
  private int count;

  Reassembly(int ranges) {
    starts = new int[ranges];
    ends = new int[ranges];
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
    for (int i = 0; i < count; i++) {
      if (Seq.lt(seq, starts[i])) {
        return Seq.min(limit, starts[i]);
      }
    }
    return limit;
  }

  /**
   * Notes that {@code [start, end)} is held, joining what it touches.
   *
   * @return false where it would need one range more than there are: nothing is noted
   */
  boolean add(int start, int end) {
    int first = 0;
    while (first < count && Seq.lt(ends[first], start)) {
      first++;
    }
    int last = first; // ranges first..last-1 touch the new one
    int low = start;
    int high = end;
    while (last < count && Seq.leq(starts[last], end)) {
      low = Seq.min(low, starts[last]);
      high = Seq.max(high, ends[last]);
      last++;
    }
    int grow = 1 - (last - first);
    if (count + grow > starts.length) {
      return false;
    }
    System.arraycopy(starts, last, starts, last + grow, count - last);
    System.arraycopy(ends, last, ends, last + grow, count - last);
    starts[first] = low;
    ends[first] = high;
    count += grow;
    return true;
  }

  /** Drops the ranges that {@code next} has reached and answers the next octet that is missing. */
  int advance(int next) {
    int passed = 0;
    while (passed < count && Seq.leq(starts[passed], next)) {
      next = Seq.max(next, ends[passed]);
      passed++;
    }
    count -= passed;
    System.arraycopy(starts, passed, starts, 0, count);
    System.arraycopy(ends, passed, ends, 0, count);
    return next;
  }
}
