// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.stack;

/**
 * The numbers of all counters; {@link Counters} holds their values, {@link CounterNames} their
 * names.
 *
 * <p>One list, so that a number is used once. A counter costs eight octets of RAM in every profile
 * and no code where nothing counts it. The name of a constant is the counter's name with the point
 * written as an underscore.
 */
public final class Counter {
  public static final int STACK_INTERNAL_ERROR = 0;
  public static final int POOL_EMPTY = 1;
  public static final int LINK_RECEIVED = 2;
  public static final int LINK_SENT = 3;
  public static final int LINK_SEND_FAILED = 4;

  /** How many there are. */
  public static final int COUNT = 5;

  private Counter() {}
}
