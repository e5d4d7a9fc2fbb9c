// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.host;

import dev.tulle.ip.Endpoint;
import dev.tulle.nd.Ipv6Port;
import dev.tulle.stack.Counter;
import dev.tulle.stack.KeyedHash;
import dev.tulle.udp.Udp;
import dev.tulle.udp.UdpSocket;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Dhcp6;
import dev.tulle.wire.Ipv6;

/**
 * What a DHCPv6 client says and hears, and when it says it again: {@link Dhcp6Client} decides what.
 * Source: RFC 8415 11.4, 15, 16.
 */
final class Dhcp6Exchange {
  static final long SECOND_NS = 1_000_000_000L;

  // RFC 8415 7.1: all agents and servers on the link
  private static final long GROUP_HIGH = 0xFF02L << 48;
  private static final long GROUP_LOW = 0x1_0002;

  /** RFC 8415 11.4: DUID-LL, Ethernet, and the link address. */
  private static final int DUID = 10;

  private static final int DUID_TYPES = 3 << 16 | 1;
  private static final int MOST = 1500;

  final byte[] message = new byte[MOST];

  /** How often the message was sent. */
  int sent;

  private final Ipv6Port port;
  private final Udp udp;
  private final KeyedHash random;
  private final Endpoint servers = new Endpoint();
  private final Endpoint from = new Endpoint();
  private UdpSocket socket;
  private int transaction;
  private long beganNs;
  private long waitNs;

  Dhcp6Exchange(Ipv6Port port, Udp udp, KeyedHash random) {
    this.port = port;
    this.udp = udp;
    this.random = random;
    servers.set(GROUP_HIGH, GROUP_LOW, Dhcp6.SERVER_PORT);
    servers.scope = port.index;
  }

  boolean open() {
    socket = udp.bind(Dhcp6.CLIENT_PORT);
    return socket != null;
  }

  void close() {
    socket.close();
  }

  /** Who we are to servers: the same as long as the link address is. */
  int identity() {
    return (int) port.port.mac();
  }

  /** Begins a transaction: answers to what was said before are void. */
  void begin(long nowNs) {
    transaction = random.draw() & 0xFFFFFF;
    beganNs = nowNs;
    sent = 0;
    waitNs = 0;
  }

  /** A random time of up to a second. RFC 8415 18.2.1, 18.2.6 (MUST). */
  long delayNs() {
    return (random.draw() & 0xFFFFF) * 953L;
  }

  /**
   * RFC 8415 15: how long to wait after the message that was just sent.
   *
   * @param firstS IRT
   * @param mostS MRT
   */
  long waitNs(long firstS, long mostS, boolean solicit) {
    boolean first = sent == 1;
    long base = first ? firstS * SECOND_NS : waitNs;
    // A tenth more or less; RFC 8415 18.2.1 (MUST): the first SOLICIT not less.
    long part = ((random.draw() & 0xFFFFL) - (first && solicit ? 0 : 0x8000)) * (base / 10);
    part = first && solicit ? part >> 16 : part >> 15;
    waitNs = first ? base + part : 2 * base + part;
    if (waitNs > mostS * SECOND_NS) {
      waitNs = mostS * SECOND_NS + ((random.draw() & 0xFFFFL) - 0x8000) * (mostS * 3000);
    }
    return waitNs;
  }

  /** Whether there is an address to speak from. */
  boolean ready() {
    return port.addresses.select(GROUP_HIGH, GROUP_LOW) != null;
  }

  /** Hears the next message; answers its octets or a negative status. */
  int hear() {
    return socket.receive(message, 0, MOST, from);
  }

