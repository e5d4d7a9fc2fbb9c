// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.stack;

/**
 * A whole stack as its owner drives it: packets and time go in, a deadline comes out.
 *
 * <p>One thread owns a stack. It calls {@link #poll} when a link is readable, when the deadline has
 * come, and after using sockets; then it reads and writes sockets, and asks {@link #deadlineNs} how
 * long it may sleep. Nothing here calls the application, nothing reads a clock.
 *
 * <p>An application that works between the two halves of a poll saves packets, because what it
 * reads and writes travels with the acknowledgements that are due anyway:
 *
 * <pre>{@code
 * while (running) {
 *   stack.input(now());
 *   application.poll(now());
 *   stack.output(now());
 *   waiter.waitUntil(Math.min(stack.deadlineNs(), application.deadlineNs()));
 * }
 * }</pre>
 */
public final class Stack {
  /** Frames from each interface in one turn, so that a flood starves neither timers nor output. */
  private static final int BUDGET = 64;

  private final Interface[] interfaces;
  private final Part[] parts;
  private boolean more;

  /**
   * @param interfaces where packets come from
   * @param parts what has deadlines, in the order in which it shall run
   */
  public Stack(Interface[] interfaces, Part[] parts) {
    this.interfaces = interfaces;
    this.parts = parts;
  }

  /**
   * Takes in what has arrived, then lets every part send what is due.
   *
   * @return the earliest deadline; {@code nowNs} or less where there is work left over
   */
  public long poll(long nowNs) {
    input(nowNs);
    return output(nowNs);
  }

  /** Takes in what has arrived, up to a budget for each interface. */
  public void input(long nowNs) {
    more = false;
    for (int i = 0; i < interfaces.length; i++) {
      more |= interfaces[i].input(BUDGET, nowNs);
    }
  }

  /** Lets every part send what is due; answers as {@link #poll}. */
  public long output(long nowNs) {
    long deadlineNs = Part.NEVER;
    for (int i = 0; i < parts.length; i++) {
      deadlineNs = Math.min(deadlineNs, parts[i].poll(nowNs));
    }
    for (int i = 0; i < interfaces.length; i++) {
      deadlineNs = Math.min(deadlineNs, interfaces[i].deadlineNs());
    }
    return more ? nowNs : deadlineNs;
  }

  /** When to poll next if no packet comes before; 0 means at once. */
  public long deadlineNs() {
    if (more) {
      return 0;
    }
    long deadlineNs = Part.NEVER;
    for (int i = 0; i < parts.length; i++) {
      deadlineNs = Math.min(deadlineNs, parts[i].deadlineNs());
    }
    for (int i = 0; i < interfaces.length; i++) {
      deadlineNs = Math.min(deadlineNs, interfaces[i].deadlineNs());
    }
    return deadlineNs;
  }
}
