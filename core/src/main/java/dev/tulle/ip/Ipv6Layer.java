// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.buffer.Packet;
import dev.tulle.buffer.PacketPool;
import dev.tulle.nd.Ipv6Port;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Interface;
import dev.tulle.stack.Network;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Icmpv6Header;
import dev.tulle.wire.Ipv4;
import dev.tulle.wire.Ipv6;
import dev.tulle.wire.UdpHeader;

/**
 * IPv6: checks headers, walks what is between them and the payload, and hands payloads to their
 * transport.
 *
 * <p>The walk is a loop with limits: {@link #MOST_HEADERS} extension headers, {@link #MOST_OPTIONS}
 * options in one, and no step is taken before its octets are known to be there. Source: RFC 8200,
 * RFC 8504 5.
 */
public class Ipv6Layer implements Network {
  // RFC 8504 5.3 (MAY)
  private static final int MOST_HEADERS = 8;
  private static final int MOST_OPTIONS = 16;
  private static final int MOST_PADDING = 7;

  /** RFC 8200 4.1: destination options come twice at the most. */
  private static final int MOST_DESTINATION_OPTIONS = 2;

  private static final int OPTION_PAD1 = 0;
  private static final int OPTION_PADN = 1;
  private static final int OPTION_ROUTER_ALERT = 5;

  /** A step's answer where the packet needs no more: it was handled, or told of. */
  private static final int DONE = -2;

  final PacketPool pool;
  final Counters counters;
  final Ipv6Port[] ports;
  private Transport[] transports;
  private Icmpv6 icmp;

  /** Does the work of paths that lead over IPv4 at the time; null where none may. */
  Ipv4Path four;

  /** Where local paths lead, which are too many to know it each; null where there are none. */
  Loopback loopback;

  /** What paths carry; null where nobody finds out. */
  PathMtu pathMtu;

  /** Puts fragments together; null where they are dropped. */
  private Ipv6Fragments fragments;

  /** Cuts what is too large for its path; null where that is refused. */
  Fragmenter fragmenter;

  /** Hears packets beside their transports; null where nobody does. */
  RawInput raw;

  /** Takes what is for others, and sees what is for us; null where nobody does. */
  private Forwarding6 forwarding;

  /** Of the packet that is being processed: where it came in. */
  Ipv6Port from;

  /** Of an error that is being processed: where in the packet the address of its sender is. */
  int reporter;

  /** Whether it had a fragment header, be it the only one. */
  boolean fragmented;

  /** Whether it had a router alert option. */
  boolean alerted;

  /**
   * @param ports with all their parts; the first is where packets go that name no other
   */
  public Ipv6Layer(Ipv6Port[] ports, PacketPool pool, Counters counters) {
    this.ports = ports;
    this.pool = pool;
    this.counters = counters;
    from = ports[0];
    for (int i = 0; i < ports.length; i++) {
      ports[i].attach(this);
    }
  }

  /**
   * Says where payloads go; once, at assembly.
   *
   * @param transports the busiest first, ICMPv6 among them
   */
  public void attach(Transport[] transports, Icmpv6 icmp) {
    this.transports = transports;
    this.icmp = icmp;
  }

  /** Adds the feature of finding out what paths carry; once, at assembly. */
  public void attach(PathMtu pathMtu) {
    this.pathMtu = pathMtu;
  }

  /** Lets paths lead over IPv4 as well; once, at assembly. */
  public void attach(Ipv4Layer ipv4) {
    four = ipv4.path();
  }

  /** Adds the feature of putting fragments together; once, at assembly. */
  public void attach(Ipv6Fragments fragments) {
    this.fragments = fragments;
  }

  /** Adds the feature of sending what is larger than its path carries; once, at assembly. */
  public void attach(Fragmenter fragmenter) {
    this.fragmenter = fragmenter;
  }

  /** Adds the feature of raw sockets; once, at assembly. */
  public void attach(RawInput raw) {
    this.raw = raw;
  }

