// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;

/**
 * Room for the records of segments in flight, which {@link SentSegments} borrows in four sizes.
 *
 * <p>Of the smallest there is one for each connection, so that each can send; of each larger size a
 * quarter as many as of the one before, so that all sizes take the same memory. Who does not get
 * the next size has no more in flight than fits.
 */
final class SegmentRows {
  /** Of the smallest size; each next one has four times as many. */
  static final int LEAST = 32;

  private static final int SIZES = 4;

  /** Arrays for so many records. */
  static final class Size {
    final int index;
    final int[] ends;
    final long[] sentNs;
    final byte[] flags;
    private Size next;

    Size(int index) {
      this.index = index;
      int rows = LEAST << 2 * index;
      ends = new int[rows];
      sentNs = new long[rows];
      flags = new byte[rows];
    }
  }

  private final Size[] free = new Size[SIZES];
  private final int[] unmade = new int[SIZES];

  /** Where refusals are counted; null where nobody does. */
  Counters counters;

  SegmentRows(int connections) {
    for (int i = 0; i < SIZES; i++) {
      unmade[i] = Math.max(1, connections >> 2 * i);
    }
  }

  /** Allocates all of them now. */
  void makeAll() {
    for (int i = 0; i < SIZES; i++) {
      while (unmade[i] > 0) {
        unmade[i]--;
        give(new Size(i));
      }
    }
  }

  /** The size after {@code smaller}, or the smallest for null; null where none is left. */
  Size take(Size smaller) {
    int i = smaller == null ? 0 : smaller.index + 1;
    if (i == SIZES) {
      return null;
    }
    Size size = free[i];
    if (size != null) {
      free[i] = size.next;
      size.next = null;
    } else if (unmade[i] > 0) {
      unmade[i]--;
      size = new Size(i);
    } else if (counters != null) {
      counters.add(Counter.TCP_RECORDS_SHORT);
    }
    return size;
  }

  void give(Size size) {
    size.next = free[size.index];
    free[size.index] = size;
  }
}
