// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.stack.Part;

/**
 * The one timer of a sender: either data is in flight and may be lost, or a closed window is
 * probed.
 *
 * <p>RFC 6298 5, RFC 9293 3.8.6.1.
 */
final class RetransmitTimer {
  static final int OFF = 0;
  static final int RETRANSMIT = 1;
  static final int PERSIST = 2;

  byte kind;
  long deadlineNs = Part.NEVER;

  /** Expirations in a row without an answer. */
  byte backoff;

  void start(int kind, long deadlineNs) {
    this.kind = (byte) kind;
    this.deadlineNs = deadlineNs;
  }

  /** A closed window is probed for as long as it takes: the count ends before it overflows. */
  void expired() {
    backoff = (byte) Math.min(backoff + 1, 0x7F);
  }

  void stop() {
    kind = OFF;
    deadlineNs = Part.NEVER;
  }
}
