// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.profile;

import dev.tulle.buffer.BlockPool;
import dev.tulle.buffer.PacketPool;
import dev.tulle.forward.RouteTrie;
import dev.tulle.group.FilteredGroups;
import dev.tulle.host.DhcpClient;
import dev.tulle.host.NameServers;
import dev.tulle.host.Resolver;
import dev.tulle.ip.EphemeralPorts;
import dev.tulle.ip.Fragmenter;
import dev.tulle.ip.Icmp;
import dev.tulle.ip.Icmpv6;
import dev.tulle.ip.Igmp;
import dev.tulle.ip.Ipv4Fragments;
import dev.tulle.ip.Ipv4Layer;
import dev.tulle.ip.LocalPath;
import dev.tulle.ip.Loopback;
import dev.tulle.ip.Path;
import dev.tulle.ip.PathMtu;
import dev.tulle.ip.Ping;
import dev.tulle.ip.RateLimit;
import dev.tulle.ip.Reassembly;
import dev.tulle.link.AddressConflict;
import dev.tulle.link.EthernetPort;
import dev.tulle.link.Link;
import dev.tulle.link.Neighbours;
import dev.tulle.raw.RawSockets;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Entropy;
import dev.tulle.stack.Interface;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import dev.tulle.stack.Stack;
import dev.tulle.tcp.BoundPorts;
import dev.tulle.tcp.Cubic;
import dev.tulle.tcp.Ecn;
import dev.tulle.tcp.FastOpen;
import dev.tulle.tcp.FastOpenCache;
import dev.tulle.tcp.MtuProbe;
import dev.tulle.tcp.SegmentSize;
import dev.tulle.tcp.SelectiveAck;
import dev.tulle.tcp.SynCookies;
import dev.tulle.tcp.Tcp;
import dev.tulle.tcp.TcpMemory;
import dev.tulle.tcp.TcpOption;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.tcp.Timestamps;
import dev.tulle.tcp.UrgentMark;
import dev.tulle.tcp.WindowScale;
import dev.tulle.udp.SocketGroups;
import dev.tulle.udp.Udp;
import dev.tulle.udp.UdpOptions;

/**
 * A server, or a host with fast and busy connections: what {@link Client} has with CUBIC, ECN, SYN
 * cookies, Fast Open and larger tables; between links, a router as well.
 *
 * <p>With the default number of connections it takes about 70 MB, nearly all of them buffers.
 */
public final class Full {
  /** Sets of neighbours, eight in each: a whole subnet of 254 hosts. */
  private static final int NEIGHBOUR_SETS = 32;

  /** Packets that wait for a neighbour, so that a short burst survives the first question. */
  private static final int WAITING_EACH = 3;

  /** A third of the neighbours may each have three packets waiting, and some for output. */
  private static final int PACKETS = 320;

  /** Of them may be on their way to this host itself. */
  private static final int LOCAL_PACKETS = 160;

  /** The default route and those of a site. */
  private static final int ROUTES = 64;

  /** A second: enough for a flood of pings, too few to keep the machine busy. */
  private static final int ECHOES_EACH = 100_000;

  private static final int ECHOES = 131_072;

  /** A second: the customary limit, to one destination and to all. */
  private static final int ERRORS_EACH = 10;

  private static final int ERRORS = 1000;

  /** Destinations behind narrow links, four in each set: a few for each connection. */
  private static final int PATH_MTU_SETS = 256;

  /** Datagrams of which fragments are waited for, and blocks of 4 KB for them: 2 MB in all. */
  private static final int FRAGMENTED = 128;

  private static final int FRAGMENT_BLOCKS = 512;

  /** Datagrams of up to 64 KB that wait to be sent in fragments. */
  private static final int LONG_PACKETS = 16;

  private static final int UDP_SOCKETS = 64;

  /** Raw sockets, each with room for one of the largest packets and many small ones. */
  private static final int RAW_SOCKETS = 4;

