// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/** Smoothed round-trip time and the retransmission time-out, in integers. RFC 6298. */
final class RttEstimator {
  /** RFC 6298 2.1: until a sample is there, one second. */
  static final int INITIAL_RTO_US = 1_000_000;

  /** RFC 6298 5.7: where that second was too short for the SYN. */
  private static final int FALLBACK_RTO_US = 3_000_000;

  /** RFC 6298 2.4 wants one second; like Linux we take 200 ms, above every delayed ACK. */
  static final int MIN_RTO_US = 200_000;

  /** RFC 6298 2.5: a bound of at least 60 seconds. */
  static final int MAX_RTO_US = 60_000_000;

  /** Eight times the smoothed RTT; 0 while there is no sample. */
  private int srtt8;

  /** Four times the mean deviation. */
  private int rttvar4;

  private int rtoUs;

  RttEstimator() {
    reset();
  }

  void reset() {
    srtt8 = 0;
    rttvar4 = 0;
    rtoUs = INITIAL_RTO_US;
  }

  /** Takes a measured round trip, never one of a retransmitted segment (Karn; RFC 6298 3). */
  void sample(long measuredNs) {
    int r = microseconds(Math.max(0, Math.min(measuredNs, MAX_RTO_US * 1000L)));
    if (srtt8 == 0) {
      // RFC 6298 2.2.
      srtt8 = r << 3;
      rttvar4 = r << 1;
    } else {
      // RFC 6298 2.3: beta 1/4, alpha 1/8, the deviation first.
      int error = r - (srtt8 >> 3);
      srtt8 = Math.max(1, srtt8 + error);
      rttvar4 += Math.abs(error) - (rttvar4 >> 2);
    }
    // RFC 6298 2.3: SRTT + max(G, 4 * RTTVAR); like Linux the minimum takes the place of G, so that
    // it stays above the round trip even of a path whose round trip does not vary.
    rtoUs = Math.min((srtt8 >> 3) + Math.max(MIN_RTO_US, rttvar4), MAX_RTO_US);
  }

  /**
   * At least 1, exact for six seconds. Multiplied by 2^32 / 1000: a division of 64 bits is a
   * library function on a processor of 32, 700 octets of text.
   */
  private static int microseconds(long ns) {
    return (int) Math.max(1, Math.min(ns * 4_294_968 >> 32, MAX_RTO_US));
  }

  /** The SYN had to be sent again. RFC 6298 5.7 (MUST): three seconds for the first data. */
  void synLost() {
    if (srtt8 == 0) {
      rtoUs = FALLBACK_RTO_US;
    }
  }

  /** The time-out after {@code backoff} expirations in a row. RFC 6298 5.5 (MUST). */
  long timeoutNs(int backoff) {
    int us = rtoUs;
    for (int i = 0; i < backoff && us < MAX_RTO_US; i++) {
      us <<= 1;
    }
    return Math.min(us, MAX_RTO_US) * 1000L;
  }

  int smoothedUs() {
    return srtt8 >> 3;
  }

  int variationUs() {
    return rttvar4 >> 2;
  }
}
