// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.link;

import dev.tulle.buffer.Packet;
import dev.tulle.buffer.PacketPool;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Network;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Ethernet;
import dev.tulle.wire.Ipv4;

/**
 * An Ethernet interface: checks and strips the header of frames that come in, and writes it in
 * front of packets that go out.
 *
 * <p>Source: RFC 894, RFC 1122 2.3.
 */
public final class EthernetPort extends Port {
  /** Where a received frame starts in its packet, so that the network header is aligned. */
  private static final int RECEIVE_AT = 2;

  /** Link address: two octets and four. */
  final int macHigh;

  final int macLow;
  private Neighbours neighbours;

  /** Null where nobody listens to groups of IPv4. */
  private GroupFilter groups;

  /**
   * @param mac the link address in the low 48 bits
   */
  public EthernetPort(Link link, long mac, PacketPool pool, Counters counters) {
    super(link, Ethernet.HEADER, RECEIVE_AT, pool, counters);
    this.macHigh = (int) (mac >>> 32) & 0xFFFF;
    this.macLow = (int) mac;
  }

  /** Says where IPv4 packets go and who finds link addresses for them; once, at assembly. */
  public void attach(Network ipv4, Neighbours neighbours) {
    this.ipv4 = ipv4;
    this.neighbours = neighbours;
  }

  /** Adds the feature of taking frames to groups; once, at assembly. */
  public void attach(GroupFilter groups) {
    this.groups = groups;
  }

  @Override
  public long mac() {
    return (long) macHigh << 32 | macLow & 0xFFFFFFFFL;
  }

  @Override
  int arrive(Packet packet, long nowNs) {
    byte[] b = packet.bytes;
    int at = packet.head;
    if (packet.length() <= Ethernet.HEADER) {
      return Counter.ETH_SHORT;
    }
    int sourceHigh = Ethernet.sourceHigh(b, at);
    int sourceLow = Ethernet.sourceLow(b, at);
    if ((sourceHigh & Ethernet.GROUP) != 0 || sourceHigh == macHigh && sourceLow == macLow) {
      return Counter.ETH_BADSRC;
    }
    int high = Ethernet.destinationHigh(b, at);
    int low = Ethernet.destinationLow(b, at);
    if (high == Ethernet.BROADCAST_HIGH && low == Ethernet.BROADCAST_LOW) {
      packet.group = true;
    } else if (high == Ethernet.GROUP_IPV6_HIGH && ipv6 != null) {
      packet.group = true; // which groups, IPv6 knows
    } else if (groups != null && groups.wanted(high, low)) {
      packet.group = true;
    } else if (high != macHigh || low != macLow) {
      return Counter.ETH_NOT_OURS; // multicast too, where no such group has been joined
    }
    packet.head = at + Ethernet.HEADER;
    int type = Ethernet.type(b, at);
    Network network = type == Ethernet.TYPE_IPV4 ? ipv4 : type == Ethernet.TYPE_IPV6 ? ipv6 : null;
    if (network != null) {
      network.input(packet, this, nowNs); // called in one place, so that it is inlined once
      return -1;
    }
    if (type == Ethernet.TYPE_ARP) {
      return neighbours.arrive(packet, sourceHigh, sourceLow, nowNs);
    }
    if (type < Ethernet.FIRST_TYPE) {
      return Counter.ETH_LLC;
    }
    return type == Ethernet.TYPE_VLAN || type == Ethernet.TYPE_SERVICE_VLAN
        ? Counter.ETH_VLAN
        : Counter.ETH_UNKNOWN_TYPE;
  }

  @Override
  public void output(Packet packet, int nextHop, long nowNs) {
    if (broadcast(nextHop)) {
      send(packet, Ethernet.BROADCAST_HIGH, Ethernet.BROADCAST_LOW, Ethernet.TYPE_IPV4, nowNs);
    } else if (Ipv4.multicast(nextHop)) {
      // RFC 1112 6.4: the low 23 bits of the group behind 01:00:5e.
      send(packet, 0x0100, 0x5E00_0000 | nextHop & 0x7F_FFFF, Ethernet.TYPE_IPV4, nowNs);
    } else {
      neighbours.output(packet, nextHop, nowNs);
    }
  }

  @Override
  public boolean ready(int nextHop) {
    return broadcast(nextHop) || Ipv4.multicast(nextHop) || neighbours.known(nextHop);
  }

  /** Hands a packet that is still ours, not sent for want of a neighbour, back to its layer. */
  void undelivered(Packet packet, long nowNs) {
    counters.add(Counter.ARP_UNREACHABLE);
    ipv4.undelivered(packet, nowNs);
    pool.release(packet);
  }

  /** Writes the header, pads and sends; consumes the packet. */
  @Override
  public void send(Packet packet, int high, int low, int type, long nowNs) {
    byte[] b = packet.bytes;
    int at = packet.head - Ethernet.HEADER;
    packet.head = at;
    Ethernet.putAddress(b, at, high, low);
    Ethernet.putAddress(b, at + 6, macHigh, macLow);
    Ethernet.putType(b, at, type);
    int padding = Ethernet.MIN_FRAME - packet.length();
    if (padding > 0) {
      // Zeros, or the padding would show what the array held before.
      Bytes.zero(b, packet.end, padding);
      packet.end += padding;
    }
    transmit(packet, nowNs);
  }
}
