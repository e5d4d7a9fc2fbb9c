// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.profile;

import dev.tulle.buffer.PacketPool;
import dev.tulle.forward.Answers;
import dev.tulle.forward.ConnectionTracker;
import dev.tulle.forward.Filter;
import dev.tulle.forward.Forwarder;
import dev.tulle.forward.Forwarder6;
import dev.tulle.forward.Nat44;
import dev.tulle.forward.Refusal;
import dev.tulle.forward.RouteTrie;
import dev.tulle.host.DhcpClient;
import dev.tulle.host.DhcpServer;
import dev.tulle.host.NameServers;
import dev.tulle.ip.EphemeralPorts;
import dev.tulle.ip.Fragmenter;
import dev.tulle.ip.Icmp;
import dev.tulle.ip.Icmpv6;
import dev.tulle.ip.Ipv4Fragments;
import dev.tulle.ip.Ipv4Layer;
import dev.tulle.ip.Path;
import dev.tulle.ip.RateLimit;
import dev.tulle.ip.Reassembly;
import dev.tulle.ip.SeveralPorts6;
import dev.tulle.ip.Transport;
import dev.tulle.link.AddressConflict;
import dev.tulle.link.EthernetPort;
import dev.tulle.link.Link;
import dev.tulle.link.Neighbours;
import dev.tulle.nd.Ipv6Port;
import dev.tulle.nd.RouterAdvertiser;
import dev.tulle.nd.Routes6;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Entropy;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import dev.tulle.stack.Stack;
import dev.tulle.udp.Udp;

/**
 * A router between links: forwarding by the longest prefix, and where they are added, translated
 * addresses and a filter. Of hosts' protocols it has what others expect of a router: it answers
 * pings, and says that nobody listens here.
 */
public final class Router {
  /** Sets of neighbours for each port, eight in each: a whole subnet of 254 hosts. */
  private static final int NEIGHBOUR_SETS = 32;

  private static final int WAITING_EACH = 3;

  /** Some that wait for neighbours at each of two ports, and some for output. */
  static final int PACKETS = 1024;

  private static final int ROUTES = 1024;

  /** Rules that pick routes of IPv6 by a packet's source. */
  private static final int ROUTE_RULES = 16;

  /** What an address is lent for: twelve hours. */
  private static final int LEASE_SECONDS = 43_200;

  /** Connections that are tracked, and those that one host may have begun. */
  private static final int CONNECTIONS = 16_384;

  private static final int CONNECTIONS_EACH = 4096;

  /** Addresses and ports inside that are known outside. */
  private static final int MAPPINGS = 8192;

  private static final int RULES = 256;

  /** Datagrams of which fragments are waited for, and blocks of 4 KB for them: 1 MB in all. */
  private static final int FRAGMENTED = 64;

  private static final int FRAGMENT_BLOCKS = 256;

  /** Datagrams of up to 64 KB that wait to be sent in fragments. */
  private static final int LONG_PACKETS = 16;

  /** A second, of echo requests for the router itself. */
  private static final int ECHOES_EACH = 1000;

  private static final int ECHOES = 4096;

  /** A second, of errors about what was not forwarded: RFC 1812 4.3.2.8. */
  private static final int ERRORS_EACH = 10;

  private static final int ERRORS = 256;

  private static final int UDP_SOCKETS = 4;

  private static final int UDP_RECEIVE_BYTES = 8192;

  private Router() {}

  /**
   * A router between links, its ports without addresses yet: it forwards, and tracks nothing.
   *
   * @param macs the ports' link addresses, each in the low 48 bits
   */
  public static RouterHost host(Link[] links, long[] macs, Entropy entropy) {
    RouterHost router = ports(links, macs, PACKETS, entropy);
    router.shared = new SharedPorts(router, new KeyedHash(entropy));
    router.udp = udp(router, router.shared);
    forwarding(router, entropy);
    Refusal tcp = new Refusal(router.answers, router.counters);
    router.ipv4.attach(new Transport[] {router.icmp, router.udp, tcp}, router.icmp);
    drive(router);
    return router;
  }

