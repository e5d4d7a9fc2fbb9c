// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * Whether the retransmission timer expired for nothing: after the first segment new ones go out,
 * and what the peer answers then tells whether the old ones were lost or late (F-RTO).
 *
 * <p>RFC 5682 3, with selective acknowledgements. As in Linux an ACK for something that was sent
 * only once, before the timer expired, is proof at any time, also where it is the first ACK and
 * covers all.
 */
final class SpuriousTimeout {
  private static final int SETTLED = 0;

  /** The first segment goes out again, or has gone. */
  private static final int ASKED = 1;

  /** It was acknowledged: new segments go before those that seem lost. */
  private static final int NEW_FIRST = 2;

  /** They have gone. */
  private static final int WAITING = 3;

  private int step;

  void clear() {
    step = SETTLED;
  }

  /**
   * The timer expired.
   *
   * @param decidable whether no other recovery is under way (RFC 5682 2.1 (1)), or the same segment
   *     has timed out again (3.2)
   */
  void begin(boolean decidable) {
    step = decidable ? ASKED : SETTLED;
  }

  /**
   * An ACK has arrived before everything was acknowledged that was out when the timer expired.
   *
   * @param original whether it tells of the arrival of a segment that was sent only once, before
   * @param advanced whether it moved SND.UNA
   * @param out whether it tells that something arrived out of order
   * @return whether the time-out was spurious
   */
  boolean arrived(boolean original, boolean advanced, boolean out) {
    if (step == SETTLED) {
      return false;
    }
    if (original) { // RFC 5682 3.1 (3b)
      step = SETTLED;
      return true;
    }
    if (step == ASKED) {
      step = advanced ? NEW_FIRST : ASKED; // (2b)
    } else if (advanced || out) {
      step = SETTLED; // (3a): what was new has arrived, what was old has not
    }
    return false;
  }

  /** Something new went out. */
  void sent() {
    if (step == NEW_FIRST) {
      step = WAITING;
    }
  }

  /** Whether what seems lost has to wait. */
  boolean holds() {
    return step >= NEW_FIRST;
  }

  /** Nothing new may go: what seems lost waits no more. RFC 5682 3.1 (2b), last sentence. */
  boolean release() {
    boolean held = step == NEW_FIRST;
    if (held) {
      step = SETTLED;
    }
    return held;
  }
}
