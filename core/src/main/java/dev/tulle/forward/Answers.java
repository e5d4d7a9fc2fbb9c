// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.forward;

import dev.tulle.buffer.Packet;
import dev.tulle.buffer.PacketPool;
import dev.tulle.ip.Endpoint;
import dev.tulle.ip.Ipv4Layer;
import dev.tulle.ip.Ipv4Path;
import dev.tulle.ip.Path;
import dev.tulle.ip.RateLimit;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Status;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Checksum;
import dev.tulle.wire.IcmpHeader;
import dev.tulle.wire.Ipv4;
import dev.tulle.wire.Ipv6;
import dev.tulle.wire.TcpHeader;

/**
 * What senders hear of packets that were not forwarded: ICMP errors, or a reset for TCP.
 *
 * <p>The packet in question is as it came, untranslated. Source: RFC 1812 4.3.2, 5.2.7.
 */
public final class Answers {
  // RFC 1812 4.3.2.3 (SHOULD): as much as fits into 576 octets.
  private static final int MAX_QUOTE = 576 - Ipv4.HEADER - IcmpHeader.HEADER;

  private final PacketPool pool;
  private final Counters counters;
  private final RateLimit limit;
  private final Ipv4Path path;
  private final Endpoint to = new Endpoint();

  /**
   * @param limit of errors and resets alike. RFC 1812 4.3.2.8 (SHOULD)
   */
  public Answers(Ipv4Layer ipv4, PacketPool pool, Counters counters, RateLimit limit) {
    this.pool = pool;
    this.counters = counters;
    this.limit = limit;
    path = ipv4.path();
  }

  /**
   * Sends an ICMP message about a packet to its source, unless nothing may be said about it.
   *
   * @param rest the second word: an MTU, a gateway, or 0
   */
  void error(Packet about, int type, int code, int rest, long nowNs) {
    byte[] b = about.bytes;
    int at = about.network;
    // RFC 1812 4.3.2.7 (MUST NOT): about an ICMP error, a later fragment, what went to a group, or
    // where the source is not one host's; the last two never get here.
    if (Ipv4.fragmentOffset(b, at) != 0 || icmpError(about) || !ready(about, nowNs)) {
      return;
    }
    // RFC 1812 4.3.2.4 (MUST): from the address of the interface that it leaves by.
    to.set(about.source, 0);
    Packet packet = path.open(to) == Status.OK ? take() : null;
    if (packet == null) {
      return;
    }
    int quote = Math.min(about.end - at, MAX_QUOTE);
    int head = packet.head;
    System.arraycopy(b, at, packet.bytes, head + IcmpHeader.HEADER, quote);
    packet.end = head + IcmpHeader.HEADER + quote;
    IcmpHeader.put(packet.bytes, head, type, code, rest, packet.length());
    counters.add(Counter.ICMP_ERROR_SENT);
    path.output(packet, Ipv4.PROTOCOL_ICMP, nowNs);
  }

  private static boolean icmpError(Packet about) {
    if (Ipv4.protocol(about.bytes, about.network) != Ipv4.PROTOCOL_ICMP) {
      return false;
    }
    int type = about.length() < 1 ? 0 : IcmpHeader.type(about.bytes, about.transport);
    return Tuple.error(type) || type == IcmpHeader.REDIRECT || type == 4; // source quench
  }

  private boolean ready(Packet about, long nowNs) {
    if (limit.allow(about.source, nowNs)) {
      return true;
    }
    counters.add(Counter.ICMP_RATELIMITED);
    return false;
  }

  private Packet take() {
    Packet packet = pool.take();
    if (packet == null) {
      counters.add(Counter.POOL_EMPTY);
    }
    return packet;
  }

  /** Answers a TCP segment as its destination would where nobody listens; else with an error. */
  void refuse(Packet about, long nowNs) {
    byte[] b = about.bytes;
    if (Ipv4.protocol(b, about.network) != TcpHeader.PROTOCOL) {
      error(about, IcmpHeader.UNREACHABLE, IcmpHeader.CODE_PROHIBITED, 0, nowNs);
    } else if (resettable(b, about.transport, about.end)
        && !Ipv4.fragment(b, about.network)
        && ready(about, nowNs)) {
      path.answer(about); // from the address that it was sent to
      reset(b, about.transport, about.end, path, nowNs);
    }
  }

  /**
   * Answers a TCP segment over IPv6 as its destination would where nobody listens.
   *
   * @param at where its header is
   * @param back a path that answers in the destination's name
   */
  void refuse(Packet about, int at, Path back, long nowNs) {
    byte[] b = about.bytes;
    int source = about.network + Ipv6.SOURCE;
    if (!resettable(b, at, about.end)) {
      return;
    }
    if (!limit.allow(Bytes.i64(b, source), Bytes.i64(b, source + 8), nowNs)) {
      counters.add(Counter.ICMP_RATELIMITED);
      return;
    }
    back.answer(about);
    reset(b, at, about.end, back, nowNs);
  }

  /** Whether it is a segment. RFC 9293 3.10.7.1: a reset is never sent for a reset. */
  private static boolean resettable(byte[] b, int at, int end) {
    return end - at >= TcpHeader.BYTES && (Bytes.u8(b, at + TcpHeader.FLAGS) & TcpHeader.RST) == 0;
  }

  private void reset(byte[] b, int at, int end, Path back, long nowNs) {
    Packet packet = take();
    if (packet == null) {
      return;
    }
    int flags = Bytes.u8(b, at + TcpHeader.FLAGS);
    boolean acknowledged = (flags & TcpHeader.ACK) != 0;
    int length = end - at - TcpHeader.length(b, at);
    length += (flags & TcpHeader.SYN) != 0 ? 1 : 0;
    length += (flags & TcpHeader.FIN) != 0 ? 1 : 0;
    byte[] p = packet.bytes;
    int head = packet.head;
    Bytes.zero(p, head, TcpHeader.BYTES);
    Bytes.put16(p, head, Bytes.u16(b, at + TcpHeader.DESTINATION_PORT));
    Bytes.put16(p, head + TcpHeader.DESTINATION_PORT, Bytes.u16(b, at));
    if (acknowledged) {
      Bytes.put32(p, head + TcpHeader.SEQUENCE, Bytes.i32(b, at + TcpHeader.ACKNOWLEDGMENT));
    } else {
      int next = Bytes.i32(b, at + TcpHeader.SEQUENCE) + length;
      Bytes.put32(p, head + TcpHeader.ACKNOWLEDGMENT, next);
    }
    Bytes.put8(p, head + TcpHeader.OFFSET, TcpHeader.BYTES << 2);
    Bytes.put8(p, head + TcpHeader.FLAGS, TcpHeader.RST | (acknowledged ? 0 : TcpHeader.ACK));
    packet.end = head + TcpHeader.BYTES;
    int sum = back.pseudoHeaderSum(TcpHeader.PROTOCOL, TcpHeader.BYTES);
    sum = Checksum.finish(sum + Bytes.sum(p, head, TcpHeader.BYTES));
    Bytes.put16(p, head + TcpHeader.CHECKSUM, sum);
    back.output(packet, TcpHeader.PROTOCOL, nowNs);
  }
}
