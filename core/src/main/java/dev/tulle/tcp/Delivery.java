// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * Of the segments that have arrived, the one that was sent last, and how long such ones take.
 *
 * <p>RFC 8985 5.2 and 6.2, steps 1 and 2.
 */
final class Delivery {
  /** When the segment that was sent last went out, where it ends, what its round trip was. */
  long sentNs;

  int end;
  long tripNs;

  /** Whether the last ACK told of one that was sent later. */
  boolean advanced;

  /** The least round trip ever; RFC 8985 6.2 step 1 lets it be that of the connection. */
  long minRttNs;

  /** Whether the last ACK delivered a segment that was sent again after what the ACK echoes. */
  boolean stale;

  /** The round trip of the first segment that the last ACK delivered; 0 where it tells none. */
  long rttNs;

  void start(int iss) {
    sentNs = -1;
    end = iss;
    tripNs = 0;
    minRttNs = 0;
  }

  /** When the peer's last ACK says that we sent what it answers; −1 where it does not. */
  private long echoNs;

  /** How exact that is. */
  private static final long STAMP_NS = 1_000_000;

  /** An ACK begins that echoes what we sent at {@code echoNs}; −1 where that is not known. */
  void begin(long echoNs) {
    this.echoNs = echoNs;
    rttNs = 0;
    advanced = false;
    stale = false;
  }

  /** The {@code i}th of the segments has arrived. */
  void arrived(SentSegments segments, int i, long nowNs) {
    long sent = segments.sentNs(i);
    long rtt = nowNs - sent;
    if (segments.has(i, SentSegments.EVER)) {
      boolean earlier = echoNs >= 0 && echoNs + STAMP_NS < sent;
      stale |= earlier;
      if (rtt < minRttNs || earlier) {
        return; // RFC 8985 6.2 step 2: too soon for the copy, the ACK is for an earlier one
      }
    } else {
      rttNs = rttNs == 0 ? rtt : rttNs;
      minRttNs = minRttNs == 0 ? rtt : Math.min(minRttNs, rtt);
    }
    int last = segments.end(i);
    if (sent > sentNs || sent == sentNs && Seq.lt(end, last)) {
      sentNs = sent;
      end = last;
      tripNs = rtt;
      advanced = true;
    }
  }

  /** Whether the {@code i}th segment was sent before the one that arrived: RFC 8985 6.2, step 5. */
  boolean overtakes(SentSegments segments, int i) {
    long sent = segments.sentNs(i);
    return sent < sentNs || sent == sentNs && Seq.lt(segments.end(i), end);
  }
}
