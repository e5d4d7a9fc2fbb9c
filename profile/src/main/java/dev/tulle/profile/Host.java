// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.profile;

import dev.tulle.buffer.PacketPool;
import dev.tulle.host.Dhcp6Client;
import dev.tulle.host.DhcpClient;
import dev.tulle.host.LinkLocal;
import dev.tulle.host.Mdns;
import dev.tulle.host.NameServers;
import dev.tulle.host.Resolver;
import dev.tulle.ip.Fragmenter;
import dev.tulle.ip.Icmp;
import dev.tulle.ip.Icmpv6;
import dev.tulle.ip.Igmp;
import dev.tulle.ip.Ipv4Layer;
import dev.tulle.ip.Ipv6Layer;
import dev.tulle.ip.Loopback;
import dev.tulle.ip.PathMtu;
import dev.tulle.ip.Ping;
import dev.tulle.ip.Reassembly;
import dev.tulle.ip.Routes;
import dev.tulle.link.AddressConflict;
import dev.tulle.link.Neighbours;
import dev.tulle.link.Port;
import dev.tulle.nd.Ipv6Port;
import dev.tulle.nd.Routes6;
import dev.tulle.raw.RawSockets;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Stack;
import dev.tulle.tcp.BoundPorts;
import dev.tulle.tcp.FastOpen;
import dev.tulle.tcp.Tcp;
import dev.tulle.udp.AnyDatagrams;
import dev.tulle.udp.Udp;

/** An assembled stack with one port: its parts, each null where a profile has none. */
public class Host {
  public Stack stack;
  public Counters counters;
  public PacketPool pool;
  public Port port;
  public Neighbours neighbours;
  public AddressConflict conflict;
  public Routes routes;
  public Ipv4Layer ipv4;
  public Ipv6Port ipv6Port;
  public Ipv6Layer ipv6;
  public Routes6 routes6;
  public Loopback loopback;
  public Icmpv6 icmpv6;
  public PathMtu pathMtu;
  public Reassembly reassembly;
  public Fragmenter fragmenter;
  public Icmp icmp;
  public Igmp igmp;
  public Ping ping;
  public RawSockets raw;
  public Udp udp;
  public AnyDatagrams anyDatagrams;
  public Tcp tcp;
  public BoundPorts ports;
  public FastOpen fastOpen;
  public NameServers nameServers;
  public DhcpClient dhcp;
  public Dhcp6Client dhcp6;
  public LinkLocal linkLocal;
  public Resolver resolver;
  public Mdns mdns;

  /** How many ports it has. */
  public int portCount() {
    return 1;
  }

  /** The port at a place, from 0 up. */
  public Port portAt(int index) {
    return port;
  }

  /** The neighbours at a port; null where its link has none. */
  public Neighbours neighboursAt(int index) {
    return neighbours;
  }

  /** The port at a place as IPv6 sees it; null where it is not spoken. */
  public Ipv6Port port6At(int index) {
    return ipv6Port;
  }

  /**
   * Gives the port its address at once, without asking whether somebody else has it.
   *
   * @param gateway where everything else goes; 0 where there is none
   */
  public void address(int address, int mask, int gateway) {
    port.address = address;
    port.mask = mask;
    gateway(gateway);
  }

  /** Sets the default route; 0 leaves things as they are. */
  public void gateway(int gateway) {
    if (gateway != 0) {
      routes.add(0, 0, gateway);
    }
  }
}