  private static final int RAW_RECEIVE_BYTES = 128 * 1024;

  /** Multicast groups of IPv4. */
  private static final int GROUPS = 32;

  /** Errors about its datagrams that a socket keeps for its reader. */
  private static final int UDP_ERRORS = 4;

  /** What one turn of input can bring, 64 frames of 1,500 octets, and some more. */
  private static final int UDP_RECEIVE_BYTES = 128 * 1024;

  /** Connections, those in TIME-WAIT included: the oldest of these makes room for a new one. */
  private static final int CONNECTIONS = 256;

  /** Names that are looked up at a time, each in one family. */
  private static final int QUESTIONS = 32;

  /** Answers to questions about names that are remembered. */
  private static final int NAMES = 256;

  /** The longest answer over TCP: the longest there is. */
  private static final int DNS_BYTES = 65535;

  /** Each way and connection: 100 Mbit/s over 10 ms, some 10 Mbit/s across an ocean. */
  private static final int BUFFER_BYTES = 128 * 1024;

  /** What the buffers may grow to where memory is left: 300 Mbit/s across an ocean. */
  private static final int MOST_BYTES = 4 * 1024 * 1024;

  /** What a connection takes from the memory of all at a time: three or four segments. */
  private static final int BLOCK_BYTES = 4096;

  /** Gaps in what has arrived that are remembered. */
  private static final int RANGES = 64;

  /** Servers whose Fast Open cookies are remembered. */
  private static final int FAST_OPEN_SERVERS = 64;

  /** Segments of the initial window: RFC 6928. */
  private static final int INITIAL_WINDOW = 10;

  private Full() {}

