// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * Decides what to send again, and estimates what is still in the network; does not send.
 *
 * <p>One instance for each connection. Sequence numbers are absolute; {@code una} is the first
 * unacknowledged, {@code nxt} the next to be sent for the first time.
 */
public abstract class LossRecovery {
  /** Verdicts of {@link #acknowledged} and {@link #duplicate}. */
  static final int NOTHING = 0;

  /** A loss was found just now: the congestion window shall shrink. */
  static final int LOSS = 1;

  /** Some of what was outstanding at the loss is acknowledged, the next hole is known. */
  static final int PARTIAL = 2;

  /** All that was outstanding at the loss is acknowledged. */
  static final int RECOVERED = 3;

  /** A connection opens with this initial sequence number. */
  abstract void start(int iss);

  /** {@code octets} more were acknowledged: {@code una} is where they end. */
  abstract int acknowledged(int una, int octets, int mss);

  /** An ACK came that acknowledges nothing new while data is outstanding. */
  abstract int duplicate(int una, int nxt, int mss);

  /** The retransmission timer expired: everything outstanding counts as lost. */
  abstract void timedOut(int una, int nxt);

  /** Whether a loss is being repaired while the congestion window stands still. */
  abstract boolean recovering();

  /** Whether there is something to send again. */
  abstract boolean due();

  /** Whether what is due goes out whatever the congestion window says. */
  abstract boolean urgent();

  /** Where the range to send again starts. */
  abstract int from(int una);

  /** Where the range to send again ends at the latest. */
  abstract int until(int una, int mss);

  /** The due range was sent again up to {@code end}. */
  abstract void sentAgain(int end);

  /** Octets that are thought to be in the network. */
  abstract int inFlight(int una, int nxt, int mss);
}