  /** The ports of a router and what answers for them, over IPv4. */
  static RouterHost ports(Link[] links, long[] macs, int packets, Entropy entropy) {
    RouterHost router = new RouterHost();
    int frameBytes = 0;
    for (Link link : links) {
      frameBytes = Math.max(frameBytes, link.frameBytes());
    }
    router.counters = new Counters();
    router.pool = new PacketPool(packets, frameBytes);
    router.ports = new EthernetPort[links.length];
    router.neighboursOf = new Neighbours[links.length];
    for (int i = 0; i < links.length; i++) {
      EthernetPort port = new EthernetPort(links[i], macs[i], router.pool, router.counters);
      KeyedHash hash = new KeyedHash(entropy);
      router.ports[i] = port;
      router.neighboursOf[i] = new Neighbours(port, NEIGHBOUR_SETS, WAITING_EACH, hash);
    }
    router.port = router.ports[0];
    router.neighbours = router.neighboursOf[0];
    router.routes = new RouteTrie(lastFirst(router.ports), ROUTES);
    router.ipv4 = new Ipv4Layer(router.ports, router.routes, router.pool, router.counters);
    for (int i = 0; i < links.length; i++) {
      router.ports[i].attach(router.ipv4, router.neighboursOf[i]);
    }
    KeyedHash limits = new KeyedHash(entropy);
    RateLimit echoes = new RateLimit(ECHOES_EACH, ECHOES, limits);
    router.icmp = new Icmp(router.ipv4, echoes, new RateLimit(ERRORS_EACH, ERRORS, limits));
    return router;
  }

  /** Adds forwarding of IPv4, fragments included. */
  static void forwarding(RouterHost router, Entropy entropy) {
    fragments(router, entropy);
    RateLimit errors = new RateLimit(ERRORS_EACH, ERRORS, new KeyedHash(entropy));
    router.answers = new Answers(router.ipv4, router.pool, router.counters, errors);
    router.forwarder =
        new Forwarder(router.ipv4, router.routes, router.pool, router.counters, router.answers);
    router.forwarder.attach(new Ipv4Fragments(router.reassembly, null), router.fragmenter);
    router.ipv4.attach(router.forwarder);
    tracker(router, entropy);
  }

  static Udp udp(RouterHost router, EphemeralPorts ports) {
    Path[] paths = new Path[UDP_SOCKETS];
    for (int i = 0; i < UDP_SOCKETS; i++) {
      paths[i] = router.ipv4.path();
    }
    return new Udp(paths, router.pool, router.counters, ports, UDP_RECEIVE_BYTES);
  }

  static void fragments(RouterHost router, Entropy entropy) {
    KeyedHash names = new KeyedHash(entropy);
    router.reassembly = new Reassembly(FRAGMENTED, FRAGMENT_BLOCKS, names, router.counters);
    router.ipv4.attach(new Ipv4Fragments(router.reassembly, router.icmp));
    KeyedHash ids = new KeyedHash(entropy);
    router.fragmenter = new Fragmenter(LONG_PACKETS, router.pool, ids, router.counters);
    router.ipv4.attach(router.fragmenter);
  }

  static void tracker(RouterHost router, Entropy entropy) {
    KeyedHash hash = new KeyedHash(entropy);
    router.tracker = new ConnectionTracker(CONNECTIONS, CONNECTIONS_EACH, hash, router.counters);
  }

  /** Lets the stack drive all parts that there are. */
  static void drive(RouterHost router) {
    int n = router.ports.length;
    int own = router.first.length;
    Part[] all = new Part[own + 5 + 3 * n];
    System.arraycopy(router.first, 0, all, 0, own);
    all[own] = router.tracker;
    all[own + 1] = router.reassembly;
    all[own + 2] = router.fragmenter;
    all[own + 3] = router.dhcp;
    all[own + 4] = router.conflict;
    for (int i = 0; i < n; i++) {
      int at = own + 5 + 3 * i;
      all[at] = router.neighboursOf[i];
      if (router.ports6 != null) {
        all[at + 1] = router.ports6[i];
        all[at + 2] = router.ports6[i].advertiser;
      }
    }
    int count = 0;
    for (int i = 0; i < all.length; i++) {
      if (all[i] != null) {
        all[count++] = all[i];
      }
    }
    Part[] parts = new Part[count];
    System.arraycopy(all, 0, parts, 0, count);
    router.stack = new Stack(router.ports, parts);
  }

  /** Where what names no subnet goes to the last port, which is the outside by custom. */
  private static EthernetPort[] lastFirst(EthernetPort[] ports) {
    EthernetPort[] turned = new EthernetPort[ports.length];
    for (int i = 0; i < ports.length; i++) {
      turned[i] = ports[ports.length - 1 - i];
    }
    return turned;
  }

