// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.forward;

import dev.tulle.stack.KeyedHash;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.IcmpHeader;
import dev.tulle.wire.Ipv4;
import dev.tulle.wire.Ipv6;
import dev.tulle.wire.TcpHeader;
import dev.tulle.wire.UdpHeader;

/**
 * What tells the packets of one direction of a connection: protocol, addresses and ports, as they
 * are on the wire where such a packet arrives here.
 *
 * <p>A connection has two, and since addresses may be translated one is not the other's mirror.
 * What leaves is the mirror of the opposite tuple. An ICMP query has its identifier for a source
 * port and 0 for a destination port, an answer the other way round, so that they mirror each other.
 */
final class Tuple {
  // What read finds.
  static final int BAD = 0;
  static final int PLAIN = 1;

  /** An ICMP error; the tuple is the mirror of the quoted packet's: of who answers to that. */
  static final int ERROR = 2;

  private static final int TIMESTAMP = 13;
  private static final int TIMESTAMP_REPLY = 14;

  int protocol;
  int source;
  int destination;
  int sourcePort;
  int destinationPort;

  // The addresses of IPv6, where those above are 0; these are of IPv4.
  long sourceHigh;
  long sourceLow;
  long destinationHigh;
  long destinationLow;

  /** The connection that it belongs to, and its other direction; null for what was just read. */
  final Flow flow;

  Tuple opposite;

  /** The next with the same hash. */
  Tuple next;

  // What TCP's sender of this direction has said: see TcpTrack.
  int end;
  int acknowledged;
  int window;
  int scale;
  int flags;

  Tuple(Flow flow) {
    this.flow = flow;
  }

  void set(int protocol, int source, int sourcePort, int destination, int destinationPort) {
    this.protocol = protocol;
    this.source = source;
    this.sourcePort = sourcePort;
    this.destination = destination;
    this.destinationPort = destinationPort;
    sourceHigh = 0;
    sourceLow = 0;
    destinationHigh = 0;
    destinationLow = 0;
  }

  /** The same with the addresses of an IPv6 header. */
  void set(int protocol, byte[] header, int at, int sourcePort, int destinationPort) {
    set(protocol, 0, sourcePort, 0, destinationPort);
    sourceHigh = Bytes.i64(header, at + Ipv6.SOURCE);
    sourceLow = Bytes.i64(header, at + Ipv6.SOURCE + 8);
    destinationHigh = Bytes.i64(header, at + Ipv6.DESTINATION);
    destinationLow = Bytes.i64(header, at + Ipv6.DESTINATION + 8);
  }

  /** Whether the addresses are IPv6's. */
  boolean six() {
    return (sourceHigh | sourceLow) != 0;
  }

  /** Takes over the addresses and ports of another. */
  void copy(Tuple other) {
    set(other.protocol, other.source, other.sourcePort, other.destination, other.destinationPort);
    sourceHigh = other.sourceHigh;
    sourceLow = other.sourceLow;
    destinationHigh = other.destinationHigh;
    destinationLow = other.destinationLow;
  }

  boolean same(Tuple other) {
    return source == other.source
        && destination == other.destination
        && sourcePort == other.sourcePort
        && destinationPort == other.destinationPort
        && protocol == other.protocol
        && sourceLow == other.sourceLow
        && destinationLow == other.destinationLow
        && sourceHigh == other.sourceHigh
        && destinationHigh == other.destinationHigh;
  }

  int hash(KeyedHash hash) {
    long addresses = (long) source << 32 | destination & 0xFFFFFFFFL;
    long ports = (long) (sourcePort << 16 | destinationPort) << 8 | protocol;
    hash.begin().add(addresses).add(ports);
    if (six()) {
      hash.add(sourceHigh).add(sourceLow).add(destinationHigh).add(destinationLow);
    }
    return (int) hash.end();
  }

  /**
   * Reads a whole packet, whose header at {@code at} has been checked.
   *
   * @return {@link #BAD}, {@link #PLAIN} or {@link #ERROR}
   */
  int read(byte[] b, int at, int end) {
    int transport = at + Ipv4.headerLength(b, at);
    if (Ipv4.protocol(b, at) == Ipv4.PROTOCOL_ICMP
        && end - transport >= IcmpHeader.HEADER
        && error(IcmpHeader.type(b, transport))) {
      return quoted(b, transport + IcmpHeader.HEADER, end) ? ERROR : BAD;
    }
    return ports(b, at, end, TcpHeader.BYTES) ? PLAIN : BAD;
  }

  /** Whether a type of ICMP is that of an error that quotes a packet, and is passed on. */
  static boolean error(int type) {
    return type == IcmpHeader.UNREACHABLE
        || type == IcmpHeader.TIME_EXCEEDED
        || type == IcmpHeader.PARAMETER_PROBLEM;
  }

  /** Whether a type of ICMP is that of a query, which begins something. */
  static boolean asks(int type) {
    return type == IcmpHeader.ECHO_REQUEST || type == TIMESTAMP;
  }

  /** Reads the mirror of a quoted packet: RFC 792 has 8 octets of its payload at least. */
  private boolean quoted(byte[] b, int at, int end) {
    if (end - at < Ipv4.HEADER
        || Ipv4.version(b, at) != 4
        || Ipv4.headerLength(b, at) < Ipv4.HEADER
        || Ipv4.headerLength(b, at) > end - at
        || Ipv4.fragmentOffset(b, at) != 0
        || !ports(b, at, end, 8)) {
      return false;
    }
    mirror();
    return true;
  }

  private boolean set(byte[] b, int at, int from, int to) {
    set(Ipv4.protocol(b, at), Ipv4.source(b, at), from, Ipv4.destination(b, at), to);
    return true;
  }

  /** Turns it round. */
  void mirror() {
    long high = sourceHigh;
    long low = sourceLow;
    long otherHigh = destinationHigh;
    long otherLow = destinationLow;
    set(protocol, destination, destinationPort, source, sourcePort);
    sourceHigh = otherHigh;
    sourceLow = otherLow;
    destinationHigh = high;
    destinationLow = low;
  }

  /** Reads addresses and ports; {@code tcp} octets of a TCP header must be there. */
  private boolean ports(byte[] b, int at, int end, int tcp) {
    int transport = at + Ipv4.headerLength(b, at);
    int length = end - transport;
    int kind = Ipv4.protocol(b, at);
    int from = 0;
    int to = 0;
    if (kind == TcpHeader.PROTOCOL || kind == Ipv4.PROTOCOL_UDP) {
      if (length < (kind == TcpHeader.PROTOCOL ? tcp : UdpHeader.HEADER)) {
        return false;
      }
      from = UdpHeader.sourcePort(b, transport);
      to = UdpHeader.destinationPort(b, transport);
      if (from == 0 || to == 0) {
        return false;
      }
      if (kind == TcpHeader.PROTOCOL && tcp == TcpHeader.BYTES) {
        int header = TcpHeader.length(b, transport);
        return header >= tcp && header <= length && set(b, at, from, to);
      }
    } else if (kind == Ipv4.PROTOCOL_ICMP) {
      if (length < IcmpHeader.HEADER) {
        return false;
      }
      int type = IcmpHeader.type(b, transport);
      int identifier = IcmpHeader.identifier(b, transport);
      if (asks(type)) {
        from = identifier;
      } else if (type == IcmpHeader.ECHO_REPLY || type == TIMESTAMP_REPLY) {
        to = identifier;
      } else {
        return false;
      }
    }
    return set(b, at, from, to);
  }
}
