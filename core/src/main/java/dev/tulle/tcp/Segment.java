// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Counter;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Checksum;
import dev.tulle.wire.TcpHeader;

/**
 * An incoming segment, parsed and checked; one instance for each stack, filled anew each time.
 *
 * <p>The payload stays where it arrived: {@code bytes[payload, payload + length)}.
 */
final class Segment {
  /** What {@link #parse} answers for a good segment; otherwise it is a counter's number. */
  static final int GOOD = -1;

  byte[] bytes;
  int sourcePort;
  int destinationPort;
  int seq;
  int ack;
  int flags;

  /** Of the packet that it came in. */
  int trafficClass;

  /** As in the header, not scaled. */
  int window;

  /** The urgent pointer, which counts where URG is set. */
  int urgent;

  int payload;
  int length;

  /** The MSS option's value; 0 without one. */
  int mss;

  /** The window scale option's shift as it came, up to 255; −1 without one. */
  int windowShift;

  /** Whether the SACK-permitted option is there. */
  boolean sackPermitted;

  /** How many selective acknowledgements there are, and where their edges start. */
  int sackBlocks;

  int sackAt;

  /** Whether the timestamps option is there, its value and its echo. */
  boolean stamped;

  int stamp;
  int echo;

  /** Where the Fast Open option of a SYN starts; 0 without one. */
  int fastOpenAt;

  /** Whether something says where our numbers begin if this opens a connection, and where. */
  boolean issKnown;

  int iss;

  /** When we sent what the echo answers; −1 where nothing says so. */
  long echoNs;

  /**
   * Reads the segment {@code [head, end)} of a packet.
   *
   * @param sum the pseudo-header's sum
   * @return {@link #GOOD}, or the counter that says why the segment must be dropped
   */
  int parse(Packet packet, int sum, TcpOption[] options) {
    byte[] b = packet.bytes;
    int at = packet.head;
    int total = packet.length();
    if (total < TcpHeader.BYTES) {
      return Counter.TCP_SHORT;
    }
    int header = TcpHeader.length(b, at);
    if (header < TcpHeader.BYTES || header > total) {
      return Counter.TCP_BADOFF;
    }
    // RFC 9293 3.1 (MUST-3): the receiver MUST check the checksum.
    if (Checksum.finish(sum + Bytes.sum(b, at, total)) != 0) {
      return Counter.TCP_BADSUM;
    }
    bytes = b;
    sourcePort = Bytes.u16(b, at + TcpHeader.SOURCE_PORT);
    destinationPort = Bytes.u16(b, at + TcpHeader.DESTINATION_PORT);
    seq = Bytes.i32(b, at + TcpHeader.SEQUENCE);
    ack = Bytes.i32(b, at + TcpHeader.ACKNOWLEDGMENT);
    flags = Bytes.u8(b, at + TcpHeader.FLAGS);
    trafficClass = packet.trafficClass;
    window = Bytes.u16(b, at + TcpHeader.WINDOW);
    urgent = Bytes.u16(b, at + TcpHeader.URGENT);
    payload = at + header;
    length = total - header;
    if (sourcePort == 0 || destinationPort == 0) {
      return Counter.TCP_BADPORT;
    }
    mss = 0;
    windowShift = -1;
    sackPermitted = false;
    sackBlocks = 0;
    stamped = false;
    issKnown = false;
    fastOpenAt = 0;
    echoNs = -1;
    return header == TcpHeader.BYTES || parseOptions(at + TcpHeader.BYTES, payload, options)
        ? GOOD
        : Counter.TCP_BADOPT;
  }

  /** RFC 9293 3.1 (MUST-6, MUST-7): unknown options are skipped, illegal lengths survived. */
  private boolean parseOptions(int from, int end, TcpOption[] options) {
    int at = from;
    while (at < end) {
      int kind = Bytes.u8(bytes, at);
      if (kind == TcpHeader.OPTION_END) {
        return true;
      }
      if (kind == TcpHeader.OPTION_NOP) {
        at++;
        continue;
      }
      if (end - at < 2) {
        return false;
      }
      int size = Bytes.u8(bytes, at + 1);
      if (size < 2 || size > end - at || !legal(kind, size)) {
        return false;
      }
      parseOption(kind, at, size, options);
      at += size;
    }
    return true;
  }

  /**
   * Whether an option of a kind that everybody knows has a legal length, whoever takes it here:
   * what is wrong is dropped by every profile alike.
   */
  private static boolean legal(int kind, int size) {
    switch (kind) {
      case TcpHeader.OPTION_MSS:
        return size == 4;
      case TcpHeader.OPTION_WINDOW_SCALE:
        return size == 3;
      case TcpHeader.OPTION_SACK_PERMITTED:
        return size == 2;
      case TcpHeader.OPTION_SACK:
        return size >= 10 && (size & 7) == 2;
      case TcpHeader.OPTION_TIMESTAMPS:
        return size == 10;
      default:
        return true;
    }
  }

  private void parseOption(int kind, int at, int size, TcpOption[] options) {
    if (kind == TcpHeader.OPTION_MSS && mss == 0) {
      mss = Bytes.u16(bytes, at + 2);
    }
    for (int i = 0; i < options.length; i++) {
      if (options[i].takes(kind)) {
        options[i].parse(this, kind, at, size);
      }
    }
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** Sequence space that the segment takes: its octets, and one each for SYN and FIN. */
  int span() {
    return length + (flags >> 1 & 1) + (flags & 1);
  }
}
