// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.profile;

import dev.tulle.buffer.BlockPool;
import dev.tulle.buffer.PacketPool;
import dev.tulle.host.DhcpClient;
import dev.tulle.host.NameServers;
import dev.tulle.host.Resolver;
import dev.tulle.ip.EphemeralPorts;
import dev.tulle.ip.Fragmenter;
import dev.tulle.ip.Icmp;
import dev.tulle.ip.Icmpv6;
import dev.tulle.ip.Ipv4Fragments;
import dev.tulle.ip.Ipv4Layer;
import dev.tulle.ip.Path;
import dev.tulle.ip.PathMtu;
import dev.tulle.ip.Ping;
import dev.tulle.ip.RateLimit;
import dev.tulle.ip.Reassembly;
import dev.tulle.ip.RouteList;
import dev.tulle.ip.Transport;
import dev.tulle.link.AddressConflict;
import dev.tulle.link.EthernetPort;
import dev.tulle.link.Link;
import dev.tulle.link.Neighbours;
import dev.tulle.nd.TemporaryAddresses;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Entropy;
import dev.tulle.stack.Interface;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import dev.tulle.stack.Stack;
import dev.tulle.tcp.MtuProbe;
import dev.tulle.tcp.Reno;
import dev.tulle.tcp.SegmentSize;
import dev.tulle.tcp.SelectiveAck;
import dev.tulle.tcp.Tcp;
import dev.tulle.tcp.TcpMemory;
import dev.tulle.tcp.TcpOption;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.tcp.Timestamps;
import dev.tulle.tcp.WindowScale;
import dev.tulle.udp.Udp;
import dev.tulle.udp.UdpOptions;

/**
 * A host on someone's network: what {@link Minimal} has with larger tables, echo requests of its
 * own, and an eye on others who use its address.
 */
public final class Client {
  /** Sets of neighbours, eight in each: the busy part of an office's subnet. */
  private static final int NEIGHBOUR_SETS = 8;

  /** Packets that wait for a neighbour, so that a short burst survives the first question. */
  private static final int WAITING_EACH = 3;

  /** Half the neighbours may each have three packets waiting: 96, and some for output. */
  private static final int PACKETS = 128;

  /** The default route and a few of the administrator's. */
  private static final int ROUTES = 8;

  /** A second: enough for a flood of pings, too few to keep the machine busy. */
  private static final int ECHOES_EACH = 50_000;

  private static final int ECHOES = 65_536;

  /** A second: the customary limit, to one destination and to all. */
  private static final int ERRORS_EACH = 10;

  private static final int ERRORS = 256;

  /** Destinations behind narrow links, four in each set: few, but all may lie behind one tunnel. */
  private static final int PATH_MTU_SETS = 16;

  /** Datagrams of which fragments are waited for, and blocks of 4 KB for them: 256 KB in all. */
  private static final int FRAGMENTED = 32;

  private static final int FRAGMENT_BLOCKS = 64;

  /** Datagrams of up to 64 KB that wait to be sent in fragments. */
  private static final int LONG_PACKETS = 4;

  private static final int UDP_SOCKETS = 16;

  /** Errors about its datagrams that a socket keeps for its reader. */
  private static final int UDP_ERRORS = 4;

  /** What one turn of input can bring, 64 frames of 1,500 octets, and some more. */
  private static final int UDP_RECEIVE_BYTES = 128 * 1024;

  /** Five full datagrams. */
  private static final int FEW_RECEIVE_BYTES = 8 * 1024;

  /** Connections, those in TIME-WAIT included: the oldest of these makes room for a new one. */
  private static final int CONNECTIONS = 128;

  /** Each way and connection: 50 Mbit/s over 10 ms, a few Mbit/s across an ocean. */
  private static final int BUFFER_BYTES = 64 * 1024;

  /** What the buffers may grow to where memory is left: 80 Mbit/s across an ocean. */
  private static final int MOST_BYTES = 1024 * 1024;

