// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.buffer.Packet;
import dev.tulle.buffer.PacketPool;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Interface;
import dev.tulle.stack.Network;
import dev.tulle.wire.Checksum;
import dev.tulle.wire.Ipv4;

/**
 * IPv4: checks headers and hands payloads to their transport; writes headers and finds the way out.
 *
 * <p>A packet is checked whole before anything is done about it, and its payload's length is
 * computed once. Fragments are dropped where nobody puts them together ({@link Ipv4Fragments}).
 * Source-routed packets are dropped too (RFC 7126 4.3), other options are skipped. Source: RFC 791,
 * RFC 1122 3.
 */
public final class Ipv4Layer implements Network {
  final Routes routes;
  final PacketPool pool;
  final Counters counters;

  private final Interface[] interfaces;
  private Transport[] transports;
  private Icmp icmp;

  /** What paths carry; null where nobody finds out. */
  PathMtu pathMtu;

  /** Puts fragments together; null where they are dropped. */
  private Ipv4Fragments fragments;

  /** Knows the groups that are listened to; null where there are none. */
  private Igmp igmp;

  /** Cuts what is too large for its path; null where that is refused. */
  Fragmenter fragmenter;

  /** Hears packets beside their transports; null where nobody does. */
  RawInput raw;

  /** Takes what is for others; null where nobody does. */
  private Forwarding forwarding;

  public Ipv4Layer(Interface[] interfaces, Routes routes, PacketPool pool, Counters counters) {
    this.interfaces = interfaces;
    this.routes = routes;
    this.pool = pool;
    this.counters = counters;
  }

  /**
   * Says where payloads go; once, at assembly.
   *
   * @param transports the busiest first, ICMP among them
   * @param icmp tells senders of protocols and ports that are not there
   */
  public void attach(Transport[] transports, Icmp icmp) {
    this.transports = transports;
    this.icmp = icmp;
  }

  /** Adds the feature of finding out what paths carry; once, at assembly. */
  public void attach(PathMtu pathMtu) {
    this.pathMtu = pathMtu;
  }

  /** Adds the feature of putting fragments together; once, at assembly. */
  public void attach(Ipv4Fragments fragments) {
    this.fragments = fragments;
  }

  /** Adds the feature of sending what is larger than its path carries; once, at assembly. */
  public void attach(Fragmenter fragmenter) {
    this.fragmenter = fragmenter;
  }

  /** Adds the feature of forwarding what is for others; once, at assembly. */
  public void attach(Forwarding forwarding) {
    this.forwarding = forwarding;
  }

  /** Adds the feature of raw sockets; once, at assembly. */
  public void attach(RawInput raw) {
    this.raw = raw;
  }

  /** Adds the feature of listening to groups; once, at assembly. */
  public void attach(Igmp igmp) {
    this.igmp = igmp;
  }

  /** A path that points nowhere yet, for a transport to keep. */
  public Ipv4Path path() {
    return new Ipv4Path(this);
  }

  /** Whether an address is a multicast group, the limited broadcast, or a subnet's of ours. */
  public boolean group(int address) {
    if (address == Ipv4.BROADCAST || Ipv4.multicast(address)) {
      return true;
    }
    for (int i = 0; i < interfaces.length; i++) {
      if (interfaces[i].broadcast(address)) {
        return true;
      }
    }
    return false;
  }

  /** Whether one of the interfaces has the address. */
  public boolean ours(int address) {
    for (int i = 0; i < interfaces.length; i++) {
      if (interfaces[i].address == address) {
        return address != 0;
      }
    }
    return false;
  }

  @Override
  public void input(Packet packet, Interface from, long nowNs) {
    int reason = check(packet, from);
    if (reason == Counter.IP_FRAGMENT && fragments != null) {
      packet = fragments.arrived(packet, from, nowNs);
      if (packet == null) {
        return;
      }
      reason = -1;
    }
    if (forwarding != null) {
      reason = forwarding.arrived(packet, from, reason, nowNs);
    }
    if (reason >= 0) {
      counters.add(reason);
      return;
    }
    byte[] b = packet.bytes;
    int protocol = Ipv4.protocol(b, packet.network);
    Transport transport = transport(protocol);
    boolean heard = raw != null && raw.arrived(packet, protocol);
    if (transport != null) {
      int sum = Ipv4.pseudoHeaderSum(packet.source, packet.destination, protocol, packet.length());
      if (!transport.input(packet, sum, nowNs)) {
        icmp.unknownPort(packet, nowNs);
      }
    } else if (protocol == Ipv4.PROTOCOL_ICMPV6) {
      counters.add(Counter.ICMP_FAMILY);
    } else if (!heard) {
      counters.add(Counter.IP_UNKNOWN_PROTOCOL);
      icmp.unknownProtocol(packet, nowNs); // RFC 1122 3.2.2.1
    }
  }

