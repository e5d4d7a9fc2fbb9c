// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.buffer.Packet;
import dev.tulle.nd.MldMessages;
import dev.tulle.nd.NeighbourDiscovery;
import dev.tulle.stack.Counter;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Checksum;
import dev.tulle.wire.IcmpHeader;
import dev.tulle.wire.Icmpv6Header;
import dev.tulle.wire.Ipv6;

/**
 * ICMP for IPv6: answers echo requests, passes errors on to the transport that they concern, tells
 * others what was wrong with what they sent, and hands neighbour discovery its messages.
 *
 * <p>Source: RFC 4443.
 */
public final class Icmpv6 extends IcmpTransport {
  /** RFC 4443 2.4 (c) (MUST): an error fits what every link carries. */
  private static final int MOST_QUOTE = Ipv6.LEAST_MTU - Ipv6.HEADER - IcmpHeader.HEADER;

  private final Ipv6Layer ipv6;
  private final Ipv6Path back;

  /**
   * @param echoes limits the answers to echo requests
   * @param errors limits the errors that we send: RFC 4443 2.4 (f) (MUST)
   */
  public Icmpv6(Ipv6Layer ipv6, RateLimit echoes, RateLimit errors) {
    super(ipv6.counters, echoes, errors);
    this.ipv6 = ipv6;
    this.back = ipv6.path();
  }

  @Override
  public int protocol() {
    return Ipv6.ICMP;
  }

  @Override
  int arrive(Packet packet, int sum, long nowNs) {
    byte[] b = packet.bytes;
    int at = packet.head;
    if (packet.length() < IcmpHeader.HEADER) {
      return Counter.ICMP_SHORT;
    }
    if (Checksum.finish(sum + Bytes.sum(b, at, packet.length())) != 0) {
      return Counter.ICMP_BADSUM;
    }
    int type = IcmpHeader.type(b, at);
    if (type >= Icmpv6Header.ROUTER_SOLICITATION && type <= Icmpv6Header.REDIRECT) {
      return NeighbourDiscovery.arrive(ipv6.from, packet, ipv6.fragmented, nowNs);
    }
    if (type == Icmpv6Header.LISTENER_QUERY || type == Icmpv6Header.LISTENER_REPORT_V1) {
      return MldMessages.arrive(ipv6.from, packet, type, ipv6.alerted, nowNs);
    }
    if (type == Icmpv6Header.ECHO_REQUEST) {
      return echo(packet, Icmpv6Header.ECHO_REPLY, nowNs);
    }
    if (type == Icmpv6Header.ECHO_REPLY) {
      return answered(packet, Ipv6.hopLimit(b, packet.network), nowNs);
    }
    if (type >= Icmpv6Header.FIRST_INFORMATION) {
      return Counter.ICMP_IGNORED; // RFC 4443 2.4 (b) (MUST)
    }
    return error(packet, type, nowNs);
  }

  private int error(Packet packet, int type, long nowNs) {
    byte[] b = packet.bytes;
    int at = packet.head;
    int kind = IcmpError.UNREACHABLE; // RFC 4443 2.4 (a): unknown errors are the transport's too
    int mtu = 0;
    if (type == Icmpv6Header.UNREACHABLE && IcmpHeader.code(b, at) == Icmpv6Header.CODE_PORT) {
      kind = IcmpError.PORT_UNREACHABLE;
    } else if (type == Icmpv6Header.TOO_BIG) {
      kind = IcmpError.TOO_BIG;
      mtu = IcmpHeader.rest(b, at);
      if (mtu < Ipv6.LEAST_MTU) {
        return Counter.ICMP6_PTB_SMALL; // RFC 8201 4 (MUST)
      }
    } else if (type == Icmpv6Header.TIME_EXCEEDED) {
      kind = IcmpError.TIME_EXCEEDED;
    } else if (type == Icmpv6Header.PARAMETER_PROBLEM) {
      kind = IcmpError.PARAMETER_PROBLEM;
    }
    ipv6.reporter = packet.network + Ipv6.SOURCE;
    return quoted(packet, at + IcmpHeader.HEADER, kind, mtu, nowNs);
  }

