// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.forward;

import dev.tulle.buffer.Packet;
import dev.tulle.ip.Forwarding;
import dev.tulle.ip.Forwarding6;
import dev.tulle.ip.Ipv6Layer;
import dev.tulle.ip.Transport;
import dev.tulle.nd.Ipv6Port;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Interface;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Ipv4;
import dev.tulle.wire.Ipv6;

/**
 * Takes what is for others as if it were for us: a router that ends the flows that come through,
 * for transparent proxies and the near end of a tunnel.
 *
 * <p>Segments of TCP go to the stack's TCP, whose listener for all ports accepts them; datagrams of
 * UDP go to a transport of their own. Both learn the address that was meant. Everything else for
 * others is dropped and counted as for a host; so are their fragments.
 */
public final class AnyAddress implements Forwarding, Forwarding6 {
  private final Transport datagrams;
  private final Ipv6Layer ipv6;

  /**
   * @param datagrams takes those of UDP that are for others
   */
  public AnyAddress(Transport datagrams, Ipv6Layer ipv6) {
    this.datagrams = datagrams;
    this.ipv6 = ipv6;
  }

  @Override
  public int arrived(Packet packet, Interface from, int reason, long nowNs) {
    if (reason != Counter.IP_NOTOURS || !Ipv4.unicast(packet.destination)) {
      return reason;
    }
    byte[] b = packet.bytes;
    int at = packet.network;
    if (Ipv4.fragment(b, at)) {
      return Counter.IP_FRAGMENT;
    }
    int protocol = Ipv4.protocol(b, at);
    int sum = Ipv4.pseudoHeaderSum(packet.source, packet.destination, protocol, packet.length());
    return taken(packet, protocol, sum, reason, nowNs);
  }

  @Override
  public int arrived(Packet packet, Ipv6Port from, long nowNs) {
    return -1; // what it is, is known behind its extension headers
  }

  @Override
  public int here(Packet packet, int protocol, Ipv6Port from, long nowNs) {
    byte[] b = packet.bytes;
    int at = packet.network;
    long high = Bytes.i64(b, at + Ipv6.DESTINATION);
    if (Ipv6.multicast(high) || ipv6.ours(high, Bytes.i64(b, at + Ipv6.DESTINATION + 8))) {
      return -1;
    }
    int sum = Ipv6.pseudoHeaderSum(b, at, protocol, packet.length());
    return taken(packet, protocol, sum, Counter.IP6_NOTOURS, nowNs);
  }

  /** Answers -1 where TCP shall have the packet, else what is to be counted. */
  private int taken(Packet packet, int protocol, int sum, int reason, long nowNs) {
    if (protocol == Ipv4.PROTOCOL_TCP) {
      return -1;
    }
    if (protocol != Ipv4.PROTOCOL_UDP) {
      return reason;
    }
    datagrams.input(packet, sum, nowNs);
    return Counter.ANY_DATAGRAM;
  }

  @Override
  public boolean answersAs(long high, long low) {
    return true;
  }

  @Override
  public boolean undelivered(Packet packet, long nowNs) {
    return false;
  }
}
