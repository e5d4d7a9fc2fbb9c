// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.profile;

import dev.tulle.buffer.ByteRing;
import dev.tulle.buffer.PacketPool;
import dev.tulle.ip.EphemeralPorts;
import dev.tulle.ip.Icmp;
import dev.tulle.ip.Ipv4Layer;
import dev.tulle.ip.Path;
import dev.tulle.ip.Ping;
import dev.tulle.ip.RateLimit;
import dev.tulle.ip.RouteList;
import dev.tulle.ip.Transport;
import dev.tulle.link.EthernetPort;
import dev.tulle.link.Link;
import dev.tulle.link.Neighbours;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Entropy;
import dev.tulle.stack.Interface;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import dev.tulle.stack.Stack;
import dev.tulle.tcp.NewReno;
import dev.tulle.tcp.Reno;
import dev.tulle.tcp.Tcp;
import dev.tulle.tcp.TcpOption;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.udp.Udp;

/**
 * The smallest useful host: Ethernet, ARP, IPv4 with a static address, ICMP echo, UDP and TCP.
 *
 * <p>Copy this class to get anything else: what no method here constructs is not in the binary.
 */
public final class Minimal {
  /** Sets of neighbours, eight in each: a small device talks to its gateway and a few others. */
  private static final int NEIGHBOUR_SETS = 1;

  /** Packets that wait for a neighbour: one is what RFC 1122 2.3.2.2 asks for. */
  private static final int WAITING_EACH = 1;

  /** Twice the four that can wait for neighbours: output takes one at a time and returns it. */
  private static final int PACKETS = 8;

  /** The default route alone. */
  private static final int ROUTES = 1;

  /** A second: enough for a flood of pings, too few to keep a small machine busy. */
  private static final int ECHOES_EACH = 10_000;

  private static final int ECHOES = 16_384;

  /** A second: the customary limit, to one destination and to all. */
  private static final int ERRORS_EACH = 10;

  private static final int ERRORS = 64;

  /** One for a name server, one for the time, two for the application. */
  private static final int UDP_SOCKETS = 4;

  /** Two full datagrams, or many small ones. */
  private static final int UDP_RECEIVE_BYTES = 3072;

  /** Connections, those in TIME-WAIT included: the oldest of these makes room for a new one. */
  private static final int CONNECTIONS = 8;

  /** Each way and connection: two full segments and some more. */
  private static final int BUFFER_BYTES = 4096;

  /** Gaps in what has arrived that are remembered; more would not fit into the buffer anyway. */
  private static final int RANGES = 4;

  /** Segments of the initial window: RFC 6928. */
  private static final int INITIAL_WINDOW = 10;

  private Minimal() {}

  /**
   * A host on one link, without an address yet.
   *
   * @param mac the link address in the low 48 bits
   */
  public static Host host(Link link, long mac, Entropy entropy) {
    return host(link, mac, entropy, CONNECTIONS, BUFFER_BYTES);
  }

  /** A host with a number of connections and buffers of its own choice. */
  public static Host host(Link link, long mac, Entropy entropy, int connections, int bufferBytes) {
    Host host = new Host();
    host.counters = new Counters();
    host.pool = new PacketPool(PACKETS, link.frameBytes());
    EthernetPort port = new EthernetPort(link, mac, host.pool, host.counters);
    host.port = port;
    Interface[] interfaces = {host.port};
    host.routes = new RouteList(interfaces, ROUTES);
    host.ipv4 = new Ipv4Layer(interfaces, host.routes, host.pool, host.counters);
    host.neighbours = neighbours(port, entropy);
    port.attach(host.ipv4, host.neighbours);
    host.icmp = icmp(host, entropy);
    EphemeralPorts ports = new EphemeralPorts(new KeyedHash(entropy));
    host.udp = udp(host, ports);
    host.tcp = tcp(host, ports, connections, bufferBytes, entropy);
    host.ipv4.attach(new Transport[] {host.tcp, host.udp, host.icmp}, host.icmp);
    host.stack = new Stack(interfaces, new Part[] {host.tcp, host.neighbours});
    return host;
  }

  static Neighbours neighbours(EthernetPort port, Entropy entropy) {
    return new Neighbours(port, NEIGHBOUR_SETS, WAITING_EACH, new KeyedHash(entropy));
  }

  static Icmp icmp(Host host, Entropy entropy) {
    KeyedHash hash = new KeyedHash(entropy);
    return new Icmp(
        host.ipv4,
        new RateLimit(ECHOES_EACH, ECHOES, hash),
        new RateLimit(ERRORS_EACH, ERRORS, hash));
  }

  static Udp udp(Host host, EphemeralPorts ports) {
    Path[] paths = new Path[UDP_SOCKETS];
    for (int i = 0; i < UDP_SOCKETS; i++) {
      paths[i] = host.ipv4.path();
    }
    return new Udp(paths, host.pool, host.counters, ports, UDP_RECEIVE_BYTES);
  }

  static Tcp tcp(
      Host host, EphemeralPorts ports, int connections, int bufferBytes, Entropy entropy) {
    TcpSocket[] sockets = new TcpSocket[connections];
    for (int i = 0; i < connections; i++) {
      sockets[i] =
          new TcpSocket(
              host.ipv4.path(),
              new ByteRing(bufferBytes),
              new ByteRing(bufferBytes),
              RANGES,
              new NewReno(),
              new Reno(INITIAL_WINDOW),
              host.counters);
    }
    TcpOption[] options = {};
    return new Tcp(sockets, options, host.ipv4.path(), ports, host.pool, host.counters, entropy);
  }

  /** Adds the sending of echo requests, which {@link #host} leaves out. */
  public static void addPing(Host host, Entropy entropy) {
    host.ping = new Ping(host.ipv4.path(), host.counters, new KeyedHash(entropy));
    host.icmp.attach(host.ping);
  }
}
