// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Counter;
import dev.tulle.wire.Checksum;
import dev.tulle.wire.IcmpHeader;
import dev.tulle.wire.Ipv4;

/**
 * ICMP for IPv4: answers echo requests, passes errors on to the transport that they concern, and
 * tells others of protocols and ports that are not here.
 *
 * <p>Redirects, source quench (RFC 6633), address masks, time stamps and information requests (RFC
 * 6918) are ignored. Source: RFC 792, RFC 1122 3.2.2.
 */
public final class Icmp extends IcmpTransport {
  // RFC 1812 4.3.2.3: an error is 576 octets at most, IP header and all.
  private static final int MAX_QUOTE = 576 - Ipv4.HEADER - IcmpHeader.HEADER;

  private final Ipv4Layer ipv4;
  private final Ipv4Path back;

  /**
   * @param echoes limits the answers to echo requests
   * @param errors limits the errors that we send
   */
  public Icmp(Ipv4Layer ipv4, RateLimit echoes, RateLimit errors) {
    super(ipv4.counters, echoes, errors);
    this.ipv4 = ipv4;
    this.back = ipv4.path();
  }

  @Override
  public int protocol() {
    return Ipv4.PROTOCOL_ICMP;
  }

  @Override
  int arrive(Packet packet, int sum, long nowNs) {
    byte[] b = packet.bytes;
    int at = packet.head;
    if (packet.length() < IcmpHeader.HEADER) {
      return Counter.ICMP_SHORT;
    }
    if (Checksum.of(b, at, packet.length()) != 0) {
      return Counter.ICMP_BADSUM;
    }
    int code = IcmpHeader.code(b, at);
    int kind;
    switch (IcmpHeader.type(b, at)) {
      case IcmpHeader.ECHO_REQUEST:
        return echo(packet, IcmpHeader.ECHO_REPLY, nowNs);
      case IcmpHeader.ECHO_REPLY:
        return answered(packet, Ipv4.timeToLive(b, packet.network), nowNs);
      case IcmpHeader.UNREACHABLE:
        kind =
            code == IcmpHeader.CODE_FRAGMENTATION_NEEDED
                ? IcmpError.TOO_BIG
                : code == IcmpHeader.CODE_PORT || code == IcmpHeader.CODE_PROTOCOL
                    ? IcmpError.PORT_UNREACHABLE
                    : IcmpError.UNREACHABLE;
        break;
      case IcmpHeader.TIME_EXCEEDED:
        kind = IcmpError.TIME_EXCEEDED;
        break;
      case IcmpHeader.PARAMETER_PROBLEM:
        kind = IcmpError.PARAMETER_PROBLEM;
        break;
      default:
        int type = IcmpHeader.type(b, at);
        return type >= IcmpHeader.FIRST_OF_V6 && type <= IcmpHeader.LAST_OF_V6
            ? Counter.ICMP_FAMILY
            : Counter.ICMP_IGNORED;
    }
    int mtu = kind == IcmpError.TOO_BIG ? IcmpHeader.mtu(b, at) : 0;
    return quoted(packet, at + IcmpHeader.HEADER, kind, mtu, nowNs);
  }

  @Override
  boolean allowed(RateLimit limit, Packet packet, long nowNs) {
    return limit.allow(packet.source, nowNs);
  }

  /** Tells the sender of a packet that its port is not in use. RFC 1122 4.1.3.1. */
  void unknownPort(Packet packet, long nowNs) {
    tell(packet, IcmpHeader.UNREACHABLE, IcmpHeader.CODE_PORT, nowNs);
  }

  /** Tells the sender of a packet that its protocol is not here. RFC 1122 3.2.2.1. */
  void unknownProtocol(Packet packet, long nowNs) {
    tell(packet, IcmpHeader.UNREACHABLE, IcmpHeader.CODE_PROTOCOL, nowNs);
  }

  /** Sends an error about a packet, whose transport header is at {@code transport}. */
  void tell(Packet about, int type, int code, long nowNs) {
    // RFC 1122 3.2.2: nothing about ICMP errors, broadcasts, later fragments, or sources that are
    // no host's. ICMP has its handler, and IPv4 lets none of the last two get here.
    if (about.group) {
      return;
    }
    // The header and 8 octets at least; more where the error is no larger than its cause.
    int from = about.network;
    int length = about.end - from;
    int most = Math.min(length - Ipv4.HEADER - IcmpHeader.HEADER, MAX_QUOTE);
    int least = about.transport - from + IcmpHeader.HEADER;
    report(about, from + Math.min(length, Math.max(most, least)), type, code, 0, nowNs);
  }

  @Override
  int answer(Packet to, int from, int end, int type, int code, int rest, long nowNs) {
    back.answer(to);
    // What came in one frame goes out in one; what came in fragments may find no packet.
    Packet packet = back.take(IcmpHeader.HEADER + end - from);
    if (packet == null) {
      return Counter.POOL_EMPTY;
    }
    int at = packet.head;
    System.arraycopy(to.bytes, from, packet.bytes, at + IcmpHeader.HEADER, end - from);
    packet.end = at + IcmpHeader.HEADER + end - from;
    IcmpHeader.put(packet.bytes, at, type, code, rest, packet.length());
    back.output(packet, Ipv4.PROTOCOL_ICMP, nowNs);
    return -1;
  }

  /**
   * Hands an error about a quoted datagram of ours to its transport.
   *
   * @param at where the quoted header is; the quote ends with the packet
   * @return the counter of why it was dropped, or -1
   */
  int quoted(Packet packet, int at, int kind, int mtu, long nowNs) {
    byte[] b = packet.bytes;
    int available = packet.end - at;
    if (available < Ipv4.HEADER) {
      return Counter.ICMP_BADQUOTE;
    }
    int header = Ipv4.headerLength(b, at);
    int least = header + 8; // RFC 792: header and 64 bits
    int source = Ipv4.source(b, at);
    Transport transport = ipv4.transport(Ipv4.protocol(b, at));
    if (Ipv4.version(b, at) != 4
        || header < Ipv4.HEADER
        || least > available
        || least > Ipv4.totalLength(b, at)
        || Ipv4.fragmentOffset(b, at) != 0
        || !ipv4.ours(source)
        || transport == null) {
      return Counter.ICMP_BADQUOTE;
    }
    packet.head = at + header;
    packet.source = Ipv4.destination(b, at);
    packet.destination = source;
    if (kind == IcmpError.TOO_BIG && ipv4.pathMtu != null) {
      ipv4.pathMtu.tooBig(transport, packet, mtu, at, nowNs);
    } else {
      transport.error(packet, kind, mtu, nowNs);
    }
    return -1;
  }
}