  Transport transport(int protocol) {
    for (int i = 0; i < transports.length; i++) {
      if (transports[i].protocol() == protocol) {
        return transports[i];
      }
    }
    return null;
  }

  /**
   * Checks the header, trims the packet to its total length and moves its head to the payload.
   *
   * @return the counter of why it must be dropped, or -1
   */
  private int check(Packet packet, Interface from) {
    byte[] b = packet.bytes;
    int at = packet.head;
    int length = packet.length();
    if (length < Ipv4.HEADER) {
      return Counter.IP_TRUNCATED;
    }
    if (Ipv4.version(b, at) != 4) {
      return Counter.IP_BADVER; // RFC 1122 3.2.1.1
    }
    int header = Ipv4.headerLength(b, at);
    int total = Ipv4.totalLength(b, at);
    if (header < Ipv4.HEADER) {
      return Counter.IP_BADIHL;
    }
    if (total < header) {
      return Counter.IP_BADLEN;
    }
    if (header > length) {
      return Counter.IP_BADIHL;
    }
    if (total > length) {
      return Counter.IP_TRUNCATED;
    }
    if (Checksum.of(b, at, header) != 0) {
      return Counter.IP_BADSUM; // RFC 1122 3.2.1.2
    }
    int source = Ipv4.source(b, at);
    int destination = Ipv4.destination(b, at);
    // RFC 1122 3.2.1.3: a source must be one host's address, and not ours.
    if (!Ipv4.unicast(source) || group(source) || ours(source) || destination >>> 24 == 127) {
      return Counter.IP_MARTIAN;
    }
    if (header > Ipv4.HEADER) {
      int option = Ipv4.checkOptions(b, at + Ipv4.HEADER, at + header);
      if (option != 0) {
        return option < 0 ? Counter.IP_BADOPT : Counter.IP_SRCROUTE;
      }
    }
    packet.trafficClass = Ipv4.trafficClass(b, at);
    packet.source = source;
    packet.destination = destination;
    packet.network = at;
    packet.transport = at + header;
    packet.head = at + header;
    packet.end = at + total;
    if (from.broadcast(destination)) {
      packet.group = true;
    } else if (igmp != null && Ipv4.multicast(destination)) {
      if (!igmp.joined(destination)) {
        return Counter.IP_NOTOURS;
      }
      packet.group = true;
    } else if (packet.group) {
      return Counter.IP_L2BCAST_UNICAST; // RFC 1122 3.3.6
    } else if (destination == 0 || destination != from.address) {
      return Counter.IP_NOTOURS;
    }
    return Ipv4.fragment(b, at) ? Counter.IP_FRAGMENT : -1;
  }

  @Override
  public void undelivered(Packet packet, long nowNs) {
    if (forwarding == null || !forwarding.undelivered(packet, nowNs)) {
      icmp.quoted(packet, packet.head, IcmpError.UNREACHABLE, 0, nowNs);
    }
  }

  void output(Packet packet, int protocol, Ipv4Path path, long nowNs) {
    Interface via = path.via;
    if (via == null) {
      counters.add(Counter.IP_NO_ROUTE);
      pool.release(packet);
      return;
    }
    int at = packet.head - Ipv4.HEADER;
    packet.head = at;
    packet.network = at;
    path.serve(packet);
    Ipv4.put(
        packet.bytes,
        at,
        packet.trafficClass,
        packet.length(),
        packet.hopLimit,
        protocol,
        path.local,
        path.remote);
    if (fragmenter == null || !fragmenter.output(packet, path, nowNs)) {
      via.output(packet, path.nextHop, nowNs);
    }
  }
}
