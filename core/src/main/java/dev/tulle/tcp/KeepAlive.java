// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.stack.Part;

/**
 * Keep-alive for one connection: asks a silent peer whether it is still there. RFC 9293 3.8.4.
 *
 * <p>Off unless an application hands one to a socket (MUST-24, MUST-25).
 */
public final class KeepAlive {
  private final long idleNs;
  private final long intervalNs;
  private final int probes;
  private int sent;
  private long heardNs;

  /**
   * @param idleNs silence before the first probe; RFC 9293 3.8.4 (MUST-28): two hours by default
   * @param intervalNs between probes
   * @param probes unanswered ones before the connection is given up (MUST-29: not after one alone)
   */
  public KeepAlive(long idleNs, long intervalNs, int probes) {
    this.idleNs = idleNs;
    this.intervalNs = intervalNs;
    this.probes = probes;
  }

  /** A segment came from the peer, or the application asks from now on. */
  void heard(long nowNs) {
    heardNs = nowNs;
    sent = 0;
  }

  /**
   * When the next probe is due; only an established connection with nothing in flight is probed,
   * and only after silence (MUST-26).
   */
  long deadlineNs(Connection c) {
    boolean idle =
        (c.state == State.ESTABLISHED || c.state == State.CLOSE_WAIT)
            && c.sender.sndUna == c.sender.sndNxt
            && c.sender.unsent() == 0;
    return idle ? heardNs + idleNs + sent * intervalNs : Part.NEVER;
  }

  /** The deadline has come; answers whether to probe, rather than to give up. */
  boolean expired() {
    sent++;
    return sent <= probes;
  }
}