  /**
   * A host on one link, without an address yet.
   *
   * @param mac the link address in the low 48 bits
   */
  public static Host host(Link link, long mac, Entropy entropy) {
    return growing(link, mac, entropy, CONNECTIONS, BUFFER_BYTES);
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

  /**
   * As the one above with buffers that grow where the path carries more and memory is left of what
   * all connections have together.
   */
  public static Host growing(
      Link link, long mac, Entropy entropy, int connections, int bufferBytes) {
    TcpMemory memory = memory(connections, bufferBytes);
    memory.tune(MOST_BYTES, MOST_BYTES);
    Host host = host(link, mac, entropy, connections, memory);
    memory.makeAll();
    return host;
  }

  /**
   * A host whose connections share this memory, for very many of them: what is not made yet is made
   * when it is first needed.
   *
   * @param memory made for one connection more, with which SYN cookies are written
   */
  public static Host host(Link link, long mac, Entropy entropy, int connections, TcpMemory memory) {
    Host host = new Host();
    host.counters = new Counters();
    host.pool = new PacketPool(PACKETS, link.frameBytes());
    EthernetPort port = new EthernetPort(link, mac, host.pool, host.counters);
    host.port = port;
    Interface[] interfaces = {host.port};
    host.routes = new RouteTrie(interfaces, ROUTES);
    host.ipv4 = new Ipv4Layer(interfaces, host.routes, host.pool, host.counters);
    host.pathMtu = new PathMtu(PATH_MTU_SETS, new KeyedHash(entropy), host.counters);
    host.ipv4.attach(host.pathMtu);
    FilteredGroups groups6 =
        DualStack.groups(DualStack.port(host, entropy), host.counters, entropy);
    DualStack.add(host, NEIGHBOUR_SETS, WAITING_EACH, null, entropy);
    host.icmpv6 = icmpv6(host, entropy);
    host.neighbours = neighbours(port, entropy);
    port.attach(host.ipv4, host.neighbours);
    host.conflict = new AddressConflict(port, host.neighbours, new KeyedHash(entropy));
    host.conflict.announce(0); // in the first poll, if the port has its address by then
    host.icmp = icmp(host, entropy);
    fragments(host, entropy);
    DualStack.fragments(host);
    BoundPorts ports = new BoundPorts(new KeyedHash(entropy));
    sockets(host, ports, groups6, connections, memory, entropy);
    port.attach(host.igmp);
    host.ipv6Port.dnsServers = host.nameServers;
    host.dhcp = dhcp(host, port, entropy);
    host.resolver = resolver(host, entropy);
    LinkServices.add(host, port, entropy);
    host.stack =
        new Stack(
            interfaces,
            new Part[] {
              host.pathMtu,
              host.mdns,
              host.resolver,
              host.tcp,
              host.loopback,
              host.conflict,
              host.dhcp,
              host.linkLocal,
              host.dhcp6,
              host.neighbours,
              host.reassembly,
              host.fragmenter,
              host.ipv6Port,
              host.igmp.groups
            });
    return host;
  }

  /**
   * A host on several links: it forwards nothing, and the routes choose the link. Names and
   * addresses by DHCP come from the last, multicast groups are listened to at the first.
   *
   * @param macs the ports' link addresses, each in the low 48 bits
   */
  public static RouterHost host(Link[] links, long[] macs, Entropy entropy) {
    RouterHost host = ports(links, macs, PACKETS, entropy);
    fragments(host, entropy);
    return serve(host, entropy);
  }

  /**
   * A router that is a server as well: what {@link Router} makes with IPv6, and all transports of a
   * host. Multicast groups are listened to at the first port.
   *
   * @param macs the ports' link addresses, each in the low 48 bits
   */
  public static RouterHost router(Link[] links, long[] macs, Entropy entropy) {
    RouterHost host = ports(links, macs, Router.PACKETS + PACKETS, entropy);
    Router.forwarding(host, entropy);
    Router.forwarding6(host, entropy);
    return serve(host, entropy);
  }

  private static RouterHost ports(Link[] links, long[] macs, int packets, Entropy entropy) {
    RouterHost host = Router.ports(links, macs, packets, entropy);
    host.pathMtu = new PathMtu(PATH_MTU_SETS, new KeyedHash(entropy), host.counters);
    host.ipv4.attach(host.pathMtu);
    Router.ports6(host, entropy);
    host.groups6 = DualStack.groups(host.ipv6Port, host.counters, entropy);
    Router.layer6(host, entropy);
    host.ipv6.attach(host.ipv4);
    host.ipv6.attach(host.pathMtu);
    return host;
  }

  /** Adds what a host on several ports has above IP, where fragments are seen to already. */
  private static RouterHost serve(RouterHost host, Entropy entropy) {
    DualStack.fragments(host);
    TcpMemory memory = memory(CONNECTIONS, BUFFER_BYTES);
    memory.tune(MOST_BYTES, MOST_BYTES);
    host.shared = new SharedPorts(host, new KeyedHash(entropy));
    sockets(host, host.shared, host.groups6, CONNECTIONS, memory, entropy);
    host.ports[0].attach(host.igmp);
    memory.makeAll();
    host.ports6[host.ports6.length - 1].dnsServers = host.nameServers;
    host.resolver = resolver(host, entropy);
    host.first =
        new Part[] {host.pathMtu, host.resolver, host.tcp, host.loopback, host.igmp.groups};
    Router.drive(host);
    return host;
  }

  /** Adds all transports and what applications use of them, names apart. */
  static void sockets(
      Host host,
      BoundPorts ports,
      FilteredGroups groups6,
      int connections,
      TcpMemory memory,
      Entropy entropy) {
    host.ports = ports;
    host.ping = new Ping(localPath(host), host.counters, new KeyedHash(entropy));
    host.icmp.attach(host.ping);
    host.icmpv6.attach(host.ping);
    host.igmp = igmp(host, entropy);
    host.loopback = new Loopback(host.ipv4, host.ipv6, host.port.mtu(), LOCAL_PACKETS);
    host.raw = raw(host);
    host.udp = udp(host, host.ports, groups6);
    host.tcp = tcp(host, host.ports, connections, memory, entropy);
    host.nameServers = new NameServers();
    host.ipv4.attach(host.raw.behind(host.tcp, host.udp, host.icmp, host.igmp), host.icmp);
    host.ipv6.attach(host.raw.behind(host.tcp, host.udp, host.icmpv6), host.icmpv6);
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

  /** A path over either family, to this host itself as well. */
  private static Path localPath(Host host) {
    return new LocalPath(host.ipv6);
  }

  private static Igmp igmp(Host host, Entropy entropy) {
    KeyedHash random = new KeyedHash(entropy);
    Igmp igmp = new Igmp(host.port, host.pool, random, host.counters, GROUPS, DualStack.LISTENINGS);
    host.ipv4.attach(igmp);
    return igmp;
  }

  static RawSockets raw(Host host) {
    Path[] paths = new Path[RAW_SOCKETS];
    for (int i = 0; i < RAW_SOCKETS; i++) {
      paths[i] = localPath(host);
    }
    RawSockets raw = new RawSockets(paths, host.ipv4.path(), host.counters, RAW_RECEIVE_BYTES);
    host.ipv4.attach(raw);
    host.ipv6.attach(raw);
    return raw;
  }

  static Udp udp(Host host, EphemeralPorts ports, FilteredGroups groups6) {
    Path[] paths = new Path[UDP_SOCKETS];
    for (int i = 0; i < UDP_SOCKETS; i++) {
      paths[i] = localPath(host);
    }
    Udp udp = new Udp(paths, host.pool, host.counters, ports, UDP_RECEIVE_BYTES);
    SocketGroups groups = new SocketGroups(host.igmp.groups, groups6);
    UdpOptions[] options = new UdpOptions[UDP_SOCKETS];
    for (int i = 0; i < UDP_SOCKETS; i++) {
      options[i] = new UdpOptions(UDP_ERRORS);
      options[i].attach(groups);
    }
    udp.attach(options);
    return udp;
  }

  static Tcp tcp(
      Host host, EphemeralPorts ports, int connections, TcpMemory memory, Entropy entropy) {
    TcpSocket[] sockets = new TcpSocket[connections];
    for (int i = 0; i < connections; i++) {
      sockets[i] = socket(host, memory);
    }
    TcpSocket unused = socket(host, memory);
    Ecn ecn = new Ecn(sockets, true);
    ecn.attach(unused);
    FastOpenCache cache = new FastOpenCache(FAST_OPEN_SERVERS, new KeyedHash(entropy));
    host.fastOpen = new FastOpen(new KeyedHash(entropy), cache, host.counters);
    TcpOption[] options = {
      new SelectiveAck(),
      new Timestamps(new KeyedHash(entropy), host.counters),
      new WindowScale(),
      ecn,
      new UrgentMark(),
      host.fastOpen
    };
    Path scratch = localPath(host);
    Tcp tcp = new Tcp(sockets, options, scratch, ports, host.pool, host.counters, entropy);
    tcp.attach(new SynCookies(unused, new KeyedHash(entropy), host.counters));
    return tcp;
  }

  private static TcpSocket socket(Host host, TcpMemory memory) {
    TcpSocket socket = memory.socket(localPath(host), new Cubic(INITIAL_WINDOW), host.counters);
    socket.attach(new SegmentSize(new MtuProbe()));
    return socket;
  }

  /** Memory with which all connections can have their buffers full at the same time. */
  static TcpMemory memory(int connections, int bufferBytes) {
    int each = (bufferBytes + BLOCK_BYTES - 1) / BLOCK_BYTES;
    BlockPool blocks = new BlockPool(BLOCK_BYTES, 2 * connections * each);
    return new TcpMemory(blocks, connections + 1, bufferBytes, bufferBytes, RANGES);
  }
}
