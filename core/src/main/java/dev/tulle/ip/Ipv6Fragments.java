// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.buffer.Packet;
import dev.tulle.nd.Ipv6Port;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Interface;
import dev.tulle.stack.KeyedHash;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.IcmpHeader;
import dev.tulle.wire.Icmpv6Header;
import dev.tulle.wire.Ipv4;
import dev.tulle.wire.Ipv6;
import dev.tulle.wire.TcpHeader;
import dev.tulle.wire.UdpHeader;

/**
 * Takes fragments of IPv6 to the {@link Reassembly}, and tells senders what was wrong with them.
 *
 * <p>The header that a fragment comes with is kept up to its fragment header, which is taken out
 * when the packet is whole. Source: RFC 8200 4.5.
 */
public final class Ipv6Fragments implements Reassembly.Layer {
  /** Of the packet's payload length, which a wrong length is told with. */
  private static final int PAYLOAD_LENGTH = 4;

  private final Reassembly reassembly;
  private final Ipv6Layer ipv6;
  private final Icmpv6 icmp;

  public Ipv6Fragments(Reassembly reassembly, Ipv6Layer ipv6, Icmpv6 icmp) {
    this.reassembly = reassembly;
    this.ipv6 = ipv6;
    this.icmp = icmp;
  }

  /**
   * Adds a fragment to its packet; the headers in front of its fragment header were looked at.
   *
   * @param header where its fragment header is, whose octets are there
   * @return the packet without such a header, where it is whole now, else null
   */
  Packet arrived(Packet packet, Ipv6Port from, int header, long nowNs) {
    byte[] b = packet.bytes;
    int at = packet.network;
    int place = Bytes.u16(b, header + 2);
    int offset = place & 0xFFF8;
    boolean more = (place & 1) != 0;
    packet.head = header + Ipv6.FRAGMENT_HEADER;
    int most = 0xFFFF - (header - at - Ipv6.HEADER);
    if (packet.head - at > Packet.HEADROOM) {
      reassembly.counters.add(Counter.IP6_CHAIN_LIMIT);
      return null;
    }
    // RFC 7112 5, RFC 8200 4.5: all headers are in the first fragment, the transport's too.
    if (offset == 0 && cut(packet)) {
      icmp.problem(packet, Icmpv6Header.CODE_INCOMPLETE, at, nowNs);
      reassembly.counters.add(Counter.IP6_BADCHAIN);
      return null;
    }
    boolean ragged = more && (packet.length() & 7) != 0;
    boolean beyond = packet.length() > most - offset;
    long source = names(b, at, Ipv6.DESTINATION).end();
    // RFC 8200 4.5: source, destination and identification name a packet.
    long key = names(b, at, Ipv6.HEADER).add(Bytes.i32(b, header + 4)).end();
    Packet whole = reassembly.add(packet, from.port, this, offset, more, most, source, key, nowNs);
    if (ragged || beyond) {
      // RFC 8200 4.5: the pointer is at the length, or at the offset
      int pointer = ragged ? at + PAYLOAD_LENGTH : header + 2;
      icmp.wrongFragment(packet, pointer, nowNs);
    }
    return whole == null ? null : finish(whole);
  }

  private static boolean cut(Packet packet) {
    int upper = Ipv6.transportAt(packet.bytes, packet.network, packet.end);
    return upper < 0 || least(upper & 0xFF) > packet.end - (upper >> 8);
  }

  private static int least(int protocol) {
    if (protocol == Ipv4.PROTOCOL_TCP) {
      return TcpHeader.BYTES;
    }
    return protocol == Ipv4.PROTOCOL_UDP || protocol == Ipv6.ICMP ? UdpHeader.HEADER : 1;
  }

  /** Begins a hash of the addresses up to an offset in the IPv6 header. */
  private KeyedHash names(byte[] b, int at, int end) {
    KeyedHash hash = reassembly.hash.begin();
    for (int i = Ipv6.SOURCE; i < end; i += 8) {
      hash.add(Bytes.i64(b, at + i));
    }
    return hash;
  }

  /** Takes the fragment header out; answers null where the headers leave no room for the rest. */
  private Packet finish(Packet whole) {
    byte[] b = whole.bytes;
    int at = whole.network;
    int header = whole.head - Ipv6.FRAGMENT_HEADER;
    int length = whole.end - at - Ipv6.HEADER - Ipv6.FRAGMENT_HEADER;
    if (length > 0xFFFF) {
      reassembly.counters.add(Counter.FRAG_TOOBIG);
      return null;
    }
    int pointer = at + Ipv6.NEXT_HEADER;
    for (int i = at + Ipv6.HEADER; i < header; i += Bytes.u8(b, i + 1) + 1 << 3) {
      pointer = i;
    }
    b[pointer] = b[header];
    Bytes.put16(b, at + PAYLOAD_LENGTH, length);
    whole.network = at + Ipv6.FRAGMENT_HEADER;
    System.arraycopy(b, at, b, whole.network, header - at);
    whole.trafficClass |= Ipv6.trafficClass(b, whole.network);
    return whole;
  }

  @Override
  public void expired(Packet first, Interface from, long nowNs) {
    ipv6.came(from);
    // RFC 8200 4.5: told once the first fragment has come
    icmp.tell(first, Icmpv6Header.TIME_EXCEEDED, IcmpHeader.CODE_REASSEMBLY, 0, nowNs);
  }
}
