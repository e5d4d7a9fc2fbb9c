// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

/**
 * The time of a stack, and who gives it its turns: a thread that sleeps until something arrives, or
 * a simulation.
 */
public interface Pace {
  /** A stack as its pace sees it. */
  interface Paced {
    /**
     * Takes in what has arrived, sends what is due, and wakes whoever waited for either.
     *
     * @return when to come again if nothing arrives before: now or earlier at once, {@link
     *     Long#MAX_VALUE} never; {@link Long#MIN_VALUE} where the stack is closed
     */
    long turn();
  }

  /** Monotonic nanoseconds, from 0 up. */
  long nowNs();

  /** Begins to give turns. */
  void begin(Paced stack);

  /** The stack wants its next turn earlier than it said; called under its lock. */
  void wake();

  /** A thread that waited for the stack was woken; called under its lock. */
  default void woke() {}

  /**
   * Whether the thread that uses a channel sends what it has made due itself, as a kernel does;
   * where it does not, that is left to the next turn.
   */
  boolean direct();
}
