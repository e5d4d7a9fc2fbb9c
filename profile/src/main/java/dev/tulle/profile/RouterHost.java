// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.profile;

import dev.tulle.buffer.PacketPool;
import dev.tulle.forward.ConnectionTracker;
import dev.tulle.forward.Filter;
import dev.tulle.forward.Forwarder;
import dev.tulle.forward.Forwarder6;
import dev.tulle.forward.Nat44;
import dev.tulle.forward.RouteTrie;
import dev.tulle.host.DhcpClient;
import dev.tulle.host.DhcpServer;
import dev.tulle.host.NameServers;
import dev.tulle.ip.Fragmenter;
import dev.tulle.ip.Icmp;
import dev.tulle.ip.Icmpv6;
import dev.tulle.ip.Ipv4Layer;
import dev.tulle.ip.Ipv6Layer;
import dev.tulle.ip.Reassembly;
import dev.tulle.link.AddressConflict;
import dev.tulle.link.EthernetPort;
import dev.tulle.link.Neighbours;
import dev.tulle.nd.Ipv6Port;
import dev.tulle.nd.Routes6;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Stack;
import dev.tulle.udp.Udp;

/** An assembled router: its parts, each null where it was not added. */
public final class RouterHost {
  public Stack stack;
  public Counters counters;
  public PacketPool pool;
  public EthernetPort[] ports;
  public Neighbours[] neighbours;
  public RouteTrie routes;
  public Ipv4Layer ipv4;
  public Icmp icmp;
  public Udp udp;
  public Reassembly reassembly;
  public Fragmenter fragmenter;
  public Forwarder forwarder;
  public ConnectionTracker tracker;
  public Nat44 nat;
  public Filter filter;
  public DhcpServer dhcpServer;

  /** Of the port whose address comes by DHCP; with what it told of name servers. */
  public DhcpClient dhcp;

  public AddressConflict conflict;
  public NameServers nameServers;

  /** Of IPv6, as of IPv4 in the order of the ports. */
  public Ipv6Port[] ports6;

  public Routes6 routes6;
  public Ipv6Layer ipv6;
  public Icmpv6 icmpv6;
  public Forwarder6 forwarder6;

  /** Begins to speak IPv6 on a port: with hosts to configure, or as one more host among others. */
  public void start6(int port, boolean advertise, long nowNs) {
    if (advertise) {
      ports6[port].advertiser.start(nowNs);
    }
    ports6[port].start(nowNs);
  }

  /** Gives a port its address. */
  public void address(int port, int address, int mask) {
    ports[port].address = address;
    ports[port].mask = mask;
  }
}
