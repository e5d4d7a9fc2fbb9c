// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

/** What a test shall be like: the client's options, which it sends to the server as JSON. */
final class Iperf3Settings {
  static final int STREAMS_MAX = 16;
  static final int BLOCK_MAX = 1 << 20;

  /** RFC 768: largest datagram over IPv4. */
  static final int DATAGRAM_MAX = 65_507;

  /** Time and sequence number at the head of every datagram. */
  static final int DATAGRAM_MIN = 16;

  static final int DAY_S = 86_400;
  static final long RATE_MAX = 1_000_000_000_000L;

  private static final int TCP_BLOCK = 131_072;
  private static final int UDP_BLOCK = 1448;
  private static final long UDP_RATE = 1_000_000;

  boolean udp;

  /** Whether the server sends. */
  boolean reverse;

  int streams = 1;
  long seconds = 10;

  /** Seconds at the beginning that do not count. */
  long omitSeconds;

  /** Octets after which the test is over; 0 where time decides. */
  long octets;

  /** Octets of each write or datagram; 0 until somebody has chosen. */
  int blockBytes;

  /** Bits a second of each stream; 0 is as fast as possible, -1 until somebody has chosen. */
  long rate = -1;

  /** Whether datagrams carry a sequence number of 64 bits. */
  boolean longNumbers;

  boolean noDelay;

  /** Fills in what the options left open; answers what is wrong with them, or null. */
  String complete() {
    if (rate < 0) {
      rate = udp ? UDP_RATE : 0;
    }
    if (blockBytes == 0) {
      blockBytes = udp ? UDP_BLOCK : TCP_BLOCK;
    }
    if (udp && (blockBytes < DATAGRAM_MIN || blockBytes > DATAGRAM_MAX)) {
      return "datagrams have from 16 to 65507 octets; choose another -l";
    }
    return null;
  }

  /** Writes what the server must know. */
  void put(Text json) {
    json.put(udp ? "{\"udp\":true" : "{\"tcp\":true").put(",\"omit\":").decimal(omitSeconds);
    json.put(",\"time\":").decimal(octets > 0 ? 0 : seconds).put(",\"num\":").decimal(octets);
    json.put(",\"blockcount\":0,\"parallel\":").decimal(streams);
    json.put(reverse ? ",\"reverse\":true" : "").put(noDelay ? ",\"nodelay\":true" : "");
    json.put(",\"len\":").decimal(blockBytes);
    if (rate > 0) {
      json.put(",\"bandwidth\":").decimal(rate);
    }
    json.put(",\"pacing_timer\":1000,\"client_version\":\"3.12\"}");
  }

  /** Reads what the client said; whether it can be done. */
  boolean take(byte[] b, int end) {
    if (!Json.valid(b, 0, end)) {
      return false;
    }
    udp = Json.isTrue(b, Json.member(b, 0, end, "udp"), end);
    reverse = Json.isTrue(b, Json.member(b, 0, end, "reverse"), end);
    noDelay = Json.isTrue(b, Json.member(b, 0, end, "nodelay"), end);
    longNumbers = Json.isTrue(b, Json.member(b, 0, end, "udp_counters_64bit"), end);
    seconds = whole(b, end, "time");
    omitSeconds = whole(b, end, "omit");
    octets = whole(b, end, "num");
    long parallel = whole(b, end, "parallel");
    long length = whole(b, end, "len");
    rate = whole(b, end, "bandwidth");
    boolean both = Json.isTrue(b, Json.member(b, 0, end, "bidirectional"), end);
    boolean sctp = Json.isTrue(b, Json.member(b, 0, end, "sctp"), end);
    if (both
        || sctp
        || parallel < 1
        || parallel > STREAMS_MAX
        || length < (udp ? DATAGRAM_MIN : 1)
        || length > (udp ? DATAGRAM_MAX : BLOCK_MAX)
        || seconds < 0
        || seconds > DAY_S
        || omitSeconds < 0
        || omitSeconds > DAY_S
        || rate < 0
        || rate > RATE_MAX
        || octets < 0) {
      return false;
    }
    streams = (int) parallel;
    blockBytes = (int) length;
    return true;
  }

  private static long whole(byte[] b, int end, String name) {
    return Json.number(b, Json.member(b, 0, end, name), end, 0);
  }
}
