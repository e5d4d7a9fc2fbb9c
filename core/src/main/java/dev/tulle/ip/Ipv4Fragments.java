// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Interface;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.IcmpHeader;
import dev.tulle.wire.Ipv4;

/**
 * Takes fragments of IPv4 to the {@link Reassembly}, and tells senders of what stayed in pieces.
 */
public final class Ipv4Fragments implements Reassembly.Layer {
  private final Reassembly reassembly;
  private final Icmp icmp;

  /**
   * @param icmp tells senders of datagrams that were not whole in time; null for those of others,
   *     which only pass here
   */
  public Ipv4Fragments(Reassembly reassembly, Icmp icmp) {
    this.reassembly = reassembly;
    this.icmp = icmp;
  }

  /**
   * Adds a fragment to its datagram; {@code head} is behind its header, which has been checked.
   *
   * @return the datagram, where it is whole now, else null
   */
  public Packet arrived(Packet packet, Interface from, long nowNs) {
    byte[] b = packet.bytes;
    int at = packet.network;
    long addresses = (long) packet.source << 32 | packet.destination & 0xFFFFFFFFL;
    // RFC 791 3.2: source, destination, protocol and identification name a datagram.
    long names = (long) Ipv4.identification(b, at) << 8 | Ipv4.protocol(b, at);
    Packet whole =
        reassembly.add(
            packet,
            from,
            this,
            Ipv4.fragmentOffset(b, at) << 3,
            Ipv4.moreFragments(b, at),
            0xFFFF - (packet.head - at),
            packet.source,
            reassembly.hash.begin().add(addresses).add(names).end(),
            nowNs);
    if (whole != null) {
      addresses(whole);
      b = whole.bytes;
      at = whole.network;
      whole.trafficClass |= Ipv4.trafficClass(b, at);
      Bytes.put8(b, at + 1, whole.trafficClass); // who forwards it passes a mark on
      Ipv4.putFragment(b, at, whole.end - at, Ipv4.identification(b, at), 0, false);
    }
    return whole;
  }

  private static void addresses(Packet whole) {
    whole.source = Ipv4.source(whole.bytes, whole.network);
    whole.destination = Ipv4.destination(whole.bytes, whole.network);
  }

  @Override
  public void expired(Packet first, Interface from, long nowNs) {
    if (icmp == null) {
      return;
    }
    addresses(first);
    icmp.tell(first, IcmpHeader.TIME_EXCEEDED, IcmpHeader.CODE_REASSEMBLY, nowNs);
  }
}
