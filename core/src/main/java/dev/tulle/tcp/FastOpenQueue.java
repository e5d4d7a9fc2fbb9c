// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * How many connections of a listener may have begun with data and not be established yet. RFC 7413
 * 5.1.
 *
 * <p>One that is reset or given up instead keeps its place until all its time is over, so that
 * whoever has a cookie and forges addresses cannot have the work done faster.
 */
final class FastOpenQueue {
  /** The last SYN-ACK of a connection that nobody answers goes after 31 seconds. */
  private static final long PENDING_NS = 64_000_000_000L;

  private final Connection[] pending;
  private final long[] untilNs;

  FastOpenQueue(int most) {
    pending = new Connection[most];
    untilNs = new long[most];
  }

  /** Takes a place for a connection; false where there is none. */
  boolean take(Connection c, long nowNs) {
    for (int i = 0; i < pending.length; i++) {
      if (pending[i] == null || untilNs[i] - nowNs <= 0) {
        pending[i] = c;
        untilNs[i] = nowNs + PENDING_NS;
        return true;
      }
    }
    return false;
  }

  /** The handshake is complete: gives the place back. */
  void established(Connection c) {
    for (int i = 0; i < pending.length; i++) {
      if (pending[i] == c) {
        pending[i] = null;
        return;
      }
    }
  }
}