  /** Adds the feature of forwarding what is for others; once, at assembly. */
  public void attach(Forwarding6 forwarding) {
    this.forwarding = forwarding;
  }

  /** Says to which port's neighbours the answers to a packet go. */
  public void from(Ipv6Port port) {
    from = port;
  }

  /** A path that points nowhere yet, for a transport to keep. */
  public Ipv6Path path() {
    return new Ipv6Path(this);
  }

  /** The port that leads to an address, with a scope as in {@link Endpoint}; or null. */
  Ipv6Port port(int scope, long high, long low) {
    if (scope != 0) {
      return scope > ports.length ? null : ports[scope - 1];
    }
    for (int i = 0; i < ports.length; i++) {
      if (ports[i].routers.route(high, low)) {
        return ports[i];
      }
    }
    return null;
  }

  /** Whether an address is one of ours, at whichever port. */
  public boolean ours(long high, long low) {
    for (int i = 0; i < ports.length; i++) {
      if (ports[i].addresses.ours(high, low)) {
        return true;
      }
    }
    return false;
  }

  /** Whether an answer may have this address as its source. */
  boolean answersAs(long high, long low) {
    return ours(high, low) || forwarding != null && forwarding.answersAs(high, low);
  }

  Transport transport(int protocol) {
    for (int i = 0; i < transports.length; i++) {
      if (transports[i].protocol() == protocol) {
        return transports[i];
      }
    }
    return null;
  }

  @Override
  public void input(Packet packet, Interface in, long nowNs) {
    came(in);
    int reason = check(packet);
    if (reason == Counter.IP6_NOTOURS && forwarding != null) {
      reason = forwarding.arrived(packet, from, nowNs);
    }
    if (reason < 0) {
      reason = walk(packet, false, nowNs);
    }
    if (reason >= 0) {
      counters.add(reason);
    }
  }

  /** Says which interface a packet came in by: from there it is answered. */
  void came(Interface in) {
    int i = 0;
    while (!ports[i].port.is(in)) {
      i++;
    }
    from = ports[i];
  }

  /** Checks the header and trims the packet to its length; answers a counter or -1. */
  private int check(Packet packet) {
    byte[] b = packet.bytes;
    int at = packet.head;
    int length = packet.length();
    if (length < Ipv6.HEADER) {
      return Counter.IP6_TRUNCATED;
    }
    if (Ipv6.version(b, at) != 6) {
      return Counter.IP6_BADVER;
    }
    int payload = Ipv6.payloadLength(b, at);
    int next = Ipv6.nextHeader(b, at);
    // A length of 0 with something behind it would be a jumbogram (RFC 2675), which we have not.
    if (payload > length - Ipv6.HEADER || payload == 0 && next != Ipv6.NO_NEXT) {
      return Counter.IP6_TRUNCATED;
    }
    packet.end = at + Ipv6.HEADER + payload;
    packet.network = at;
    packet.trafficClass = Ipv6.trafficClass(b, at);
    long high = Bytes.i64(b, at + Ipv6.SOURCE);
    long low = Bytes.i64(b, at + Ipv6.SOURCE + 8);
    // RFC 4291 2.5.2, 2.5.3, 2.7: none of these is a source; the unspecified one only of ICMPv6's.
    boolean unspecified = (high | low) == 0;
    if (Ipv6.multicast(high) || !unspecified && (Ipv6.neverOnWire(high, low) || ours(high, low))) {
      return Counter.IP6_MARTIAN;
    }
    high = Bytes.i64(b, at + Ipv6.DESTINATION);
    low = Bytes.i64(b, at + Ipv6.DESTINATION + 8);
    if (Ipv6.multicast(high)) {
      packet.group = true;
      // RFC 4291 2.7: scopes 0 and 1 are never on a wire.
      return Ipv6.scope(high) < Ipv6.SCOPE_LINK
          ? Counter.IP6_MARTIAN
          : from.groups.joined(high, low) ? -1 : Counter.IP6_NOTJOINED;
    }
    if (Ipv6.neverOnWire(high, low)) {
      return Counter.IP6_MARTIAN;
    }
    if (!from.addresses.ours(high, low)) {
      return Counter.IP6_NOTOURS;
    }
    return packet.group ? Counter.IP_L2BCAST_UNICAST : -1;
  }

