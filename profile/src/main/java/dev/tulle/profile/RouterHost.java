// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.profile;

import dev.tulle.buffer.PacketPool;
import dev.tulle.forward.ConnectionTracker;
import dev.tulle.forward.Filter;
import dev.tulle.forward.Forwarder;
import dev.tulle.forward.Nat44;
import dev.tulle.forward.RouteTrie;
import dev.tulle.ip.Fragmenter;
import dev.tulle.ip.Icmp;
import dev.tulle.ip.Ipv4Layer;
import dev.tulle.ip.Reassembly;
import dev.tulle.link.EthernetPort;
import dev.tulle.link.Neighbours;
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

  /** Gives a port its address. */
  public void address(int port, int address, int mask) {
    ports[port].address = address;
    ports[port].mask = mask;
  }
}
