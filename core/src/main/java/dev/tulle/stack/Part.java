// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.stack;

/** Something in the stack that has time limits or output of its own: a transport, a cache. */
public interface Part {
  /** The deadline of a part that waits for nothing. */
  long NEVER = Long.MAX_VALUE;

  /**
   * Does what is due at {@code nowNs} and answers when it next wants to run.
   *
   * @param nowNs monotonic nanoseconds, from 0 up
   * @return a time in the same clock; {@code nowNs} or less means at once; {@link #NEVER}
   */
  long poll(long nowNs);

  /** When this part next wants to run, as {@link #poll} would answer, without doing anything. */
  long deadlineNs();
}
