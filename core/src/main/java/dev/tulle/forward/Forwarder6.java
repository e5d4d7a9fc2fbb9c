// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.forward;

import dev.tulle.buffer.Packet;
import dev.tulle.buffer.PacketPool;
import dev.tulle.ip.Forwarding6;
import dev.tulle.ip.Icmpv6;
import dev.tulle.ip.Ipv6Layer;
import dev.tulle.ip.Path;
import dev.tulle.ip.RateLimit;
import dev.tulle.nd.Ipv6Port;
import dev.tulle.nd.Routes6;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Interface;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Checksum;
import dev.tulle.wire.IcmpHeader;
import dev.tulle.wire.Icmpv6Header;
import dev.tulle.wire.Ipv6;
import dev.tulle.wire.TcpHeader;

/**
 * Passes IPv6 packets on from one port to another, filtered, one hop less, and says why where it
 * does not.
 *
 * <p>Extension headers are not looked into: those for every hop may be ignored by a router that is
 * not told otherwise (RFC 8200 4). A filter sees packets as they are: nobody puts fragments
 * together here, so they count as invalid. Source: RFC 8200, RFC 4291 2.5.6, RFC 4443 2.4 to 3.3,
 * RFC 4861 8.2.
 */
public final class Forwarder6 implements Forwarding6 {
  private final Ipv6Layer ipv6;
  private final Icmpv6 icmp;
  private final Routes6 routes;
  private final PacketPool pool;
  private final Counters counters;
  private final RateLimit redirects;
  private final Answers answers;
  private final Path back;
  private ConnectionTracker tracker;
  private Filter filter;

  /** Whether an answer is given in the name of who would have had the packet. */
  private boolean refusing;

  /** What has just arrived, and what a rule sees of it. */
  private final Tuple read = new Tuple(null);

  private final Tuple seen = new Tuple(null);

  /**
   * @param answers resets what the filter rejects of TCP
   * @param redirects limits them: RFC 4861 8.2 (MUST)
   */
  public Forwarder6(
      Ipv6Layer ipv6,
      Icmpv6 icmp,
      Routes6 routes,
      PacketPool pool,
      Counters counters,
      Answers answers,
      RateLimit redirects) {
    this.ipv6 = ipv6;
    this.icmp = icmp;
    this.routes = routes;
    this.pool = pool;
    this.counters = counters;
    this.answers = answers;
    this.redirects = redirects;
    back = ipv6.path();
  }

  /** Adds the features of tracking connections and filtering; once, at assembly. */
  public void attach(ConnectionTracker tracker, Filter filter) {
    this.tracker = tracker;
    this.filter = filter;
  }

  @Override
  public int arrived(Packet packet, Ipv6Port from, long nowNs) {
    byte[] b = packet.bytes;
    int at = packet.network;
    long high = Bytes.i64(b, at + Ipv6.DESTINATION);
    long low = Bytes.i64(b, at + Ipv6.DESTINATION + 8);
    if (packet.group) {
      return Counter.IP_L2BCAST_UNICAST;
    }
    long sourceHigh = Bytes.i64(b, at + Ipv6.SOURCE);
    long sourceLow = Bytes.i64(b, at + Ipv6.SOURCE + 8);
    // RFC 4291 2.5.2, 2.5.6 (MUST NOT)
    if (Ipv6.linkLocal(high) || (sourceHigh | sourceLow) == 0) {
      return Counter.FORWARD_SCOPE;
    }
    if (ipv6.ours(high, low)) {
      return -1; // each of our addresses is ours, whatever the port
    }
    Ipv6Port via = routes.find(high, low, sourceHigh, sourceLow);
    if (Ipv6.linkLocal(sourceHigh)) {
      // RFC 4443 3.1: the destination would not know where that is
      icmp.tell(packet, Icmpv6Header.UNREACHABLE, Icmpv6Header.CODE_SCOPE, 0, nowNs);
      return Counter.FORWARD_SCOPE;
    }
    int hops = Ipv6.hopLimit(b, at);
    if (hops <= 1) {
      icmp.tell(packet, Icmpv6Header.TIME_EXCEEDED, 0, 0, nowNs); // RFC 4443 3.3 (MUST)
      return Counter.FORWARD_TTL;
    }
    if (via == null) {
      icmp.tell(packet, Icmpv6Header.UNREACHABLE, Icmpv6Header.CODE_NO_ROUTE, 0, nowNs);
      return Counter.FORWARD_NO_ROUTE;
    }
    int length = packet.end - at;
    if (length > via.mtu()) {
      icmp.tell(packet, Icmpv6Header.TOO_BIG, 0, via.mtu(), nowNs); // RFC 4443 3.2 (MUST)
      return Counter.FORWARD_TOO_BIG;
    }
    long nextHigh = routes.nextHigh;
    long nextLow = routes.nextLow;
    int refusal = filter == null ? -1 : filtered(packet, from, via, nowNs);
    if (refusal >= 0) {
      return refusal;
    }
    boolean better = nextLow == low && nextHigh == high || Ipv6.linkLocal(nextHigh);
    if (via.index == from.index
        && better
        && from.routers.onLink(sourceHigh, sourceLow)
        && redirects.allow(sourceHigh, sourceLow, nowNs)) {
      counters.add(Counter.FORWARD_REDIRECT);
      from.advertiser.redirect(packet, nextHigh, nextLow, nowNs);
    }
    Packet out = pool.take();
    if (out == null) {
      return Counter.POOL_EMPTY;
    }
    out.network = out.head;
    out.end = out.head + length;
    System.arraycopy(b, at, out.bytes, out.head, length);
    Bytes.put8(out.bytes, out.head + 7, hops - 1);
    via.output(out, nextHigh, nextLow, nowNs);
    return Counter.FORWARD_SENT;
  }