  /** Checks what was heard; answers the counter of why it is no answer, or -1. */
  int check(int octets) {
    byte[] b = message;
    if (octets < Dhcp6.HEADER) {
      return Counter.DHCP6_BAD;
    }
    // RFC 8415 16.3, 16.10 (MUST): all that does not match the transaction is discarded.
    if ((Bytes.i32(b, 0) & 0xFFFFFF) != transaction || from.port != Dhcp6.SERVER_PORT && !near()) {
      return Counter.DHCP6_UNEXPECTED;
    }
    if (!Dhcp6.whole(b, Dhcp6.HEADER, octets)) {
      return Counter.DHCP6_BAD;
    }
    int at = Dhcp6.option(b, Dhcp6.HEADER, octets, Dhcp6.OPTION_CLIENT);
    boolean ours =
        at >= 0
            && Dhcp6.length(b, at) == DUID
            && Bytes.i32(b, at) == DUID_TYPES
            && Bytes.i64(b, at + 2) == (1L << 48 | port.port.mac());
    return ours ? -1 : Counter.DHCP6_UNEXPECTED;
  }

  /** RFC 8415 7.2 names the servers' port for hearing alone: a neighbour may speak from another. */
  private boolean near() {
    return Ipv6.linkLocal(from.high);
  }

  /**
   * Says something; what cannot leave now is said again anyway.
   *
   * @param lease whose address and server are named
   * @param named whether the server is
   */
  void say(int type, Dhcp6Lease lease, boolean named, long nowNs) {
    byte[] b = message;
    Bytes.put32(b, 0, type << 24 | transaction);
    int at = Dhcp6.put(b, Dhcp6.HEADER, Dhcp6.OPTION_CLIENT, DUID);
    Bytes.put32(b, at, DUID_TYPES);
    Bytes.put16(b, at + 4, (int) (port.port.mac() >>> 32));
    Bytes.put32(b, at + 6, (int) port.port.mac());
    at += DUID;
    if (named) {
      at = Dhcp6.put(b, at, Dhcp6.OPTION_SERVER, lease.serverOctets);
      System.arraycopy(lease.server, 0, b, at, lease.serverOctets);
      at += lease.serverOctets;
    }
    long hundredths = sent == 0 ? 0 : (nowNs - beganNs) / 10_000_000;
    at = Dhcp6.put(b, at, Dhcp6.OPTION_ELAPSED, 2);
    Bytes.put16(b, at, (int) Math.min(hundredths, 0xFFFF));
    at += 2;
    boolean ends = type == Dhcp6.RELEASE || type == Dhcp6.DECLINE;
    if (!ends) {
      // RFC 8415 18.2.1, 21.24 (MUST): also asks for the longest waits.
      at = Dhcp6.put(b, at, Dhcp6.OPTION_WISHES, 10);
      Bytes.put32(b, at, Dhcp6.OPTION_NAME_SERVERS << 16 | Dhcp6.OPTION_SEARCH);
      Bytes.put32(b, at + 4, Dhcp6.OPTION_REFRESH << 16 | Dhcp6.OPTION_SOL_MAX_RT);
      Bytes.put16(b, at + 8, Dhcp6.OPTION_INF_MAX_RT);
      at += 10;
    }
    if (type != Dhcp6.INFORMATION_REQUEST) {
      boolean address = type != Dhcp6.SOLICIT && lease.high != 0;
      int inner = address ? 4 + Dhcp6Lease.ADDRESS : 0;
      at = Dhcp6.put(b, at, Dhcp6.OPTION_IA, Dhcp6Lease.IA + inner);
      Bytes.put32(b, at, identity());
      Bytes.put64(b, at + 4, 0);
      at += Dhcp6Lease.IA;
      if (address) {
        at = Dhcp6.put(b, at, Dhcp6.OPTION_ADDRESS, Dhcp6Lease.ADDRESS);
        Bytes.put64(b, at, lease.high);
        Bytes.put64(b, at + 8, lease.low);
        Bytes.put64(b, at + 16, 0);
        at += Dhcp6Lease.ADDRESS;
      }
    }
    sent++;
    int unused = socket.send(b, 0, at, servers, nowNs);
  }
}
