// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Part;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.IcmpHeader;
import dev.tulle.wire.Icmpv6Header;
import dev.tulle.wire.Ipv4;
import dev.tulle.wire.Ipv6;

/**
 * Brings a host what it sends to itself: to 127.0.0.0/8, ::1 or an address of its own.
 *
 * <p>A {@link LocalPath} leaves its packets here, and the next poll hands them to their transport.
 * They are whole and their headers ours, so only what transports check is checked; no link carries
 * them. Beyond the limit a packet is dropped, as by a queue on the way. Source: RFC 1122 3.2.1.3
 * (g), RFC 4291 2.5.3.
 */
public final class Loopback implements Part {
  /** Packets delivered in one poll, so that a busy conversation with oneself starves nobody. */
  private static final int BUDGET = 64;

  private final Ipv4Layer ipv4;
  private final Ipv6Layer ipv6;
  private final int mtu;
  private final Packet[] packets;
  private int first;
  private int count;
  private boolean delivering;

  /**
   * @param ipv6 whose {@link LocalPath}s lead here
   * @param mtu what a packet of the pool carries
   * @param packets how many may wait
   */
  public Loopback(Ipv4Layer ipv4, Ipv6Layer ipv6, int mtu, int packets) {
    this.ipv4 = ipv4;
    this.ipv6 = ipv6;
    this.mtu = mtu;
    this.packets = new Packet[packets];
    ipv6.loopback = this;
  }

  /** Whether an address is this host. */
  boolean leadsHere(Endpoint to) {
    return to.six()
        ? to.high == 0 && to.low == 1 || ipv6.ours(to.high, to.low)
        : to.address >>> 24 == 127 || ipv4.ours(to.address);
  }

  /** Whether the packet that is being processed came from here. */
  boolean delivering() {
    return delivering;
  }

  int mtu() {
    return mtu;
  }

  @Override
  public long deadlineNs() {
    return count > 0 ? 0 : Part.NEVER;
  }

  /** Takes a packet with its network header at {@code head}; consumes it. */
  void send(Packet packet) {
    if (count == packets.length) {
      ipv4.counters.add(Counter.LOOPBACK_FULL);
      ipv4.pool.release(packet);
      return;
    }
    int free = first + count;
    packets[free >= packets.length ? free - packets.length : free] = packet;
    count++;
  }

  @Override
  public long poll(long nowNs) {
    // What is sent in answer has the next poll.
    for (int left = Math.min(BUDGET, count); left > 0; left--) {
      Packet packet = packets[first];
      packets[first] = null;
      first = first + 1 == packets.length ? 0 : first + 1;
      count--;
      delivering = true;
      deliver(packet, nowNs);
      delivering = false;
      ipv4.pool.release(packet);
    }
    return deadlineNs();
  }

  private void deliver(Packet packet, long nowNs) {
    byte[] b = packet.bytes;
    int at = packet.head;
    boolean four = Ipv4.version(b, at) == 4;
    int header = four ? Ipv4.HEADER : Ipv6.HEADER;
    packet.network = at;
    packet.transport = at + header;
    packet.head = at + header;
    int protocol = four ? Ipv4.protocol(b, at) : Ipv6.nextHeader(b, at);
    int sum;
    if (four) {
      packet.source = Ipv4.source(b, at);
      packet.destination = Ipv4.destination(b, at);
      sum = Ipv4.pseudoHeaderSum(packet.source, packet.destination, protocol, packet.length());
    } else {
      sum = Ipv6.pseudoHeaderSum(b, at, protocol, packet.length());
    }
    heard(packet, protocol, four);
    boolean echo = protocol == (four ? Ipv4.PROTOCOL_ICMP : Ipv6.ICMP);
    int request = four ? IcmpHeader.ECHO_REQUEST : Icmpv6Header.ECHO_REQUEST;
    if (echo
        && packet.length() >= IcmpHeader.HEADER
        && IcmpHeader.type(b, at + header) == request) {
      answer(packet, four, sum);
      heard(packet, protocol, four);
    }
    Transport transport = four ? ipv4.transport(protocol) : ipv6.transport(protocol);
    if (transport != null && !transport.input(packet, sum, nowNs)) {
      turn(packet, four);
      packet.head = at + header;
      transport.error(packet, IcmpError.PORT_UNREACHABLE, 0, nowNs);
    }
  }

  private void heard(Packet packet, int protocol, boolean four) {
    RawInput raw = four ? ipv4.raw : ipv6.raw;
    if (raw != null) {
      boolean unused = raw.arrived(packet, protocol);
    }
  }

  /**
   * Makes of an echo request its reply; the pseudo-header's sum is the same either way. RFC 1122
   * 3.2.2.6, RFC 4443 4.2.
   */
  private static void answer(Packet packet, boolean four, int sum) {
    byte[] b = packet.bytes;
    int rest = IcmpHeader.rest(b, packet.head);
    int length = packet.length();
    turn(packet, four);
    if (four) {
      int addresses = packet.network + Ipv4.HEADER - 8;
      Bytes.put32(b, addresses, packet.source);
      Bytes.put32(b, addresses + 4, packet.destination);
      IcmpHeader.put(b, packet.head, IcmpHeader.ECHO_REPLY, 0, rest, length);
    } else {
      IcmpHeader.put(b, packet.head, Icmpv6Header.ECHO_REPLY, 0, rest, length, sum);
    }
  }

  /** Turns the addresses round, as in the quote of an error: RFC 1122 3.2.2.1 has it told. */
  private static void turn(Packet packet, boolean four) {
    int destination = packet.destination;
    packet.destination = packet.source;
    packet.source = destination;
    if (!four) {
      byte[] b = packet.bytes;
      int from = packet.network + Ipv6.SOURCE;
      int to = packet.network + Ipv6.DESTINATION;
      for (int i = 0; i < 16; i += 8) {
        long half = Bytes.i64(b, from + i);
        Bytes.put64(b, from + i, Bytes.i64(b, to + i));
        Bytes.put64(b, to + i, half);
      }
    }
  }
}
