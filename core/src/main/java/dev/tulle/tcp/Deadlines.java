// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.stack.Part;

/**
 * The connections that wait for a time, earliest first: a binary heap that is lazy about delays.
 *
 * <p>A deadline that moves later, as a retransmission timer does with each ACK, costs nothing: the
 * old place is kept until it comes up, and only then is the connection put where it belongs.
 */
final class Deadlines {
  private final Connection[] heap;
  private int count;

  Deadlines(int connections) {
    heap = new Connection[connections];
  }

  /** When {@link #due} may answer next; at the earliest. */
  long earliestNs() {
    return count == 0 ? Part.NEVER : heap[0].heapKeyNs;
  }

  /** Makes sure that a connection comes up when its deadline has come. */
  void schedule(Connection c) {
    long deadlineNs = c.deadlineNs();
    if (c.heapIndex < 0) {
      if (deadlineNs != Part.NEVER) {
        c.heapKeyNs = deadlineNs;
        up(c, count++);
      }
    } else if (deadlineNs < c.heapKeyNs) {
      c.heapKeyNs = deadlineNs;
      up(c, c.heapIndex);
    }
  }

  /** Takes out a connection whose deadline has come, or answers null. */
  Connection due(long nowNs) {
    while (count > 0 && heap[0].heapKeyNs - nowNs <= 0) {
      Connection c = heap[0];
      long deadlineNs = c.deadlineNs();
      if (deadlineNs - nowNs <= 0) {
        remove(c);
        return c;
      }
      if (deadlineNs == Part.NEVER) {
        remove(c);
      } else {
        c.heapKeyNs = deadlineNs;
        down(c, 0);
      }
    }
    return null;
  }

  void remove(Connection c) {
    int hole = c.heapIndex;
    if (hole < 0) {
      return;
    }
    c.heapIndex = -1;
    Connection last = heap[--count];
    heap[count] = null;
    if (last != c) {
      down(last, hole);
      up(last, last.heapIndex);
    }
  }

  private void up(Connection c, int from) {
    int i = from;
    while (i > 0 && c.heapKeyNs < heap[(i - 1) / 2].heapKeyNs) {
      place(heap[(i - 1) / 2], i);
      i = (i - 1) / 2;
    }
    place(c, i);
  }

  private void down(Connection c, int from) {
    int i = from;
    while (2 * i + 1 < count) {
      int child = 2 * i + 1;
      if (child + 1 < count && heap[child + 1].heapKeyNs < heap[child].heapKeyNs) {
        child++;
      }
      if (c.heapKeyNs <= heap[child].heapKeyNs) {
        break;
      }
      place(heap[child], i);
      i = child;
    }
    place(c, i);
  }

  private void place(Connection c, int i) {
    heap[i] = c;
    c.heapIndex = i;
  }
}
