// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * What a connection has done since it opened, for {@link TcpInfo}; changes nothing.
 *
 * <p>Part of {@link Rack}, so that whoever has the small kind of recovery pays nothing for it.
 */
final class Tally {
  /** The next one in the pool. */
  Tally next;

  private long sent;
  private long sentAgain;
  private long acknowledged;
  private int segmentsOut;
  private int segmentsAgain;
  private int segmentsIn;
  private int delivered;
  private int twice;
  private long ackNs;
  private long dataNs;

  void start() {
    sent = 0;
    sentAgain = 0;
    acknowledged = 0;
    segmentsOut = 0;
    segmentsAgain = 0;
    segmentsIn = 0;
    delivered = 1; // the SYN, as Linux counts
    twice = 0;
    ackNs = -1;
    dataNs = -1;
  }

  /** Whether there was any data. */
  boolean known() {
    return segmentsOut > 0 || segmentsIn > 0;
  }

  void sent(int octets) {
    sent += octets;
    segmentsOut++;
  }

  void sentAgain(int octets) {
    sentAgain += octets;
    segmentsAgain++;
  }

  /** A segment with an acceptable ACK arrived. */
  void arrived(Segment s, int octets, int deliveries, int duplicates, long nowNs) {
    acknowledged += segmentsOut > 0 ? octets : 0; // not the SYN
    delivered += deliveries;
    twice += duplicates;
    ackNs = nowNs;
    if (s.length > 0 || dataNs < 0) {
      dataNs = nowNs;
    }
    segmentsIn += s.length > 0 ? 1 : 0;
  }

  void info(TcpInfo info) {
    info.bytesSent = sent + sentAgain;
    info.bytesRetransmitted = sentAgain;
    info.bytesAcknowledged = acknowledged;
    info.dataSegmentsOut = segmentsOut + segmentsAgain;
    info.dataSegmentsIn = segmentsIn;
    info.totalRetransmitted = segmentsAgain;
    info.delivered = delivered;
    info.duplicates = twice;
    info.lastAckNs = ackNs;
    info.lastDataReceivedNs = dataNs;
  }
}
