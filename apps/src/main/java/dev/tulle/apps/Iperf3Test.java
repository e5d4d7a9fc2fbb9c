// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.ip.Endpoint;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.udp.UdpSocket;

/** One test as either end runs it: its streams, its seconds, and the results of both ends. */
final class Iperf3Test {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final int BLOCK_BYTES = 131_072;
  private static final int DATAGRAMS_EACH_TURN = 256;

  final Iperf3Settings settings;
  final Iperf3Stream[] streams = new Iperf3Stream[Iperf3Settings.STREAMS_MAX];
  final byte[] block = new byte[BLOCK_BYTES];
  int streamCount;

  /** The socket that all streams of a UDP server share; null elsewhere. */
  UdpSocket shared;

  long intervalNs = SECOND_NS;

  private final Platform platform;
  private final Iperf3Report report;
  private final Endpoint from = new Endpoint();
  private boolean sending;
  private boolean running;
  private boolean counting;
  private long beganNs;
  private long endedNs;
  private long intervalBeganNs;

  Iperf3Test(Platform platform, Iperf3Report report, Iperf3Settings settings) {
    this.platform = platform;
    this.report = report;
    this.settings = settings;
    for (int i = 0; i < streams.length; i++) {
      streams[i] = new Iperf3Stream();
    }
  }

  /** The next stream, to be given its socket. */
  Iperf3Stream addStream() {
    Iperf3Stream stream = streams[streamCount];
    stream.clear(streamCount++);
    return stream;
  }

  /** Closes all streams. */
  void clear() {
    for (int i = 0; i < streamCount; i++) {
      streams[i].close();
    }
    streamCount = 0;
    running = false;
  }

  boolean running() {
    return running;
  }

  void begin(boolean sending, long nowNs) {
    this.sending = sending;
    running = true;
    counting = settings.omitSeconds == 0;
    beganNs = nowNs;
    endedNs = nowNs;
    intervalBeganNs = nowNs;
    for (int i = 0; i < streamCount; i++) {
      streams[i].begin(nowNs);
    }
    report.header(settings.udp, sending);
  }

  /** Moves data and prints intervals; answers when to come again. */
  long poll(long nowNs) {
    if (!running) {
      return Part.NEVER;
    }
    long deadlineNs = sending ? send(nowNs) : receive(nowNs);
    if (!counting && nowNs - beganNs >= settings.omitSeconds * SECOND_NS) {
      interval(nowNs, " (omitted)");
      counting = true;
      beganNs = nowNs;
      for (int i = 0; i < streamCount; i++) {
        streams[i].beginCounting();
      }
    } else if (nowNs - intervalBeganNs >= intervalNs) {
      interval(nowNs, counting ? "" : " (omitted)");
    }
    long countingNs = counting ? Part.NEVER : beganNs + settings.omitSeconds * SECOND_NS;
    return Math.min(Math.min(deadlineNs, countingNs), intervalBeganNs + intervalNs);
  }

  /** When the test's time is over; {@code Part.NEVER} where its octets decide. */
  long endNs() {
    long omittedNs = counting ? 0 : settings.omitSeconds * SECOND_NS;
    return settings.octets > 0 ? Part.NEVER : beganNs + omittedNs + settings.seconds * SECOND_NS;
  }

  /** Whether all octets that were asked for have been carried. */
  boolean carried() {
    return settings.octets > 0 && counting && total() >= settings.octets;
  }

  long total() {
    long total = 0;
    for (int i = 0; i < streamCount; i++) {
      total += streams[i].octets;
    }
    return total;
  }

  /** The test is over: what comes from now on does not count. */
  void end(long nowNs) {
    if (running) {
      running = false;
      endedNs = nowNs;
      if (nowNs - intervalBeganNs > intervalNs / 10) {
        interval(nowNs, counting ? "" : " (omitted)");
      }
    }
  }

  /** Reads and forgets, so that the peer can get rid of what it still has. */
  void discard() {
    for (int i = 0; i < streamCount; i++) {
      if (!sending && streams[i].tcp != null) {
        streams[i].receive(block, false);
      }
    }
  }

  private long send(long nowNs) {
    long deadlineNs = Part.NEVER;
    for (int i = 0; i < streamCount; i++) {
      long most = settings.octets > 0 ? Math.max(settings.octets - total(), 0) : Long.MAX_VALUE;
      deadlineNs = Math.min(deadlineNs, streams[i].send(settings, block, most, nowNs));
    }
    return deadlineNs;
  }

  private long receive(long nowNs) {
    if (shared != null) {
      return receiveShared(nowNs);
    }
    boolean more = false;
    for (int i = 0; i < streamCount; i++) {
      Iperf3Stream stream = streams[i];
      if (stream.tcp != null) {
        stream.receive(block, true);
      } else {
        more |= receiveDatagrams(stream);
      }
    }
    return more ? nowNs : Part.NEVER;
  }

  private boolean receiveDatagrams(Iperf3Stream stream) {
    for (int i = 0; i < DATAGRAMS_EACH_TURN; i++) {
      int n = stream.udp.receive(block, 0, block.length, null);
      if (n == Status.WOULD_BLOCK) {
        return false;
      }
      stream.arrived(block, n, settings.longNumbers, platform.nowNs());
    }
    return true;
  }

  private long receiveShared(long nowNs) {
    for (int i = 0; i < DATAGRAMS_EACH_TURN; i++) {
      int n = shared.receive(block, 0, block.length, from);
      if (n == Status.WOULD_BLOCK) {
        return Part.NEVER;
      }
      Iperf3Stream stream = n < 0 ? null : find(from);
      if (stream != null) {
        stream.arrived(block, n, settings.longNumbers, platform.nowNs());
      }
    }
    return nowNs;
  }

