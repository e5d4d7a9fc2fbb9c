// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.buffer.ByteRing;
import dev.tulle.buffer.Packet;
import dev.tulle.buffer.PacketPool;
import dev.tulle.ip.Path;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Checksum;
import dev.tulle.wire.TcpHeader;

/** Builds outgoing segments, payload and header in place, and hands them to the path. */
final class SegmentWriter {
  /** RFC 9293 3.1: the offset field counts to fifteen. */
  private static final int MOST_HEADER = 60;

  private final PacketPool pool;
  private final Counters counters;
  private final TcpOption[] options;

  SegmentWriter(PacketPool pool, Counters counters, TcpOption[] options) {
    this.pool = pool;
    this.counters = counters;
    this.options = options;
  }

  /**
   * Sends a segment of a connection, acknowledging whatever has arrived.
   *
   * @param length octets from the send ring, starting with sequence number {@code seq}
   * @return whether a packet could be had
   */
  boolean send(Connection c, int flags, int seq, int length, long nowNs) {
    Packet packet = take();
    if (packet == null) {
      return false;
    }
    byte[] b = packet.bytes;
    int at = packet.head;
    int end = at + TcpHeader.BYTES;
    boolean syn = (flags & TcpHeader.SYN) != 0;
    if (syn) {
      end = writeSynOptions(c, b, end, (flags & TcpHeader.ACK) != 0, nowNs);
    } else {
      // The other way round: selective acknowledgements fill the room that others leave.
      for (int i = options.length - 1; i >= 0; i--) {
        end = options[i].write(b, end, at + MOST_HEADER - end, c, length, nowNs);
      }
    }
    if (length > 0 && !syn && seq + length == c.sender.finSeq()) {
      flags |= TcpHeader.PSH; // RFC 9293 3.9.1.2 (MUST-61): what was written so far ends here
    }
    int marked = c.ecn == null ? flags : c.ecn.mark(c, packet, flags, seq, length);
    if (length > 0) {
      ByteRing ring = c.sender.ring;
      ring.copy(Math.max(0, seq - c.sender.first), b, end, length); // a SYN stands before it
    }
    packet.end = end + length;
    Bytes.put32(b, at + TcpHeader.ACKNOWLEDGMENT, 0);
    int window = c.receiver.advertise(!syn);
    if ((flags & TcpHeader.ACK) != 0) {
      Bytes.put32(b, at + TcpHeader.ACKNOWLEDGMENT, c.receiver.rcvNxt);
      if (length == 0 || c.receiver.reassembly.isEmpty()) {
        c.receiver.acknowledgedNow(); // else a pure ACK follows, which tells of the gaps
      }
    }
    Bytes.put16(b, at + TcpHeader.SOURCE_PORT, c.localPort);
    Bytes.put16(b, at + TcpHeader.DESTINATION_PORT, c.remotePort);
    finish(c.path, packet, seq, end - at, marked, window, nowNs);
    counters.add((flags & TcpHeader.RST) == 0 ? Counter.TCP_SENT : Counter.TCP_RESET_SENT);
    return true;
  }

  /** Sends a reset, which needs no connection. */
  void reset(Path path, int localPort, int remotePort, int seq, int ack, boolean acks, long nowNs) {
    Packet packet = take();
    if (packet == null) {
      return;
    }
    byte[] b = packet.bytes;
    int at = packet.head;
    packet.end = at + TcpHeader.BYTES;
    Bytes.put16(b, at + TcpHeader.SOURCE_PORT, localPort);
    Bytes.put16(b, at + TcpHeader.DESTINATION_PORT, remotePort);
    Bytes.put32(b, at + TcpHeader.ACKNOWLEDGMENT, ack);
    int flags = acks ? TcpHeader.RST | TcpHeader.ACK : TcpHeader.RST;
    finish(path, packet, seq, TcpHeader.BYTES, flags, 0, nowNs);
    counters.add(Counter.TCP_RESET_SENT);
  }

  private Packet take() {
    Packet packet = pool.take();
    if (packet == null) {
      counters.add(Counter.POOL_EMPTY);
    }
    return packet;
  }

  private int writeSynOptions(Connection c, byte[] b, int from, boolean answering, long nowNs) {
    // RFC 9293 3.7.1 (MUST-14): the MSS option in every SYN.
    Bytes.put8(b, from, TcpHeader.OPTION_MSS);
    Bytes.put8(b, from + 1, 4);
    Bytes.put16(b, from + 2, c.receiver.mss);
    int at = from + 4;
    for (int i = 0; i < options.length; i++) {
      at = options[i].writeSyn(b, at, c, answering, nowNs);
    }
    return at;
  }

  private static void finish(
      Path path, Packet packet, int seq, int header, int flags, int window, long nowNs) {
    byte[] b = packet.bytes;
    int at = packet.head;
    Bytes.put32(b, at + TcpHeader.SEQUENCE, seq);
    Bytes.put8(b, at + TcpHeader.OFFSET, header << 2);
    Bytes.put8(b, at + TcpHeader.FLAGS, flags);
    Bytes.put16(b, at + TcpHeader.WINDOW, window);
    Bytes.put32(b, at + TcpHeader.CHECKSUM, 0); // and the urgent pointer
    int length = packet.length();
    // RFC 9293 3.1 (MUST-2): the sender MUST generate the checksum.
    int sum = path.pseudoHeaderSum(TcpHeader.PROTOCOL, length) + Bytes.sum(b, at, length);
    Bytes.put16(b, at + TcpHeader.CHECKSUM, Checksum.finish(sum));
    path.output(packet, TcpHeader.PROTOCOL, nowNs);
  }
}
