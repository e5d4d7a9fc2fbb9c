// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.host;

import dev.tulle.buffer.Packet;
import dev.tulle.buffer.PacketPool;
import dev.tulle.link.EthernetPort;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Interface;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Network;
import dev.tulle.stack.Status;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Checksum;
import dev.tulle.wire.Dhcp;
import dev.tulle.wire.Ethernet;
import dev.tulle.wire.Ipv4;
import dev.tulle.wire.UdpHeader;

/**
 * Gives the hosts at a port their addresses, out of a range, and tells them the way out and name
 * servers.
 *
 * <p>It stands between the port and IPv4, because who has no address yet sends from none, which
 * IPv4 drops, and hears nothing that its link address is asked for first. What is not a client's
 * message goes on to IPv4. A host gets the address that it had, as long as nobody else needs it.
 * Nothing is kept over a restart: then a host that asks for an address of the range that is free
 * gets it, where RFC 2131 4.3.2 would have the server be silent. Relays are not answered. Source:
 * RFC 2131 4.3, RFC 4361, RFC 6842.
 */
public final class DhcpServer implements Network {
  /** Addresses at most. */
  public static final int MOST = 4096;

  /** Name servers at most. */
  public static final int MOST_SERVERS = 3;

  private static final long SECOND_NS = 1_000_000_000L;
  private static final int LEAST_LEASE_S = 120;

  /** How long an offer stands; a client asks for it at once. */
  private static final long OFFER_NS = 30 * SECOND_NS;

  /** How long an address is left alone that somebody without a lease was found to have. */
  private static final long DECLINED_NS = 600 * SECOND_NS;

  // What an address is.
  private static final int FREE = 0;
  private static final int OFFERED = 1;
  private static final int LEASED = 2;
  private static final int DECLINED = 3;

  private static final int BROADCAST_FLAG = 0x8000;

  /** What every host takes, RFC 1122 3.3.3: room for the longest answer. */
  private static final int LEAST_MTU = 576;

  private final EthernetPort port;
  private final Network above;
  private final PacketPool pool;
  private final Counters counters;
  private final KeyedHash hash;
  private final int first;
  private final int leaseSeconds;

  /** Whose each address is or was: a hash of the client's identifier; 0 for nobody's. */
  private final long[] clients;

  private final byte[] states;
  private final long[] untilNs;
  private final int[] servers = new int[MOST_SERVERS];
  private int serverCount;
  private final byte[] option = new byte[256];
  private final byte[] identifier = new byte[256];

  /** Octets of the client's identifier; {@code Dhcp.NONE} where it has none. */
  private int identifierOctets;

  /** Of the message that is being processed. */
  private byte[] b;

  private int at;
  private int end;

  /**
   * @param above where IPv4 packets go that are no client's messages
   * @param first of the addresses, all of them in the port's subnet
   * @param count from 1 to {@link #MOST}
   * @param leaseSeconds that an address is lent for, if the client does not ask for less
   */
  public DhcpServer(
      EthernetPort port,
      Network above,
      int first,
      int count,
      int leaseSeconds,
      KeyedHash hash,
      PacketPool pool,
      Counters counters) {
    this.port = port;
    this.above = above;
    this.pool = pool;
    this.counters = counters;
    this.first = first;
    this.leaseSeconds = leaseSeconds;
    this.hash = hash;
    clients = new long[count];
    states = new byte[count];
    untilNs = new long[count];
  }

  /** Adds a name server to what is told; 0 or {@code Status.NO_RESOURCES}. */
  public int addServer(int address) {
    if (serverCount == MOST_SERVERS) {
      return Status.NO_RESOURCES;
    }
    servers[serverCount++] = address;
    return Status.OK;
  }

  /** Forgets all name servers. */
  public void clearServers() {
    serverCount = 0;
  }

  /** How many addresses are lent now. */
  public int leases(long nowNs) {
    int n = 0;
    for (int i = 0; i < states.length; i++) {
      n += states[i] == LEASED && untilNs[i] - nowNs > 0 ? 1 : 0;
    }
    return n;
  }

  /** How many addresses there are to lend. */
  public int most() {
    return states.length;
  }

  @Override
  public void undelivered(Packet packet, long nowNs) {
    above.undelivered(packet, nowNs);
  }

  @Override
  public void input(Packet packet, Interface from, long nowNs) {
    if (!message(packet)) {
      above.input(packet, from, nowNs);
      return;
    }
    counters.add(serve(nowNs));
  }

