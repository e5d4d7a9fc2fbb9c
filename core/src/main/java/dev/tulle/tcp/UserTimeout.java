// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * How long one connection may stay without an answer before it is given up, instead of the usual
 * number of retransmissions.
 *
 * <p>The user timeout of RFC 9293 3.8.3 and RFC 5482, a local decision. As in Linux the time counts
 * from the first expiration of the retransmission timer, and for a SYN from when it went.
 */
public final class UserTimeout {
  private final long limitNs;
  private long firstNs;

  /**
   * @param limitNs how long
   */
  public UserTimeout(long limitNs) {
    this.limitNs = limitNs;
  }

  /** The timer has expired without an answer, for the first time in a row or again. */
  void expired(Connection c, boolean first, long nowNs) {
    if (first) {
      firstNs = c.state < State.ESTABLISHED ? c.sentNs : nowNs;
    }
  }

  boolean over(long nowNs) {
    return nowNs - firstNs >= limitNs;
  }

  /** When the timer has to expire at the latest, which would be at {@code deadlineNs}. */
  long earlier(long deadlineNs) {
    return Math.min(deadlineNs, firstNs + limitNs);
  }
}
