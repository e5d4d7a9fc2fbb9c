// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/** How often something may be done in a second: what is over is refused, not delayed. */
final class PerSecond {
  static final long SECOND_NS = 1_000_000_000L;

  private final int most;
  private long secondNs;
  private int done;

  PerSecond(int most) {
    this.most = most;
  }

  void clear() {
    secondNs = 0;
    done = 0;
  }

  /** Whether it may be done once more now; if so, counts it. */
  boolean allow(long nowNs) {
    if (nowNs - secondNs >= SECOND_NS) {
      secondNs = nowNs;
      done = 0;
    }
    if (done >= most) {
      return false;
    }
    done++;
    return true;
  }
}
