// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.forward;

import dev.tulle.wire.Bytes;
import dev.tulle.wire.IcmpHeader;
import dev.tulle.wire.Icmpv6Header;
import dev.tulle.wire.Ipv4;
import dev.tulle.wire.Ipv6;
import dev.tulle.wire.TcpHeader;
import dev.tulle.wire.UdpHeader;

/** Reads what tells the packets of one direction of a connection over IPv6: see {@link Tuple}. */
final class Tuple6 {
  /** RFC 8504 5.3 (MAY): longer chains are not walked. */
  private static final int MOST_HEADERS = 8;

  private Tuple6() {}

  /**
   * Where the transport header is of a packet that is whole, or the only fragment of itself.
   *
   * @return its offset times 256 plus its protocol, or -1
   */
  static int transport(byte[] b, int at, int end) {
    int next = Ipv6.nextHeader(b, at);
    int offset = at + Ipv6.HEADER;
    for (int n = 0; n <= MOST_HEADERS; n++) {
      boolean options = next == Ipv6.HOP_BY_HOP || next == Ipv6.DESTINATION_OPTIONS;
      if (!options && next != Ipv6.ROUTING && next != Ipv6.FRAGMENT) {
        return offset > end ? -1 : offset << 8 | next;
      }
      // RFC 6946: offset 0 and no more to come is a whole packet.
      if (8 > end - offset || next == Ipv6.FRAGMENT && (Bytes.u16(b, offset + 2) & 0xFFF9) != 0) {
        return -1;
      }
      int length = next == Ipv6.FRAGMENT ? 8 : Bytes.u8(b, offset + 1) + 1 << 3;
      next = Bytes.u8(b, offset);
      offset += length;
    }
    return -1;
  }

  /**
   * Reads a packet whose IPv6 header at {@code at} has been checked; answers as {@link Tuple#read}.
   *
   * @param upper what {@link #transport} answers
   */
  static int read(Tuple tuple, byte[] b, int at, int end, int upper) {
    if (upper < 0) {
      return Tuple.BAD;
    }
    int transport = upper >> 8;
    if ((upper & 0xFF) != Ipv6.ICMP
        || end - transport < IcmpHeader.HEADER
        || !error(IcmpHeader.type(b, transport))) {
      return ports(tuple, b, at, end, upper, TcpHeader.BYTES) ? Tuple.PLAIN : Tuple.BAD;
    }
    int quote = transport + IcmpHeader.HEADER;
    if (end - quote < Ipv6.HEADER
        || Ipv6.version(b, quote) != 6
        || !ports(tuple, b, quote, end, transport(b, quote, end), 8)) {
      return Tuple.BAD;
    }
    tuple.mirror();
    return Tuple.ERROR;
  }

  private static boolean error(int type) {
    return type >= Icmpv6Header.UNREACHABLE && type <= Icmpv6Header.PARAMETER_PROBLEM;
  }

  /** Reads addresses and ports; {@code tcp} octets of a TCP header must be there. */
  private static boolean ports(Tuple tuple, byte[] b, int at, int end, int upper, int tcp) {
    int transport = upper >> 8;
    int protocol = upper & 0xFF;
    int length = upper < 0 ? -1 : end - transport;
    int from = 0;
    int to = 0;
    if (protocol == TcpHeader.PROTOCOL || protocol == Ipv4.PROTOCOL_UDP) {
      int least = protocol == TcpHeader.PROTOCOL ? tcp : UdpHeader.HEADER;
      if (length < least) {
        return false;
      }
      from = UdpHeader.sourcePort(b, transport);
      to = UdpHeader.destinationPort(b, transport);
      int header = least == TcpHeader.BYTES ? TcpHeader.length(b, transport) : least;
      if (from == 0 || to == 0 || header < least || header > length) {
        return false;
      }
    } else if (protocol == Ipv6.ICMP) {
      int type = length < IcmpHeader.HEADER ? 0 : IcmpHeader.type(b, transport);
      if (type == Icmpv6Header.ECHO_REQUEST) {
        from = IcmpHeader.identifier(b, transport);
      } else if (type == Icmpv6Header.ECHO_REPLY) {
        to = IcmpHeader.identifier(b, transport);
      } else {
        return false;
      }
    }
    tuple.set(protocol, b, at, from, to);
    return length >= 0;
  }
}
