// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * Proportional rate reduction: while a loss is repaired, what goes out follows what is delivered.
 *
 * <p>Amounts are octets. RFC 6937 3, with the slow start reduction bound of RFC 9937 where the
 * peer's ACKs show progress, as in Linux.
 */
final class Prr {
  private int threshold;
  private int flightAtLoss;
  private long delivered;
  private long out;
  private int window;

  /** A reduction to {@code threshold} begins with {@code flight} octets outstanding. */
  void start(int threshold, int flight) {
    this.threshold = threshold;
    flightAtLoss = Math.max(1, flight);
    delivered = 0;
    out = 0;
    window = threshold;
  }

  void sent(int octets) {
    out += octets;
  }

  /**
   * An ACK delivered {@code octets}; recomputes what may be in the network.
   *
   * @param inFlight what is in it now
   * @param progress whether it acknowledged in order without showing a new loss
   */
  void arrived(int octets, int inFlight, int mss, boolean progress) {
    if (octets == 0) {
      return; // RFC 9937 6.2: an ACK that delivers nothing changes nothing
    }
    delivered += octets;
    long send;
    if (inFlight > threshold) {
      send = (delivered * threshold + flightAtLoss - 1) / flightAtLoss - out;
    } else {
      send = Math.max(delivered - out, octets);
      if (progress) {
        send += mss;
      }
      send = Math.min(threshold - inFlight, send);
    }
    // RFC 9937 6.2: the first segment to be sent again goes out at once.
    window = inFlight + (int) Math.max(send, out == 0 ? mss : 0);
  }

  /** Whether there is anything to reduce to: a threshold at infinity leaves the window alone. */
  boolean reduces() {
    return threshold != Integer.MAX_VALUE;
  }

  int window() {
    return window;
  }
}