  /** Lets a port, the last, have its address and the default route from a DHCP server. */
  public static void addDhcpClient(RouterHost router, Entropy entropy) {
    int port = router.ports.length - 1;
    EthernetPort outside = router.ports[port];
    router.conflict =
        new AddressConflict(outside, router.neighboursOf[port], new KeyedHash(entropy));
    if (router.nameServers == null) {
      router.nameServers = new NameServers();
    }
    router.dhcp =
        new DhcpClient(
            outside,
            router.udp,
            router.tcp,
            router.routes,
            router.conflict,
            router.nameServers,
            new KeyedHash(entropy),
            router.counters);
    drive(router);
  }

  /** Adds forwarding of IPv6: its ports sleep until {@link RouterHost#start6}. */
  public static void addIpv6(RouterHost router, Entropy entropy) {
    ports6(router, entropy);
    layer6(router, entropy);
    forwarding6(router, entropy);
    router.ipv6.attach(new Transport[] {router.icmpv6}, router.icmpv6);
    drive(router);
  }

  /** The ports as IPv6 sees them, still without parts. */
  static void ports6(RouterHost router, Entropy entropy) {
    router.ports6 = new Ipv6Port[router.ports.length];
    for (int i = 0; i < router.ports6.length; i++) {
      KeyedHash random = new KeyedHash(entropy);
      router.ports6[i] = new Ipv6Port(router.ports[i], i + 1, router.pool, router.counters, random);
    }
    router.ipv6Port = router.ports6[0];
  }

  /** Gives the ports their parts, groups where they have none yet, and makes IPv6 of them. */
  static void layer6(RouterHost router, Entropy entropy) {
    for (int i = 0; i < router.ports6.length; i++) {
      Ipv6Port port = router.ports6[i];
      if (port.groups == null) {
        DualStack.plainGroups(port, router.counters);
      }
      DualStack.parts(port, NEIGHBOUR_SETS, WAITING_EACH, null, entropy);
    }
    router.ipv6 = new SeveralPorts6(router.ports6, router.pool, router.counters);
    KeyedHash limits = new KeyedHash(entropy);
    RateLimit echoes = new RateLimit(ECHOES_EACH, ECHOES, limits);
    router.icmpv6 = new Icmpv6(router.ipv6, echoes, new RateLimit(ERRORS_EACH, ERRORS, limits));
  }

  /** Adds forwarding of IPv6 to a layer that is there. */
  static void forwarding6(RouterHost router, Entropy entropy) {
    for (int i = 0; i < router.ports6.length; i++) {
      new RouterAdvertiser(router.ports6[i]);
    }
    router.routes6 = new Routes6(router.ports6, ROUTES, ROUTE_RULES);
    router.forwarder6 =
        new Forwarder6(
            router.ipv6,
            router.icmpv6,
            router.routes6,
            router.pool,
            router.counters,
            router.answers,
            new RateLimit(ERRORS_EACH, ERRORS, new KeyedHash(entropy)));
    router.ipv6.attach(router.forwarder6);
    if (router.filter != null) {
      router.forwarder6.attach(router.tracker, router.filter);
    }
  }

  /**
   * Gives the hosts at a port addresses, which must be in its subnet.
   *
   * @param count from 1 to {@code DhcpServer.MOST}
   */
  public static void addDhcp(RouterHost router, int port, int first, int count, Entropy entropy) {
    router.dhcpServer =
        new DhcpServer(
            router.ports[port],
            router.ipv4,
            first,
            count,
            LEASE_SECONDS,
            new KeyedHash(entropy),
            router.pool,
            router.counters);
    router.ports[port].attach(router.dhcpServer, router.neighboursOf[port]);
  }

  /** Lets the other ports' networks use the one address of a port. */
  public static void addNat(RouterHost router, int outside, Entropy entropy) {
    KeyedHash hash = new KeyedHash(entropy);
    router.nat = new Nat44(router.ports[outside], MAPPINGS, hash);
    router.forwarder.attach(router.tracker);
    router.shared.begin();
    router.nat.attach(router.shared);
    router.forwarder.attach(router.nat);
  }

  /**
   * Adds a filter without a rule.
   *
   * @param policy what becomes of packets that no rule fits: one of {@code Filter}'s actions
   */
  public static void addFilter(RouterHost router, int policy) {
    router.filter = new Filter(RULES, policy);
    router.forwarder.attach(router.tracker);
    router.forwarder.attach(router.filter);
    if (router.forwarder6 != null) {
      router.forwarder6.attach(router.tracker, router.filter);
    }
  }
}
