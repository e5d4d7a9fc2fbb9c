// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.link;

import dev.tulle.buffer.Packet;
import dev.tulle.buffer.PacketPool;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Network;
import dev.tulle.wire.Ipv4;

/**
 * An interface whose frames are IP packets and nothing else, as of a TUN device or a tunnel: there
 * are no link addresses, nobody is asked for one, and whoever is at the other end takes everything.
 */
public final class IpPort extends Port {
  /**
   * @param link each of its frames is an IP packet ({@link IpLink})
   */
  public IpPort(Link link, PacketPool pool, Counters counters) {
    super(link, 0, 0, pool, counters);
    alsoNetwork = 0; // with a mask of 0: every address is a neighbour's
  }

  /** Says where IPv4 packets go; once, at assembly. */
  public void attach(Network ipv4) {
    this.ipv4 = ipv4;
  }

  @Override
  public long mac() {
    return 0;
  }

  @Override
  int arrive(Packet packet, long nowNs) {
    boolean six = Ipv4.version(packet.bytes, packet.head) == 6 && ipv6 != null;
    Network network = six ? ipv6 : ipv4; // which drops what is of neither version
    network.input(packet, this, nowNs);
    return -1;
  }

  @Override
  public void output(Packet packet, int nextHop, long nowNs) {
    transmit(packet, nowNs);
  }

  @Override
  public void send(Packet packet, int high, int low, int type, long nowNs) {
    transmit(packet, nowNs);
  }
}