  /** What a connection takes from the memory of all at a time: three or four segments. */
  private static final int BLOCK_BYTES = 4096;

  /** Gaps in what has arrived that are remembered. */
  private static final int RANGES = 16;

  /** Segments of the initial window: RFC 6928. */
  private static final int INITIAL_WINDOW = 10;

  /** Names that are looked up at a time, each in one family. */
  private static final int QUESTIONS = 4;

  /** Answers to questions about names that are remembered. */
  private static final int NAMES = 32;

  /** The longest answer over TCP: some two hundred addresses. */
  private static final int DNS_BYTES = 4096;

  private Client() {}

  /**
   * A host on one link, without an address yet.
   *
   * @param mac the link address in the low 48 bits
   */
  public static Host host(Link link, long mac, Entropy entropy) {
    TcpMemory memory = memory(CONNECTIONS, BUFFER_BYTES);
    memory.tune(MOST_BYTES, MOST_BYTES);
    Host host = host(link, mac, entropy, CONNECTIONS, memory);
    memory.makeAll();
    return host;
  }

  /**
   * A host with a number of connections and buffers of its own choice, which do not grow.
   *
   * @param bufferBytes for each connection and direction; the receive buffer is the largest window
   */
  public static Host host(Link link, long mac, Entropy entropy, int connections, int bufferBytes) {
    TcpMemory memory = memory(connections, bufferBytes);
    Host host = host(link, mac, entropy, connections, memory);
    memory.makeAll();
    return host;
  }

  /** As the one above for a machine with few megabytes: less waits for readers of datagrams. */
  public static Host small(Link link, long mac, Entropy entropy, int connections, int bufferBytes) {
    TcpMemory memory = memory(connections, bufferBytes);
    Host host = host(link, mac, entropy, connections, memory, FEW_RECEIVE_BYTES);
    memory.makeAll();
    return host;
  }

  /**
   * A host whose connections share this memory, for very many of them: what is not made yet is made
   * when it is first needed.
   *
   * @param memory made for as many connections
   */
  public static Host host(Link link, long mac, Entropy entropy, int connections, TcpMemory memory) {
    return host(link, mac, entropy, connections, memory, UDP_RECEIVE_BYTES);
  }

  private static Host host(
      Link link, long mac, Entropy entropy, int connections, TcpMemory memory, int udpBytes) {
    Host host = new Host();
    host.counters = new Counters();
    host.pool = new PacketPool(PACKETS, link.frameBytes());
    EthernetPort port = new EthernetPort(link, mac, host.pool, host.counters);
    host.port = port;
    Interface[] interfaces = {host.port};
    host.routes = new RouteList(interfaces, ROUTES);
    host.ipv4 = new Ipv4Layer(interfaces, host.routes, host.pool, host.counters);
    host.pathMtu = new PathMtu(PATH_MTU_SETS, new KeyedHash(entropy), host.counters);
    host.ipv4.attach(host.pathMtu);
    DualStack.plainGroups(DualStack.port(host, entropy), host.counters);
    DualStack.add(
        host,
        NEIGHBOUR_SETS,
        WAITING_EACH,
        new TemporaryAddresses(new KeyedHash(entropy)),
        entropy);
    host.icmpv6 = icmpv6(host, entropy);
    host.neighbours = neighbours(port, entropy);
    port.attach(host.ipv4, host.neighbours);
    host.conflict = new AddressConflict(port, host.neighbours, new KeyedHash(entropy));
    host.conflict.announce(0); // in the first poll, if the port has its address by then
    host.icmp = icmp(host, entropy);
    fragments(host, entropy);
    host.ping = new Ping(DualStack.path(host), host.counters, new KeyedHash(entropy));
    host.icmp.attach(host.ping);
    host.icmpv6.attach(host.ping);
    EphemeralPorts ports = new EphemeralPorts(new KeyedHash(entropy));
    host.udp = udp(host, ports, udpBytes);
    host.tcp = tcp(host, ports, connections, memory, entropy);
    host.nameServers = new NameServers();
    host.ipv6Port.dnsServers = host.nameServers;
    host.dhcp = dhcp(host, port, entropy);
    host.resolver = resolver(host, entropy);
    host.ipv4.attach(new Transport[] {host.tcp, host.udp, host.icmp}, host.icmp);
    host.ipv6.attach(new Transport[] {host.tcp, host.udp, host.icmpv6}, host.icmpv6);
    host.stack =
        new Stack(
            interfaces,
            new Part[] {
              host.pathMtu,
              host.resolver,
              host.tcp,
              host.conflict,
              host.dhcp,
              host.neighbours,
              host.reassembly,
              host.fragmenter,
              host.ipv6Port
            });
    return host;
  }

