// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/** A {@link Reassembly} that has memory only while there are gaps in what has arrived. */
final class LentReassembly extends Reassembly {
  private final RangePool pool;
  private RangePool.Ranges lent;

  LentReassembly(RangePool pool) {
    super(null, null);
    this.pool = pool;
  }

  @Override
  void clear() {
    super.clear();
    giveBack();
  }

  @Override
  boolean add(int start, int end) {
    if (lent == null) {
      lent = pool.take();
      starts = lent.starts;
      ends = lent.ends;
    }
    return super.add(start, end);
  }

  @Override
  int advance(int next) {
    int reached = super.advance(next);
    if (isEmpty()) {
      giveBack();
    }
    return reached;
  }

  private void giveBack() {
    if (lent != null) {
      pool.give(lent);
      lent = null;
      starts = null;
      ends = null;
    }
  }
}
