// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * What connections with gaps in what has arrived remember them in, lent while there are gaps.
 *
 * <p>There are as many as connections at most; they are made when they are first needed.
 */
final class RangePool {
  private final int ranges;
  private Ranges free;

  /** Where ranges start and end. */
  static final class Ranges {
    final int[] starts;
    final int[] ends;
    private Ranges next;

    Ranges(int ranges) {
      starts = new int[ranges];
      ends = new int[ranges];
    }
  }

  /**
   * @param ranges for each connection
   */
  RangePool(int ranges) {
    this.ranges = ranges;
  }

  /** Allocates as many as there are connections now. */
  void makeAll(int connections) {
    for (int i = 0; i < connections; i++) {
      give(new Ranges(ranges));
    }
  }

  Ranges take() {
    Ranges lent = free;
    if (lent == null) {
      return new Ranges(ranges);
    }
    free = lent.next;
    lent.next = null;
    return lent;
  }

  void give(Ranges lent) {
    lent.next = free;
    free = lent;
  }
}