  /**
   * Walks to the payload and hands it on; answers a counter or below 0.
   *
   * @param whole whether it came in fragments
   */
  private int walk(Packet packet, boolean whole, long nowNs) {
    byte[] b = packet.bytes;
    int pointer = packet.network + Ipv6.NEXT_HEADER;
    int at = packet.network + Ipv6.HEADER;
    int destinationOptions = 0;
    fragmented = whole;
    alerted = false;
    for (int headers = 0; headers <= MOST_HEADERS; headers++) {
      int next = Bytes.u8(b, pointer);
      int step;
      if (next == Ipv6.HOP_BY_HOP && headers > 0) {
        // RFC 8200 4 (MUST): only directly behind the IPv6 header
        icmp.problem(packet, Icmpv6Header.CODE_NEXT_HEADER, pointer, nowNs);
        return Counter.IP6_BADCHAIN;
      } else if (next == Ipv6.HOP_BY_HOP || next == Ipv6.DESTINATION_OPTIONS) {
        if (next == Ipv6.DESTINATION_OPTIONS && ++destinationOptions > MOST_DESTINATION_OPTIONS) {
          return Counter.IP6_CHAIN_LIMIT;
        }
        step = options(packet, at, nowNs);
      } else if (next == Ipv6.ROUTING) {
        step = routing(packet, at, nowNs);
      } else if (next == Ipv6.FRAGMENT) {
        step = fragment(packet, at, nowNs);
      } else {
        return deliver(packet, next, pointer, at, nowNs);
      }
      if (step != -1) {
        return step;
      }
      pointer = at;
      at += next == Ipv6.FRAGMENT ? 8 : Bytes.u8(b, at + 1) + 1 << 3;
    }
    return Counter.IP6_CHAIN_LIMIT;
  }

  /** Looks at a header of options; answers -1 to go on. RFC 8200 4.2. */
  private int options(Packet packet, int at, long nowNs) {
    byte[] b = packet.bytes;
    if (8 > packet.end - at) {
      return Counter.IP6_BADCHAIN;
    }
    int end = at + (Bytes.u8(b, at + 1) + 1 << 3);
    if (end > packet.end) {
      return Counter.IP6_BADOPT;
    }
    int count = 0;
    int padding = 0;
    int o = at + 2;
    while (o < end) {
      int type = Bytes.u8(b, o);
      int length = 1;
      if (type != OPTION_PAD1) {
        length = end - o < 2 ? 0 : Bytes.u8(b, o + 1) + 2;
        if (length == 0 || length > end - o) {
          return Counter.IP6_BADOPT;
        }
      }
      boolean pad = type <= OPTION_PADN;
      padding = pad ? padding + length : 0;
      if (++count > MOST_OPTIONS || padding > MOST_PADDING) {
        return Counter.IP6_CHAIN_LIMIT;
      }
      if (type == OPTION_ROUTER_ALERT) {
        alerted = true;
      } else if (!pad && type >>> 6 != 0) {
        // RFC 8200 4.2: 01 drops, 10 tells too, 11 tells unless it came to a group
        if (type >>> 6 == 2 || type >>> 6 == 3 && !packet.group) {
          icmp.problem(packet, Icmpv6Header.CODE_OPTION, o, nowNs);
        }
        return Counter.IP6_UNKNOWN_OPTION;
      }
      o += length;
    }
    return -1;
  }