  @Override
  boolean allowed(RateLimit limit, Packet packet, long nowNs) {
    int source = packet.network + Ipv6.SOURCE;
    byte[] b = packet.bytes;
    return limit.allow(Bytes.i64(b, source), Bytes.i64(b, source + 8), nowNs);
  }

  /** Tells the sender of a packet that its port is not in use. RFC 4443 3.1 (MUST). */
  void unknownPort(Packet packet, long nowNs) {
    tell(packet, Icmpv6Header.UNREACHABLE, Icmpv6Header.CODE_PORT, 0, nowNs);
  }

  /** Tells the sender of a packet what was wrong with it, and where. RFC 4443 3.4. */
  void problem(Packet packet, int code, int at, long nowNs) {
    tell(packet, Icmpv6Header.PARAMETER_PROBLEM, code, at - packet.network, nowNs);
  }

  /**
   * Tells the sender of a fragment what was wrong with that, though it may be one of an error,
   * which nobody can see in a later fragment; as Linux does.
   */
  void wrongFragment(Packet packet, int at, long nowNs) {
    int source = packet.network + Ipv6.SOURCE;
    byte[] b = packet.bytes;
    if (!packet.group && (Bytes.i64(b, source) | Bytes.i64(b, source + 8)) != 0) {
      int end = Math.min(packet.end, packet.network + MOST_QUOTE);
      int pointer = at - packet.network;
      report(packet, end, Icmpv6Header.PARAMETER_PROBLEM, Icmpv6Header.CODE_FIELD, pointer, nowNs);
    }
  }

  /**
   * Sends an error about a packet to its source, unless nothing may be said about it.
   *
   * @param rest the second word: an MTU, a pointer, or 0
   */
  public void tell(Packet about, int type, int code, int rest, long nowNs) {
    byte[] b = about.bytes;
    int from = about.network;
    int source = from + Ipv6.SOURCE;
    // RFC 4443 2.4 (e) (MUST NOT): not about what came to a group, except of an unknown option; nor
    // about what no one host has sent; nor about an error or a redirect.
    int upper = Ipv6.transportAt(b, from, about.end);
    int at = upper >> 8;
    boolean message = (upper & 0xFF) == Ipv6.ICMP && at < about.end;
    if (about.group && code != Icmpv6Header.CODE_OPTION
        || (Bytes.i64(b, source) | Bytes.i64(b, source + 8)) == 0
        || upper < 0
        || message && IcmpHeader.type(b, at) < Icmpv6Header.FIRST_INFORMATION
        || message && IcmpHeader.type(b, at) == Icmpv6Header.REDIRECT) {
      return;
    }
    report(about, Math.min(about.end, from + MOST_QUOTE), type, code, rest, nowNs);
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
    int sum = back.pseudoHeaderSum(Ipv6.ICMP, packet.length());
    IcmpHeader.put(packet.bytes, at, type, code, rest, packet.length(), sum);
    back.output(packet, Ipv6.ICMP, nowNs);
    return -1;
  }

  /**
   * Hands an error about a quoted packet of ours to its transport, with the quote turned round.
   *
   * @param at where the quoted header is; the quote ends with the packet
   * @return the counter of why it was dropped, or -1
   */
  int quoted(Packet packet, int at, int kind, int mtu, long nowNs) {
    byte[] b = packet.bytes;
    if (packet.end - at < Ipv6.HEADER + 8 || Ipv6.version(b, at) != 6) {
      return Counter.ICMP_BADQUOTE;
    }
    int upper = Ipv6.transportAt(b, at, packet.end - 8);
    Transport transport = upper < 0 ? null : ipv6.transport(upper & 0xFF);
    long high = Bytes.i64(b, at + Ipv6.SOURCE);
    long low = Bytes.i64(b, at + Ipv6.SOURCE + 8);
    if (transport == null || !ipv6.ours(high, low)) {
      return Counter.ICMP_BADQUOTE;
    }
    Ipv6.swap(b, at);
    packet.network = at;
    packet.head = upper >> 8;
    if (kind == IcmpError.TOO_BIG && ipv6.pathMtu != null) {
      transport.tooBig(packet, mtu, nowNs);
    } else {
      transport.error(packet, kind, mtu, nowNs);
    }
    return -1;
  }
}