  /** The stream whose datagrams come from there, or null. */
  Iperf3Stream find(Endpoint from) {
    for (int i = 0; i < streamCount; i++) {
      Endpoint peer = streams[i].peer;
      if (peer.same(from)) {
        return streams[i];
      }
    }
    return null;
  }

  private void interval(long nowNs, String note) {
    long fromNs = intervalBeganNs - beganNs;
    long toNs = nowNs - beganNs;
    long octets = 0;
    long packets = 0;
    long lost = 0;
    for (int i = 0; i < streamCount; i++) {
      Iperf3Stream s = streams[i];
      octets += s.octets - s.intervalOctets;
      packets += s.packets - s.intervalPackets;
      lost += s.lost - s.intervalLost;
      report.begin(label(i), fromNs, toNs, s.octets - s.intervalOctets);
      details(s.jitterNs, s.lost - s.intervalLost, s.packets - s.intervalPackets);
      report.end(note);
      s.endInterval();
    }
    if (streamCount > 1) {
      report.begin(Iperf3Report.SUM, fromNs, toNs, octets);
      details(0, lost, packets);
      report.end(note);
      report.rule();
    }
    intervalBeganNs = nowNs;
  }

  private void details(long jitterNs, long lost, long packets) {
    if (settings.udp && sending) {
      report.datagrams(packets);
    } else if (settings.udp) {
      report.losses(jitterNs, lost, packets);
    }
  }

  /** iperf3 labels streams with descriptors, which begin at 5. */
  static int label(int stream) {
    return 5 + 2 * stream;
  }

  /** Prints what this end and, where it has told, the other end counted. */
  void summary(boolean withOther) {
    report.rule();
    report.header(settings.udp, false);
    long ns = endedNs - beganNs;
    long octets = 0;
    long otherOctets = 0;
    for (int i = 0; i < streamCount; i++) {
      Iperf3Stream s = streams[i];
      octets += s.octets;
      otherOctets += s.otherOctets;
      if (withOther && !sending) {
        line(i, ns, s.otherOctets, 0, 0, s.otherPackets, true);
      }
      long packets = s.packets - s.omittedPackets;
      line(i, ns, s.octets, s.jitterNs, s.lost - s.omittedLost, packets, sending);
      if (withOther && sending) {
        line(i, ns, s.otherOctets, s.otherJitterNs, s.otherLost, s.otherPackets, false);
      }
    }
    if (streamCount > 1) {
      if (withOther || sending) {
        report.begin(Iperf3Report.SUM, 0, ns, sending ? octets : otherOctets);
        report.end("                  sender");
      }
      if (withOther || !sending) {
        report.begin(Iperf3Report.SUM, 0, ns, sending ? otherOctets : octets);
        report.end("                  receiver");
      }
    }
  }

  private void line(
      int i, long ns, long octets, long jitterNs, long lost, long packets, boolean sender) {
    report.begin(label(i), 0, ns, octets);
    if (settings.udp) {
      report.losses(jitterNs, lost, packets);
      report.end(sender ? "sender" : "receiver");
    } else {
      report.end(sender ? "                  sender" : "                  receiver");
    }
  }

  /** Writes this end's results. */
  void putResults(Text json) {
    json.put("{\"cpu_util_total\":0,\"cpu_util_user\":0,\"cpu_util_system\":0");
    // The number of retransmissions is not known here: -1 tells so.
    json.put(",\"sender_has_retransmits\":").decimal(sending ? 0 : -1).put(",\"streams\":[");
    for (int i = 0; i < streamCount; i++) {
      Iperf3Stream s = streams[i];
      json.put(i == 0 ? "{\"id\":" : ",{\"id\":")
          .decimal(s.id)
          .put(",\"bytes\":")
          .decimal(s.octets);
      json.put(",\"retransmits\":-1,\"jitter\":").fixed(s.jitterNs, 9);
      json.put(",\"errors\":").decimal(s.lost).put(",\"packets\":").decimal(s.packets);
      json.put(",\"start_time\":0,\"end_time\":").fixed((endedNs - beganNs) / 1000, 6).octet('}');
    }
    json.put("]}");
  }

  /** Reads the other end's results; whether they are of this test. */
  boolean takeResults(byte[] b, int end) {
    if (!Json.valid(b, 0, end)) {
      return false;
    }
    int at = Json.first(b, Json.member(b, 0, end, "streams"), end);
    int count = 0;
    for (; at != Json.NONE; at = Json.next(b, at, end)) {
      Iperf3Stream stream = stream(Json.number(b, Json.member(b, at, end, "id"), end, 0));
      if (stream == null || ++count > streamCount) {
        return false;
      }
      stream.otherOctets = result(b, at, end, "bytes", 0);
      stream.otherJitterNs = result(b, at, end, "jitter", 9);
      stream.otherLost = result(b, at, end, "errors", 0);
      stream.otherPackets = result(b, at, end, "packets", 0);
      stream.otherPackets -= stream.omittedPackets;
    }
    return count == streamCount;
  }

  private static long result(byte[] b, int at, int end, String name, int decimals) {
    long value = Json.number(b, Json.member(b, at, end, name), end, decimals);
    // iperf3 writes what is less than 0 as if it were unsigned.
    return value > Long.MAX_VALUE / 2 ? 0 : value;
  }

  private Iperf3Stream stream(long id) {
    for (int i = 0; i < streamCount; i++) {
      if (streams[i].id == id) {
        return streams[i];
      }
    }
    return null;
  }
}
