// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.stack;

/** The values of all counters of one stack: what was dropped, refused or sent, and why. */
public final class Counters {
  private final long[] values = new long[Counter.COUNT];

  public void add(int counter) {
    values[counter]++;
  }

  public long value(int counter) {
    return values[counter];
  }
}
