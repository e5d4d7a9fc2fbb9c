// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.stack;

/** The names of the counters, for those who print them; a binary that prints none has none. */
public final class CounterNames {
  private static final String[] NAMES = {
    "stack.internal_error", "pool.empty", "link.received", "link.sent", "link.send_failed",
  };

  private CounterNames() {}

  /** The name of a {@link Counter}, such as {@code ip.badsum}. */
  public static String of(int counter) {
    return NAMES[counter];
  }
}
