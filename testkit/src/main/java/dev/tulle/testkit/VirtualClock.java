// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

/** A clock that stands still until the test moves it: monotonic nanoseconds from 0 up. */
public final class VirtualClock {
  private long nowNs;

  public VirtualClock() {}

  public long nowNs() {
    return nowNs;
  }

  /** Moves forward to a time; a time in the past is an error of the test. */
  public void moveTo(long timeNs) {
    if (timeNs < nowNs) {
      throw new IllegalArgumentException("the clock is at " + nowNs + ", not before " + timeNs);
    }
    nowNs = timeNs;
  }

  public void advanceNs(long durationNs) {
    moveTo(nowNs + durationNs);
  }

  public void advanceMs(long durationMs) {
    advanceNs(durationMs * 1_000_000L);
  }
}
