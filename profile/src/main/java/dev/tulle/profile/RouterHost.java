// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.profile;

import dev.tulle.forward.Answers;
import dev.tulle.forward.ConnectionTracker;
import dev.tulle.forward.Filter;
import dev.tulle.forward.Forwarder;
import dev.tulle.forward.Forwarder6;
import dev.tulle.forward.Nat44;
import dev.tulle.group.FilteredGroups;
import dev.tulle.host.DhcpServer;
import dev.tulle.link.EthernetPort;
import dev.tulle.link.Neighbours;
import dev.tulle.nd.Ipv6Port;
import dev.tulle.stack.Part;

/**
 * An assembled host with several ports, and where it is a router what passes packets on between
 * them; otherwise that is null.
 *
 * <p>Where {@link Host} has one of a thing for its port, that is the first port's here; but the
 * address that comes by DHCP, and the watch over its use by others, are the last port's.
 */
public final class RouterHost extends Host {
  public EthernetPort[] ports;

  /** Of each port. */
  public Neighbours[] neighboursOf;

  public Forwarder forwarder;
  public ConnectionTracker tracker;
  public Nat44 nat;
  public Filter filter;
  public DhcpServer dhcpServer;

  /** Of IPv6, as of IPv4 in the order of the ports. */
  public Ipv6Port[] ports6;

  public Forwarder6 forwarder6;

  /** The ports of its own sockets, beside those of translation. */
  SharedPorts shared;

  /** What sockets may listen to at the first port. */
  FilteredGroups groups6;

  /** What tells senders of what is not forwarded. */
  Answers answers;

  /** What the stack drives before all that a router has: the transports of a full one. */
  Part[] first = {};

  @Override
  public int portCount() {
    return ports.length;
  }

  @Override
  public EthernetPort portAt(int index) {
    return ports[index];
  }

  @Override
  public Neighbours neighboursAt(int index) {
    return neighboursOf[index];
  }

  @Override
  public Ipv6Port port6At(int index) {
    return ports6 == null ? null : ports6[index];
  }

  /** Begins to speak IPv6 on a port: with hosts to configure, or as one more host among others. */
  public void start6(int port, boolean advertise, long nowNs) {
    if (advertise && ports6[port].advertiser != null) {
      ports6[port].advertiser.start(nowNs);
    }
    ports6[port].start(nowNs);
  }

  /** Gives a port its address. */
  public void addressOf(int port, int address, int mask) {
    ports[port].address = address;
    ports[port].mask = mask;
  }
}
