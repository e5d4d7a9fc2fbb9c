// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nd;

import dev.tulle.buffer.Packet;
import dev.tulle.buffer.PacketPool;
import dev.tulle.group.Groups;
import dev.tulle.link.Port;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Network;
import dev.tulle.stack.Part;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Checksum;
import dev.tulle.wire.Ethernet;
import dev.tulle.wire.Icmpv6Header;
import dev.tulle.wire.Ipv6;

/**
 * A port as IPv6 sees it: what its routers have told, and the parts that know addresses,
 * neighbours, routers and groups there.
 *
 * <p>A profile makes one for each port, then its parts, which attach themselves. Source: RFC 4861,
 * RFC 2464.
 */
public class Ipv6Port implements Part {
  private static final long MS_NS = 1_000_000L;

  // RFC 4861 10
  private static final int REACHABLE_MS = 30_000;
  private static final int RETRANS_MS = 1_000;
  private static final int MOST_REACHABLE_MS = 3_600_000;

  /** Too few hops to leave a site: who tells so wants to cut us off (RFC 3756 4.2.7). */
  private static final int LEAST_HOPS = 32;

  /**
   * Neither a flood of solicitations nor an answer that never comes is to be had by RFC's leave.
   */
  private static final int LEAST_RETRANS_MS = 100;

  private static final int MOST_RETRANS_MS = 10_000;

  public final Port port;

  /** From 1 up: the scope of link-local addresses here. */
  public final int index;

  final PacketPool pool;
  final Counters counters;

  /** Draws delays and nonces. */
  public final KeyedHash random;

  public Addresses addresses;
  public Neighbours6 neighbours;
  public Routers routers;
  public Groups groups;

  /** Null where addresses are configured by hand alone. */
  public Slaac slaac;

  /** Null where this is a host's. */
  public RouterAdvertiser advertiser;

  /** Null where nobody asks for names. */
  public DnsServers dnsServers;

  /** Null where no DHCPv6 server is ever asked. */
  public RouterFlags routerFlags;

  /** Differs from what a path has seen once it may have to go another way. */
  public int generation = 1;

  /** Hop limit of packets that go to more than this link. */
  public int hopLimit = 64;

  private int mtu = Integer.MAX_VALUE;
  private int reachableMs = REACHABLE_MS;
  private int retransMs = RETRANS_MS;
  private Network network;

  /**
   * @param random draws delays and nonces
   */
  public Ipv6Port(Port port, int index, PacketPool pool, Counters counters, KeyedHash random) {
    this.port = port;
    this.index = index;
    this.pool = pool;
    this.counters = counters;
    this.random = random;
  }

  /** Says where IPv6 packets go; once, at assembly. */
  public void attach(Network network) {
    this.network = network;
    port.attachIpv6(network);
  }

  /** Brings IPv6 up: a link-local address, and the first question for routers. */
  public void start(long nowNs) {
    if (slaac != null) {
      slaac.start(nowNs);
    }
    if (advertiser == null || !advertiser.started()) {
      routers.solicit(nowNs);
    }
  }

  @Override
  public long poll(long nowNs) {
    addresses.poll(nowNs);
    groups.poll(nowNs);
    routers.poll(nowNs);
    neighbours.poll(nowNs);
    if (slaac != null) {
      slaac.poll(nowNs);
    }
    return deadlineNs();
  }

  @Override
  public long deadlineNs() {
    long deadlineNs = Math.min(addresses.deadlineNs(), groups.deadlineNs());
    deadlineNs = Math.min(deadlineNs, Math.min(routers.deadlineNs(), neighbours.deadlineNs()));
    return slaac == null ? deadlineNs : Math.min(deadlineNs, slaac.deadlineNs());
  }

  /** Largest packet on this link, as the port or a router says. */
  public int mtu() {
    return Math.min(mtu, port.mtu());
  }

  // RFC 4861 6.3.4; a value of 0 says nothing. Linux believes any number of hops.
  void learn(int hops, int reachable, int retrans) {
    if (hops >= LEAST_HOPS) {
      hopLimit = hops;
    }
    if (reachable > 0 && reachable <= MOST_REACHABLE_MS) {
      reachableMs = reachable;
    }
    if (retrans != 0) {
      retransMs = retrans < 0 ? MOST_RETRANS_MS : clamp(retrans);
    }
  }