  /** Asks the filter, and keeps account of connections; answers what to count, or -1. */
  private int filtered(Packet packet, Ipv6Port from, Ipv6Port via, long nowNs) {
    byte[] b = packet.bytes;
    int at = packet.network;
    int upper = Tuple6.transport(b, at, packet.end);
    int kind = Tuple6.read(read, b, at, packet.end, upper);
    int transport = upper >> 8;
    Tuple known = kind == Tuple.BAD ? null : tracker.find(read, nowNs);
    if (kind == Tuple.ERROR && known != null && !sound(packet, transport)) {
      known = null;
    }
    boolean plain = kind == Tuple.PLAIN;
    int state = ConnectionTracker.INVALID;
    if (!plain) {
      state = known == null ? ConnectionTracker.INVALID : ConnectionTracker.RELATED;
    } else if (known != null) {
      state = tracker.passed(known, b, transport, packet.end, nowNs);
    } else if (begins(b, transport)) {
      state = ConnectionTracker.NEW;
    }
    int port = plain ? read.sourcePort : 0;
    seen.set(upper < 0 ? 0 : upper & 0xFF, b, at, port, plain ? read.destinationPort : 0);
    int refusal = verdict(packet, from, via.port, state, plain ? transport : 0, nowNs);
    if (refusal >= 0) {
      return refusal;
    }
    if (known == null && state == ConnectionTracker.NEW) {
      Flow flow = tracker.begin(read, nowNs);
      if (flow == null) {
        return tracker.refusal();
      }
      flow.reply.copy(read);
      flow.reply.mirror();
      tracker.enter(flow, null, null, nowNs);
      int unused = tracker.passed(flow.original, b, transport, packet.end, nowNs);
    }
    return -1;
  }

  @Override
  public int here(Packet packet, int protocol, Ipv6Port from, long nowNs) {
    if (filter == null) {
      return -1;
    }
    byte[] b = packet.bytes;
    int at = packet.network;
    int kind = Tuple6.read(read, b, at, packet.end, packet.transport << 8 | protocol);
    boolean plain = kind == Tuple.PLAIN;
    int state = ConnectionTracker.RELATED;
    if (plain) {
      boolean begins = begins(b, packet.transport);
      state = begins ? ConnectionTracker.NEW : ConnectionTracker.ESTABLISHED;
    }
    seen.set(protocol, b, at, plain ? read.sourcePort : 0, plain ? read.destinationPort : 0);
    return verdict(packet, from, null, state, plain ? packet.transport : 0, nowNs);
  }

  /**
   * Asks the filter about what it sees of a packet; answers what to count, or -1.
   *
   * @param transport where the transport's header is; 0 where it cannot be seen
   */
  private int verdict(
      Packet packet, Ipv6Port from, Interface out, int state, int transport, long nowNs) {
    int verdict = filter.verdict(seen, from.port, out, state);
    if (verdict == Filter.REJECT && seen.protocol == TcpHeader.PROTOCOL && transport > 0) {
      refusing = true;
      answers.refuse(packet, transport, back, nowNs);
      refusing = false;
      return Counter.FILTER_REJECTED;
    }
    if (verdict == Filter.REJECT) {
      icmp.tell(packet, Icmpv6Header.UNREACHABLE, Icmpv6Header.CODE_PROHIBITED, 0, nowNs);
      return Counter.FILTER_REJECTED;
    }
    return verdict == Filter.ACCEPT ? -1 : Counter.FILTER_DROPPED;
  }

  /** Whether a packet of nothing known can begin a connection. */
  private boolean begins(byte[] b, int transport) {
    if (read.protocol == TcpHeader.PROTOCOL) {
      return TcpTrack.begins(b, transport);
    }
    return read.protocol != Ipv6.ICMP || IcmpHeader.type(b, transport) == Icmpv6Header.ECHO_REQUEST;
  }

  /** Whether an ICMP error is whole, and goes to whom it is about, as {@code read} has it. */
  private boolean sound(Packet packet, int transport) {
    byte[] b = packet.bytes;
    int at = packet.network;
    int length = packet.end - transport;
    int sum = Ipv6.pseudoHeaderSum(b, at, Ipv6.ICMP, length) + Bytes.sum(b, transport, length);
    return Bytes.i64(b, at + Ipv6.DESTINATION) == read.destinationHigh
        && Bytes.i64(b, at + Ipv6.DESTINATION + 8) == read.destinationLow
        && Checksum.finish(sum) == 0;
  }

  @Override
  public boolean answersAs(long high, long low) {
    return refusing;
  }

  @Override
  public boolean undelivered(Packet packet, long nowNs) {
    byte[] b = packet.bytes;
    int at = packet.head;
    long high = Bytes.i64(b, at + Ipv6.SOURCE);
    long low = Bytes.i64(b, at + Ipv6.SOURCE + 8);
    if (ipv6.ours(high, low)) {
      return false;
    }
    Ipv6Port back = routes.find(high, low, 0, 0);
    if (back != null) {
      counters.add(Counter.FORWARD_UNREACHABLE);
      packet.network = at;
      ipv6.from(back);
      icmp.tell(packet, Icmpv6Header.UNREACHABLE, Icmpv6Header.CODE_ADDRESS, 0, nowNs);
    }
    return true;
  }
}