  /** Adds what takes fragments in and what sends them. */
  static void fragments(Host host, Entropy entropy) {
    KeyedHash names = new KeyedHash(entropy);
    host.reassembly = new Reassembly(FRAGMENTED, FRAGMENT_BLOCKS, names, host.counters);
    host.ipv4.attach(new Ipv4Fragments(host.reassembly, host.icmp));
    KeyedHash ids = new KeyedHash(entropy);
    host.fragmenter = new Fragmenter(LONG_PACKETS, host.pool, ids, host.counters);
    host.ipv4.attach(host.fragmenter);
  }

  static DhcpClient dhcp(Host host, EthernetPort port, Entropy entropy) {
    return new DhcpClient(
        port,
        host.udp,
        host.tcp,
        host.routes,
        host.conflict,
        host.nameServers,
        new KeyedHash(entropy),
        host.counters);
  }

  static Resolver resolver(Host host, Entropy entropy) {
    return new Resolver(
        host.udp,
        host.tcp,
        host.nameServers,
        new KeyedHash(entropy),
        host.counters,
        QUESTIONS,
        NAMES,
        DNS_BYTES);
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

  static Icmpv6 icmpv6(Host host, Entropy entropy) {
    KeyedHash hash = new KeyedHash(entropy);
    return new Icmpv6(
        host.ipv6,
        new RateLimit(ECHOES_EACH, ECHOES, hash),
        new RateLimit(ERRORS_EACH, ERRORS, hash));
  }

  static Udp udp(Host host, EphemeralPorts ports, int receiveBytes) {
    Path[] paths = new Path[UDP_SOCKETS];
    for (int i = 0; i < UDP_SOCKETS; i++) {
      paths[i] = DualStack.path(host);
    }
    Udp udp = new Udp(paths, host.pool, host.counters, ports, receiveBytes);
    UdpOptions[] options = new UdpOptions[UDP_SOCKETS];
    for (int i = 0; i < UDP_SOCKETS; i++) {
      options[i] = new UdpOptions(UDP_ERRORS);
    }
    udp.attach(options);
    return udp;
  }

  static Tcp tcp(
      Host host, EphemeralPorts ports, int connections, TcpMemory memory, Entropy entropy) {
    TcpSocket[] sockets = new TcpSocket[connections];
    for (int i = 0; i < connections; i++) {
      sockets[i] = memory.socket(DualStack.path(host), new Reno(INITIAL_WINDOW), host.counters);
      sockets[i].attach(new SegmentSize(new MtuProbe()));
    }
    TcpOption[] options = {
      new SelectiveAck(), new Timestamps(new KeyedHash(entropy), host.counters), new WindowScale()
    };
    return new Tcp(
        sockets, options, DualStack.path(host), ports, host.pool, host.counters, entropy);
  }

  /** Memory with which all connections can have their buffers full at the same time. */
  private static TcpMemory memory(int connections, int bufferBytes) {
    int each = (bufferBytes + BLOCK_BYTES - 1) / BLOCK_BYTES;
    BlockPool blocks = new BlockPool(BLOCK_BYTES, 2 * connections * each);
    return new TcpMemory(blocks, connections, bufferBytes, bufferBytes, RANGES);
  }
}
