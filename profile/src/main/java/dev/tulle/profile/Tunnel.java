// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.profile;

import dev.tulle.buffer.PacketPool;
import dev.tulle.forward.AnyAddress;
import dev.tulle.forward.RouteTrie;
import dev.tulle.group.FilteredGroups;
import dev.tulle.ip.Ipv4Layer;
import dev.tulle.ip.PathMtu;
import dev.tulle.link.IpPort;
import dev.tulle.link.Link;
import dev.tulle.nd.IpPort6;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Entropy;
import dev.tulle.stack.Interface;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import dev.tulle.stack.Stack;
import dev.tulle.tcp.BoundPorts;
import dev.tulle.tcp.TcpMemory;
import dev.tulle.udp.AnyDatagrams;

/**
 * A host at the end of a link that carries IP packets without Ethernet: what {@link Full} has but
 * for ARP, neighbours and DHCP, which such a link has no use for.
 *
 * <p>Everything goes over the link, so a gateway need not be told.
 */
public final class Tunnel {
  private static final int PACKETS = 320;
  private static final int ROUTES = 8;

  /** Destinations behind narrow links, four in each set. */
  private static final int PATH_MTU_SETS = 256;

  /** Datagrams for the addresses of others that wait for their reader. */
  private static final int DATAGRAM_BYTES = 512 * 1024;

  /** Nobody is ever asked for: the smallest table there is. */
  private static final int NEIGHBOURS = 1;

  private Tunnel() {}

  /**
   * A host with a number of connections and buffers of its own choice, which do not grow.
   *
   * @param link each of its frames is an IP packet
   * @param mac is not looked at
   */
  public static Host host(Link link, long mac, Entropy entropy, int connections, int bufferBytes) {
    TcpMemory memory = Full.memory(connections, bufferBytes);
    Host host = host(link, entropy, connections, memory);
    memory.makeAll();
    return host;
  }

  /**
   * A host whose connections share this memory.
   *
   * @param link each of its frames is an IP packet
   * @param memory made for one connection more, with which SYN cookies are written
   */
  public static Host host(Link link, Entropy entropy, int connections, TcpMemory memory) {
    Host host = new Host();
    host.counters = new Counters();
    host.pool = new PacketPool(PACKETS, link.frameBytes());
    IpPort port = new IpPort(link, host.pool, host.counters);
    host.port = port;
    Interface[] interfaces = {port};
    host.routes = new RouteTrie(interfaces, ROUTES);
    host.ipv4 = new Ipv4Layer(interfaces, host.routes, host.pool, host.counters);
    port.attach(host.ipv4);
    host.pathMtu = new PathMtu(PATH_MTU_SETS, new KeyedHash(entropy), host.counters);
    host.ipv4.attach(host.pathMtu);
    host.ipv6Port = new IpPort6(port, 1, host.pool, host.counters, new KeyedHash(entropy));
    FilteredGroups groups6 = DualStack.groups(host.ipv6Port, host.counters, entropy);
    DualStack.add(host, NEIGHBOURS, NEIGHBOURS, null, entropy);
    host.ipv6Port.routers.add(0xFE80L << 48, 1); // whoever it is: it gets everything
    host.icmpv6 = Full.icmpv6(host, entropy);
    host.icmp = Full.icmp(host, entropy);
    Full.fragments(host, entropy);
    DualStack.fragments(host);
    Full.sockets(
        host, new BoundPorts(new KeyedHash(entropy)), groups6, connections, memory, entropy);
    host.ipv6Port.dnsServers = host.nameServers;
    host.resolver = Full.resolver(host, entropy);
    host.stack =
        new Stack(
            interfaces,
            new Part[] {
              host.pathMtu,
              host.resolver,
              host.tcp,
              host.loopback,
              host.reassembly,
              host.fragmenter,
              host.ipv6Port,
              host.igmp.groups
            });
    return host;
  }

  /**
   * Lets a host take connections and datagrams for every address as if it were its own: for the
   * listener that {@code Listener.toRest} makes, and for {@code anyDatagrams}.
   */
  public static void takeAll(Host host) {
    host.anyDatagrams = new AnyDatagrams(DualStack.path(host), host.udp, DATAGRAM_BYTES);
    AnyAddress any = new AnyAddress(host.anyDatagrams, host.ipv6);
    host.ipv4.attach(any);
    host.ipv6.attach(any);
  }
}
