// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.ip.Endpoint;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.udp.UdpSocket;
import dev.tulle.wire.Bytes;

/** One of a test's streams: its socket, its pace, and what it has carried. */
final class Iperf3Stream {
  private static final int DATAGRAMS_EACH_TURN = 32;
  private static final int TURN_BYTES = 1 << 20;
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long CATCH_UP_NS = 20_000_000L;

  TcpSocket tcp;
  UdpSocket udp;

  /** Where datagrams go on a socket that several streams share, and what they come from. */
  final Endpoint peer = new Endpoint();

  boolean sharesSocket;

  /** Whether both ends know of the stream. */
  boolean ready;

  int id;
  long octets;
  long packets;
  long lost;
  long outOfOrder;
  long jitterNs;

  /** Values as of when the seconds that do not count were over. */
  long omittedPackets;

  long omittedLost;

  /** Values as of the last interval's end. */
  long intervalOctets;

  long intervalPackets;
  long intervalLost;

  /** What the other end says of this stream. */
  long otherOctets;

  long otherPackets;
  long otherLost;
  long otherJitterNs;

  private long lastTransitUs;
  private boolean transitKnown;

  /** When the pace lets the next octet go. */
  private long nextNs;

  void clear(int index) {
    tcp = null;
    udp = null;
    sharesSocket = false;
    ready = false;
    // iperf3 numbers its streams 1, 3, 4, 5, and so on, and finds results by these numbers
    id = index == 0 ? 1 : index + 2;
    outOfOrder = 0;
    transitKnown = false;
    otherOctets = 0;
    otherPackets = 0;
    otherLost = 0;
    otherJitterNs = 0;
    begin(0);
  }

  /** The test begins. */
  void begin(long nowNs) {
    octets = 0;
    packets = 0;
    lost = 0;
    jitterNs = 0;
    omittedPackets = 0;
    omittedLost = 0;
    intervalOctets = 0;
    intervalPackets = 0;
    intervalLost = 0;
    nextNs = nowNs;
  }

  /** The seconds that do not count are over. */
  void beginCounting() {
    octets = 0;
    intervalOctets = 0;
    omittedPackets = packets;
    omittedLost = lost;
    intervalPackets = packets;
    intervalLost = lost;
    jitterNs = 0;
  }

  void endInterval() {
    intervalOctets = octets;
    intervalPackets = packets;
    intervalLost = lost;
  }

  void close() {
    if (tcp != null) {
      tcp.abort();
      tcp = null;
    }
    if (udp != null && !sharesSocket) {
      udp.close();
    }
    udp = null;
  }

  /**
   * Sends what socket, pace and {@code most} allow.
   *
   * @return when to come again; {@code Part.NEVER} where the socket will tell
   */
  long send(Iperf3Settings settings, byte[] block, long most, long nowNs) {
    long left = most;
    int turn = 0;
    while (left > 0) {
      if (settings.rate > 0 && nextNs - nowNs > 0) {
        return nextNs;
      }
      int n = (int) Math.min(left, Math.min(settings.blockBytes, block.length));
      int taken = udp != null ? sendDatagram(settings, block, nowNs) : tcp.write(block, 0, n);
      if (taken <= 0) {
        return udp != null ? nowNs : Part.NEVER;
      }
      octets += taken;
      if (settings.rate > 0) {
        // What a pause has missed is made up for, up to a limit that sockets can hold.
        nextNs = Math.max(nextNs, nowNs - CATCH_UP_NS) + taken * 8L * SECOND_NS / settings.rate;
      }
      left -= taken;
      turn += udp != null ? TURN_BYTES / DATAGRAMS_EACH_TURN : taken;
      if (turn >= TURN_BYTES) {
        return nowNs;
      }
    }
    return Part.NEVER;
  }

  private int sendDatagram(Iperf3Settings settings, byte[] block, long nowNs) {
    long us = nowNs / 1000;
    long number = packets + 1;
    Bytes.put32(block, 0, (int) (us / 1_000_000));
    Bytes.put32(block, 4, (int) (us % 1_000_000));
    if (settings.longNumbers) {
      Bytes.put64(block, 8, number);
    } else {
      Bytes.put32(block, 8, (int) number);
    }
    int status = udp.send(block, 0, settings.blockBytes, sharesSocket ? peer : null, nowNs);
    if (status == Status.NO_RESOURCES) {
      return 0;
    }
    packets = number; // an unreachable peer shows on the control connection
    return settings.blockBytes;
  }

  /** Reads what a TCP stream has. */
  void receive(byte[] block, boolean counts) {
    int n = tcp.read(block, 0, block.length);
    while (n > 0) {
      octets += counts ? n : 0;
      n = tcp.read(block, 0, block.length);
    }
  }

  /** Counts a datagram that came in. */
  void arrived(byte[] b, int count, boolean longNumbers, long nowNs) {
    if (count < Iperf3Settings.DATAGRAM_MIN) {
      return; // a repeated handshake
    }
    octets += count;
    long number = longNumbers ? Bytes.i64(b, 8) : Bytes.i32(b, 8) & 0xFFFFFFFFL;
    if (number > packets) {
      lost += number - 1 - packets;
      packets = number;
    } else {
      // iperf3's rule: what comes late was counted as lost before
      outOfOrder++;
      lost -= lost > 0 ? 1 : 0;
    }
    long sentUs = (Bytes.i32(b, 0) & 0xFFFFFFFFL) * 1_000_000 + (Bytes.i32(b, 4) & 0xFFFFFFFFL);
    long transitUs = nowNs / 1000 - sentUs;
    if (transitKnown) {
      // RFC 1889 A.8, as iperf3 does it
      jitterNs += (Math.abs(transitUs - lastTransitUs) * 1000 - jitterNs) / 16;
    }
    lastTransitUs = transitUs;
    transitKnown = true;
  }
}