  /** RFC 8200 4.4, RFC 5095 3: nothing is ever forwarded by such a header. */
  private int routing(Packet packet, int at, long nowNs) {
    byte[] b = packet.bytes;
    if (8 > packet.end - at || Bytes.u8(b, at + 1) + 1 << 3 > packet.end - at) {
      return Counter.IP6_BADCHAIN;
    }
    if (Bytes.u8(b, at + 3) == 0) {
      return -1; // (MUST) no segments left: as if it were not there
    }
    icmp.problem(packet, Icmpv6Header.CODE_FIELD, at + 2, nowNs);
    return Counter.IP6_ROUTING;
  }

  private int fragment(Packet packet, int at, long nowNs) {
    // RFC 8200 4.1: no header comes twice, nor a fragment in fragments
    if (fragmented || Ipv6.FRAGMENT_HEADER > packet.end - at) {
      return Counter.IP6_BADCHAIN;
    }
    fragmented = true;
    // RFC 6946 4 (MUST): offset 0 and no more to come is a whole packet, whatever else is under way
    boolean whole = (Bytes.u16(packet.bytes, at + 2) & 0xFFF9) == 0;
    if (whole || fragments == null) {
      return whole ? -1 : Counter.IP6_FRAGMENT;
    }
    Packet together = fragments.arrived(packet, from, at, nowNs);
    return together == null ? DONE : walk(together, true, nowNs);
  }

  /** Hands the payload to its transport. */
  private int deliver(Packet packet, int protocol, int pointer, int at, long nowNs) {
    byte[] b = packet.bytes;
    if (protocol == Ipv6.NO_NEXT) {
      return DONE; // RFC 8200 4.7: the rest is ignored
    }
    // RFC 4302 2.2: twelve octets and a check value at least
    int left = packet.end - at;
    if (protocol == Ipv6.AUTHENTICATION
        && (left < 16 || Bytes.u8(b, at + 1) < 2 || Bytes.u8(b, at + 1) + 2 << 2 > left)) {
      return Counter.IP6_BADCHAIN;
    }
    if (at >= packet.end) {
      return Counter.IP6_BADCHAIN;
    }
    int source = packet.network + Ipv6.SOURCE;
    if ((Bytes.i64(b, source) | Bytes.i64(b, source + 8)) == 0 && protocol != Ipv6.ICMP) {
      return Counter.IP6_MARTIAN;
    }
    packet.head = at;
    packet.transport = at;
    int refusal = forwarding == null ? -1 : forwarding.here(packet, protocol, from, nowNs);
    if (refusal >= 0) {
      return refusal;
    }
    Transport transport = transport(protocol);
    boolean heard = raw != null && raw.arrived(packet, protocol);
    if (transport == null && heard) {
      return DONE;
    }
    if (transport == null) {
      if (protocol == Ipv4.PROTOCOL_ICMP) {
        return Counter.ICMP_FAMILY;
      }
      icmp.problem(packet, Icmpv6Header.CODE_NEXT_HEADER, pointer, nowNs); // RFC 8200 4
      return Counter.IP6_UNKNOWN_NEXT;
    }
    if (protocol == Ipv4.PROTOCOL_UDP
        && left >= UdpHeader.HEADER
        && UdpHeader.checksum(b, at) == 0) {
      return Counter.UDP_BADSUM; // RFC 8200 8.1 (MUST)
    }
    int sum = Ipv6.pseudoHeaderSum(b, packet.network, protocol, left);
    if (!transport.input(packet, sum, nowNs)) {
      icmp.unknownPort(packet, nowNs);
    }
    return DONE;
  }

  void noRoute(Packet packet) {
    counters.add(Counter.IP_NO_ROUTE);
    pool.release(packet);
  }

  @Override
  public void undelivered(Packet packet, long nowNs) {
    if (forwarding != null && forwarding.undelivered(packet, nowNs)) {
      return;
    }
    reporter = packet.head + Ipv6.DESTINATION; // the quote will have been turned round
    icmp.quoted(packet, packet.head, IcmpError.UNREACHABLE, 0, nowNs);
  }
}