  /** Whether a packet is a whole datagram to a DHCP server here; finds the message in it. */
  private boolean message(Packet packet) {
    byte[] p = packet.bytes;
    int ip = packet.head;
    int length = packet.length();
    if (length < Ipv4.HEADER + UdpHeader.HEADER
        || Ipv4.version(p, ip) != 4
        || Ipv4.protocol(p, ip) != Ipv4.PROTOCOL_UDP
        || Ipv4.fragment(p, ip)) {
      return false;
    }
    int header = Ipv4.headerLength(p, ip);
    int total = Ipv4.totalLength(p, ip);
    int target = Ipv4.destination(p, ip);
    if (header < Ipv4.HEADER
        || total > length
        || total < header + UdpHeader.HEADER
        || !port.broadcast(target) && target != port.address
        || port.address == 0
        || UdpHeader.destinationPort(p, ip + header) != Dhcp.SERVER_PORT
        || Checksum.of(p, ip, header) != 0) {
      return false;
    }
    int udp = ip + header;
    int octets = UdpHeader.length(p, udp);
    if (octets < UdpHeader.HEADER || octets > total - header) {
      return false;
    }
    int sum = Ipv4.pseudoHeaderSum(Ipv4.source(p, ip), target, Ipv4.PROTOCOL_UDP, octets);
    b = p;
    at = udp + UdpHeader.HEADER;
    end = udp + octets;
    return UdpHeader.checksum(p, udp) == 0 || Checksum.finish(sum + Bytes.sum(p, udp, octets)) == 0;
  }

  /** Processes a message; answers what to count. */
  private int serve(long nowNs) {
    if (port.mtu() < LEAST_MTU) {
      return Counter.DHCPD_IGNORED; // our answers would not fit
    }
    if (end - at < Dhcp.FIXED) {
      return Counter.DHCP_SHORT;
    }
    int high = Dhcp.clientHigh(b, at);
    if (!Dhcp.request(b, at)
        || Dhcp.relay(b, at) != 0
        || (high & Ethernet.GROUP) != 0
        || (high | Dhcp.clientLow(b, at)) == 0) {
      return Counter.DHCPD_IGNORED;
    }
    int type = Dhcp.type(b, at, end, option);
    int server = word(Dhcp.OPTION_SERVER);
    long client = client();
    switch (type) {
      case Dhcp.DISCOVER:
        return discovered(client, nowNs);
      case Dhcp.REQUEST:
        return requested(client, server, nowNs);
      case Dhcp.INFORM:
        // RFC 2131 4.3.5: no address, no time
        boolean neighbour = port.onLink(Dhcp.clientAddress(b, at));
        return neighbour ? answer(Dhcp.ACK, 0, 0, nowNs) : Counter.DHCPD_IGNORED;
      case Dhcp.DECLINE:
        return given(client, word(Dhcp.OPTION_REQUESTED_ADDRESS), server, DECLINED, nowNs);
      case Dhcp.RELEASE:
        return given(client, Dhcp.clientAddress(b, at), server, FREE, nowNs);
      default:
        return Counter.DHCPD_IGNORED;
    }
  }

  /** The value of an option of four octets, or 0. */
  private int word(int code) {
    return Dhcp.option(b, at, end, code, option) == 4 ? Bytes.i32(option, 0) : 0;
  }

  /** Who the client is: RFC 2131 2 (MUST), its identifier, else its link address. Never 0. */
  private long client() {
    identifierOctets = Dhcp.option(b, at, end, Dhcp.OPTION_CLIENT, identifier);
    hash.begin().add(identifierOctets);
    if (identifierOctets < 2) {
      hash.add(Bytes.i64(b, at + Dhcp.CLIENT) >>> 16);
    }
    for (int i = 0; i < identifierOctets; i++) {
      hash.add(identifier[i]);
    }
    long client = hash.end();
    return client == 0 ? 1 : client;
  }

  private int find(long client) {
    for (int i = 0; i < clients.length; i++) {
      if (clients[i] == client && states[i] != DECLINED) {
        return i;
      }
    }
    return -1;
  }

  private boolean free(int i, long nowNs) {
    return states[i] == FREE || untilNs[i] - nowNs <= 0;
  }

  /** The place of an address in the range, or -1. */
  private int index(int address) {
    int i = address - first;
    return i >= 0 && i < clients.length ? i : -1;
  }

  /** RFC 2131 4.3.1: what it has or had, what it asks for, any other, in this order. */
  private int discovered(long client, long nowNs) {
    int i = find(client);
    if (i < 0) {
      i = index(word(Dhcp.OPTION_REQUESTED_ADDRESS));
      if (i < 0 || !free(i, nowNs) || used(i)) {
        i = choose(client, nowNs);
      }
    }
    if (i < 0) {
      return Counter.DHCPD_FULL;
    }
    if (states[i] != LEASED || free(i, nowNs)) {
      states[i] = OFFERED;
      clients[i] = client;
      untilNs[i] = nowNs + OFFER_NS;
    }
    return answer(Dhcp.OFFER, first + i, seconds(), nowNs);
  }

  /** A free address; one that was never anybody's before one that a client may come back for. */
  private int choose(long client, long nowNs) {
    int from = (int) (client >>> 33) % clients.length;
    int found = -1;
    for (int n = 0; n < clients.length; n++) {
      int i = from + n < clients.length ? from + n : from + n - clients.length;
      if (free(i, nowNs) && !used(i)) {
        if (clients[i] == 0) {
          return i;
        }
        found = found < 0 ? i : found;
      }
    }
    return found;
  }

  /** Whether somebody is known to use an address that is nobody's here; or it is the port's. */
  private boolean used(int i) {
    int address = first + i;
    return address == port.address || port.broadcast(address) || port.ready(address);
  }

