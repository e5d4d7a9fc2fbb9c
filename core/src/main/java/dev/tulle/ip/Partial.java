// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Interface;

/** A datagram of which fragments have arrived: which octets, and in which blocks they lie. */
final class Partial {
  /** Gaps that are remembered: 128 fragments may arrive in any order, 8,192 in a usual one. */
  static final int RANGES = 64;

  static final int FREE = 0;

  static final int COLLECTING = 1;

  /** Given up: what still comes of it is dropped, and it holds no memory. */
  static final int ABANDONED = 2;

  int state;

  /** Where it came in, a keyed hash of what else names it, and its source. */
  Interface from;

  long key;
  long source;

  Reassembly.Layer layer;
  long deadlineNs;

  /** Where octets lie, by offset; null where none has come yet. */
  final byte[][] blocks = new byte[Reassembly.MOST_BLOCKS][];

  int blockCount;

  /** Disjoint ranges of octets that are there, in no order, none touching another. */
  final int[] starts = new int[RANGES];

  final int[] ends = new int[RANGES];
  int count;

  /** Octets that are there, and how many there must be: -1 until the last fragment has come. */
  int held;

  int total;

  /** The header of fragment zero, and its length; 0 until it has come. */
  final byte[] header = new byte[Packet.HEADROOM];

  int headerBytes;

  /** End of fragment zero. */
  int firstEnd;

  boolean group;
  int interfaceNumber;

  /** A bit for each of the four marks of congestion that its fragments bore. */
  int marks;

  void begin(Interface from, long source, long key) {
    state = COLLECTING;
    this.from = from;
    this.source = source;
    this.key = key;
    count = 0;
    held = 0;
    total = -1;
    headerBytes = 0;
    group = false;
    marks = 0;
  }

  /** Whether a fragment's end agrees with what is known of the length and with what is there. */
  boolean fits(int end, boolean more) {
    if (total >= 0) {
      return more ? end < total : end == total;
    }
    for (int i = 0; i < count; i++) {
      if (!more && ends[i] > end) {
        return false;
      }
    }
    return true;
  }

  /** The range that has any of these octets, or -1. */
  int overlapping(int start, int end) {
    int i = count - 1;
    while (i >= 0 && (starts[i] >= end || start >= ends[i])) {
      i--;
    }
    return i;
  }

  /** Notes octets none of which was there; answers false where that needs a range too many. */
  boolean add(int start, int end) {
    int joined = -1;
    for (int i = count - 1; i >= 0; i--) {
      if (ends[i] == start || starts[i] == end) {
        start = Math.min(start, starts[i]);
        end = Math.max(end, ends[i]);
        if (joined >= 0) {
          count--;
          starts[joined] = starts[count];
          ends[joined] = ends[count];
        }
        joined = i;
      }
    }
    if (joined < 0) {
      if (count == RANGES) {
        return false;
      }
      joined = count++;
    }
    starts[joined] = start;
    ends[joined] = end;
    return true;
  }
}