  private static int clamp(int retrans) {
    return Math.max(LEAST_RETRANS_MS, Math.min(retrans, MOST_RETRANS_MS));
  }

  /** A router tells the link's MTU. RFC 4861 6.3.4: within bounds alone. */
  void learnMtu(int told) {
    if (told >= Ipv6.LEAST_MTU && told <= port.mtu()) {
      mtu = told;
      generation++;
    }
  }

  /** How long a confirmed neighbour counts as there: half to one and a half times the base. */
  long reachableNs() {
    return (reachableMs / 2 + (reachableMs * (random.draw() & 0xFFFFL) >>> 16)) * MS_NS;
  }

  long retransNs() {
    return retransMs * MS_NS;
  }

  /** A random time below a second. */
  long upToASecondNs() {
    return (random.draw() & 0xFFFFF) * 953L;
  }

  /** A packet for an ICMPv6 message, its header and the octets behind it zero; or null. */
  Packet message(int type, int length) {
    Packet packet = pool.take();
    if (packet == null) {
      counters.add(Counter.POOL_EMPTY);
      return null;
    }
    int at = packet.head;
    packet.transport = at;
    packet.end = at + length;
    Bytes.zero(packet.bytes, at, length);
    Bytes.put8(packet.bytes, at, type);
    return packet;
  }

  /**
   * Sends a message of this port's own, with its checksum; consumes it.
   *
   * @param source may be null: then it is the unspecified address
   * @param mac where a unicast goes; -1 where the neighbours know
   */
  void send(Packet packet, Address6 source, long high, long low, long mac, long nowNs) {
    byte[] b = packet.bytes;
    int message = packet.transport;
    boolean plain = message == packet.head;
    int at = packet.head - Ipv6.HEADER;
    int length = packet.length();
    packet.head = at;
    packet.network = at;
    int next = plain ? Ipv6.ICMP : Ipv6.HOP_BY_HOP;
    // RFC 4861 4: 255, or nobody believes it; RFC 3810 5: 1
    Ipv6.put(b, at, 0, length, next, plain ? 255 : 1);
    Ipv6.putSource(b, at, source == null ? 0 : source.high, source == null ? 0 : source.low);
    Ipv6.putDestination(b, at, high, low);
    int bytes = packet.end - message;
    int sum = Ipv6.pseudoHeaderSum(b, at, Ipv6.ICMP, bytes) + Bytes.sum(b, message, bytes);
    Bytes.put16(b, message + 2, Checksum.finish(sum));
    if (mac >= 0) {
      port.send(packet, (int) (mac >>> 32), (int) mac, Ethernet.TYPE_IPV6, nowNs);
    } else {
      output(packet, high, low, nowNs);
    }
  }

  /** Sends a packet to a neighbour or group on this link; consumes it. */
  public void output(Packet packet, long high, long low, long nowNs) {
    if (Ipv6.multicast(high)) {
      port.send(packet, Ethernet.GROUP_IPV6_HIGH, (int) low, Ethernet.TYPE_IPV6, nowNs);
    } else {
      neighbours.output(packet, high, low, nowNs);
    }
  }

  /** Finds the neighbour that leads to where a packet goes, for {@link Routers#nextHigh}. */
  public boolean leadsTo(byte[] b, int at) {
    long high = Bytes.i64(b, at + Ipv6.DESTINATION);
    return routers.route(high, Bytes.i64(b, at + Ipv6.DESTINATION + 8));
  }

  /**
   * Whether a packet would be sent at once to the neighbour that {@link Routers#route} answered.
   */
  public boolean ready() {
    long high = routers.nextHigh;
    return Ipv6.multicast(high) || neighbours.known(high, routers.nextLow);
  }

  /** Hands a packet that found no neighbour back to its layer, and releases it. */
  void undelivered(Packet packet, long nowNs) {
    counters.add(Counter.ND_UNREACHABLE);
    network.undelivered(packet, nowNs);
    pool.release(packet);
  }

  /** The link address in an option, or -1 where there is none or it cannot be a neighbour's. */
  long linkAddress(Packet packet, int at, int type) {
    long mac = Icmpv6Header.linkAddress(packet.bytes, at, packet.end, type);
    return mac == port.mac() ? -1 : mac;
  }
}