  private int requested(long client, int server, long nowNs) {
    int own = find(client);
    if (server != 0 && server != port.address) {
      if (own >= 0 && states[own] == OFFERED) {
        states[own] = FREE; // RFC 2131 4.3.1: it has chosen another server
      }
      return Counter.DHCPD_IGNORED;
    }
    int current = Dhcp.clientAddress(b, at);
    int wanted = current != 0 ? current : word(Dhcp.OPTION_REQUESTED_ADDRESS);
    if (wanted == 0) {
      return Counter.DHCPD_IGNORED;
    }
    int i = index(wanted);
    boolean its = i >= 0 && i == own;
    if (!its
        && (i < 0 || own >= 0 && !free(own, nowNs) || !free(i, nowNs) || wanted == port.address)) {
      return answer(Dhcp.NAK, 0, 0, nowNs); // RFC 2131 4.3.2 (SHOULD)
    }
    int seconds = seconds();
    clients[i] = client;
    states[i] = LEASED;
    untilNs[i] = nowNs + seconds * SECOND_NS;
    return answer(Dhcp.ACK, wanted, seconds, nowNs);
  }

  /** A client gives an address back, or has found somebody else to have it. */
  private int given(long client, int address, int server, int state, long nowNs) {
    int i = index(address);
    if (i < 0 || clients[i] != client || server != port.address || free(i, nowNs)) {
      return Counter.DHCPD_IGNORED;
    }
    states[i] = (byte) state;
    untilNs[i] = nowNs + DECLINED_NS;
    return state == FREE ? Counter.DHCPD_RELEASED : Counter.DHCPD_DECLINED;
  }

  /** What the client asks for, within limits. */
  private int seconds() {
    int wanted = word(Dhcp.OPTION_LEASE);
    return wanted <= 0 || wanted > leaseSeconds ? leaseSeconds : Math.max(wanted, LEAST_LEASE_S);
  }

  /** Answers the message; answers what to count. */
  private int answer(int type, int address, int seconds, long nowNs) {
    Packet packet = pool.take();
    if (packet == null) {
      return Counter.POOL_EMPTY;
    }
    byte[] p = packet.bytes;
    int ip = packet.head;
    int udp = ip + Ipv4.HEADER;
    int message = udp + UdpHeader.HEADER;
    int next = Dhcp.putReply(p, message, b, at, type, address);
    next = Dhcp.putAddress(p, next, Dhcp.OPTION_SERVER, port.address);
    if (type != Dhcp.NAK) {
      next = grant(p, next, seconds);
    }
    if (identifierOctets > 0) {
      // RFC 6842 3 (MUST): as it came
      Bytes.put16(p, next, Dhcp.OPTION_CLIENT << 8 | identifierOctets);
      System.arraycopy(identifier, 0, p, next + 2, identifierOctets);
      next += 2 + identifierOctets;
    }
    packet.end = message + Dhcp.putEnd(p, message, next);
    // RFC 2131 4.1: to the address that it has; to all where it says so, and of a refusal.
    int current = Dhcp.clientAddress(b, at);
    boolean all = type == Dhcp.NAK || current == 0 && (Dhcp.flags(b, at) & BROADCAST_FLAG) != 0;
    int to = all ? Ipv4.BROADCAST : current != 0 ? current : address;
    int octets = packet.end - udp;
    int sum = Ipv4.pseudoHeaderSum(port.address, to, Ipv4.PROTOCOL_UDP, octets);
    UdpHeader.put(p, udp, Dhcp.SERVER_PORT, Dhcp.CLIENT_PORT, octets, sum);
    int total = packet.end - ip;
    Ipv4.put(p, ip, 0, total, packet.hopLimit, Ipv4.PROTOCOL_UDP, port.address, to);
    int high = all ? Ethernet.BROADCAST_HIGH : Dhcp.clientHigh(b, at);
    int low = all ? Ethernet.BROADCAST_LOW : Dhcp.clientLow(b, at);
    port.send(packet, high, low, Ethernet.TYPE_IPV4, nowNs);
    return type == Dhcp.ACK
        ? Counter.DHCPD_GRANTED
        : type == Dhcp.OFFER ? Counter.DHCPD_OFFERED : Counter.DHCPD_REFUSED;
  }

  private int grant(byte[] p, int from, int seconds) {
    int next = from;
    if (seconds > 0) {
      next = Dhcp.putAddress(p, next, Dhcp.OPTION_LEASE, seconds);
    }
    next = Dhcp.putAddress(p, next, Dhcp.OPTION_MASK, port.mask);
    next = Dhcp.putAddress(p, next, Dhcp.OPTION_ROUTER, port.address);
    if (serverCount > 0) {
      Bytes.put16(p, next, Dhcp.OPTION_NAME_SERVERS << 8 | 4 * serverCount);
      next += 2;
      for (int i = 0; i < serverCount; i++) {
        Bytes.put32(p, next, servers[i]);
        next += 4;
      }
    }
    Bytes.put32(p, next, Dhcp.OPTION_MTU << 24 | 2 << 16 | port.mtu());
    return next + 4;
  }
}
