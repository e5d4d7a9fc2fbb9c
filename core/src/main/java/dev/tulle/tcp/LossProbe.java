// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.stack.Part;

/**
 * The tail loss probe: when nothing comes back for two round trips, one segment asks why.
 *
 * <p>RFC 8985 7.
 */
final class LossProbe {
  private static final long SECOND_NS = 1_000_000_000L;

  /** What the peer may delay the ACK of a lone segment; RFC 8985 7.2, Linux's least time-out. */
  private static final long DELAYED_ACK_NS = 200_000_000;

  private static final long GRANULARITY_NS = 2_000_000;

  long deadlineNs;

  /** Whether a probe is in flight, SND.NXT when it went, and whether it repeated a segment. */
  boolean outstanding;

  private int end;
  private boolean again;

  void stop() {
    deadlineNs = Part.NEVER;
    outstanding = false;
  }

  /**
   * RFC 8985 7.2: 2 * SRTT, and a delayed ACK's time for a lone segment, or a second where no round
   * trip is known; never after the RTO.
   */
  void plan(long smoothedNs, int segments, long timeoutNs, long nowNs) {
    if (outstanding) {
      deadlineNs = Part.NEVER;
      return;
    }
    long waitNs = SECOND_NS;
    if (smoothedNs > 0) {
      waitNs = 2 * smoothedNs + (segments == 1 ? DELAYED_ACK_NS : GRANULARITY_NS);
    }
    deadlineNs = Math.min(nowNs + waitNs, timeoutNs);
  }

  void sent(int nxt, boolean again) {
    outstanding = true;
    end = nxt;
    this.again = again;
  }

  /** Whether it repeated the segment that ends at {@code other}. */
  boolean repeated(int other) {
    return outstanding && again && end == other;
  }

  /**
   * An ACK arrived.
   *
   * @param twice whether it says that what the probe repeated had arrived
   * @param bare whether it is a duplicate and tells nothing else
   * @return whether it shows that the probe has repaired a loss: the congestion window shall shrink
   */
  boolean arrived(int ack, boolean twice, boolean bare) {
    if (!outstanding || Seq.lt(ack, end)) {
      return false;
    }
    // RFC 8985 7.4.2: the original arrived too if the peer says so, or answers the copy alone.
    boolean arrived = !again || twice;
    boolean repaired = !arrived && Seq.lt(end, ack);
    outstanding = !arrived && !repaired && !bare;
    return repaired;
  }
}
