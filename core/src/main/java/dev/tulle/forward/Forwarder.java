// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.forward;

import dev.tulle.buffer.Packet;
import dev.tulle.buffer.PacketPool;
import dev.tulle.ip.Forwarding;
import dev.tulle.ip.Fragmenter;
import dev.tulle.ip.Ipv4Fragments;
import dev.tulle.ip.Ipv4Layer;
import dev.tulle.ip.Routes;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Interface;
import dev.tulle.wire.Checksum;
import dev.tulle.wire.IcmpHeader;
import dev.tulle.wire.Ipv4;
import dev.tulle.wire.TcpHeader;

/**
 * Passes IPv4 packets on from one interface to another: checked, filtered, translated, one hop
 * less.
 *
 * <p>What arrives is read as it came until the very end, so that whatever is said about it to its
 * sender is about what he sent: the connection is found, then the way for the address that the
 * packet will have, then the filter is asked, and only the copy that goes out is changed. Tracking,
 * translation and filter are parts that are there or not; the first is needed by the others, and
 * takes whole datagrams only. Options are passed on, source routes are not (RFC 7126 4.3). Source:
 * RFC 1812 4.2, 5.2, 5.3.
 */
public final class Forwarder implements Forwarding {
  private final Ipv4Layer ipv4;
  private final Routes routes;
  private final PacketPool pool;
  private final Counters counters;
  private final Answers answers;
  private ConnectionTracker tracker;
  private Nat44 nat;
  private Filter filter;
  private Ipv4Fragments fragments;
  private Fragmenter fragmenter;

  /** What has just arrived, and what a rule sees of it. */
  private final Tuple read = new Tuple(null);

  private final Tuple seen = new Tuple(null);

  // Where it goes.
  private Interface via;
  private int hop;

  public Forwarder(
      Ipv4Layer ipv4, Routes routes, PacketPool pool, Counters counters, Answers answers) {
    this.ipv4 = ipv4;
    this.routes = routes;
    this.pool = pool;
    this.counters = counters;
    this.answers = answers;
  }

  /** Adds the feature of tracking connections; once, at assembly. */
  public void attach(ConnectionTracker tracker) {
    this.tracker = tracker;
  }

  /** Adds the feature of translating addresses, behind that of tracking; once, at assembly. */
  public void attach(Nat44 nat) {
    this.nat = nat;
    tracker.attach(nat);
  }

  /** Adds the feature of filtering, behind that of tracking; once, at assembly. */
  public void attach(Filter filter) {
    this.filter = filter;
  }

  /**
   * Adds the features of tracking what comes in fragments, which is put together first, and of
   * cutting what is too large for its way; once, at assembly.
   */
  public void attach(Ipv4Fragments fragments, Fragmenter fragmenter) {
    this.fragments = fragments;
    this.fragmenter = fragmenter;
  }

  @Override
  public int arrived(Packet packet, Interface from, int reason, long nowNs) {
    boolean elsewhere = reason == Counter.IP_NOTOURS;
    if (packet.group || !elsewhere && reason >= 0) {
      return reason;
    }
    // RFC 1812 5.2.3 (MUST): each of our addresses is ours, whatever the interface.
    boolean ours = !elsewhere || ipv4.ours(packet.destination);
    if (tracker != null) {
      return track(packet, from, ours, nowNs);
    }
    if (ours) {
      return Ipv4.fragment(packet.bytes, packet.network) ? Counter.IP_FRAGMENT : -1;
    }
    int refusal = way(packet, from, packet.destination, nowNs);
    return refusal >= 0 ? refusal : send(packet, null, Tuple.PLAIN, nowNs);
  }

  private int track(Packet packet, Interface from, boolean ours, long nowNs) {
    if (Ipv4.fragment(packet.bytes, packet.network)) {
      // RFC 4787 11 REQ-14 (MUST): in whatever order. Rules see whole datagrams (RFC 1858, 3128).
      if (fragments == null || ours) {
        return Counter.IP_FRAGMENT;
      }
      packet = fragments.arrived(packet, from, nowNs);
      if (packet == null) {
        return Counter.FORWARD_FRAGMENT;
      }
    }
    byte[] b = packet.bytes;
    int at = packet.network;
    if (nat != null && nat.moved()) {
      tracker.clear(); // what was said from the old address is not ours any more
    }
    int kind = read.read(b, at, packet.end);
    Tuple known = kind == Tuple.BAD ? null : tracker.find(read, nowNs);
    if (kind == Tuple.ERROR && known != null && !sound(packet, known)) {
      known = null;
    }
    Mapping target = known == null && kind == Tuple.PLAIN && nat != null ? nat.target(read) : null;
    if (ours && known == null && target == null) {
      return filter == null ? -1 : here(packet, from, kind, nowNs);
    }
    int to = packet.destination;
    if (known != null) {
      to = known.opposite.source;
    } else if (target != null) {
      to = target.address;
    }
    int refusal = way(packet, from, to, nowNs);
    if (refusal >= 0) {
      return refusal;
    }
    int state = state(packet, kind, known, nowNs);
    if (known == null && state == ConnectionTracker.INVALID && nat != null) {
      return Counter.TRACK_INVALID; // RFC 5382, 5508: what belongs to nothing is not translated
    }
    if (filter != null) {
      boolean plain = kind == Tuple.PLAIN;
      int port = target != null ? target.port : plain ? read.destinationPort : 0;
      if (plain && known != null) {
        port = known.opposite.sourcePort;
      }
      int protocol = Ipv4.protocol(b, at);
      seen.set(protocol, packet.source, plain ? read.sourcePort : 0, to, port);
      refusal = filtered(packet, from, via, state, nowNs);
      if (refusal >= 0) {
        return refusal;
      }
    }
    if (known == null && state == ConnectionTracker.NEW) {
      refusal = begin(packet, from, target, to, nowNs);
      if (refusal >= 0) {
        return refusal;
      }
      known = tracker.find(read, nowNs);
    }
    return send(packet, known, kind, nowNs);
  }

  /** Asks the filter about a packet for us; what begins nothing is for a socket to know. */
  private int here(Packet packet, Interface from, int kind, long nowNs) {
    boolean plain = kind == Tuple.PLAIN;
    int state = ConnectionTracker.RELATED;
    if (plain) {
      state = begins(packet) ? ConnectionTracker.NEW : ConnectionTracker.ESTABLISHED;
    }
    int protocol = Ipv4.protocol(packet.bytes, packet.network);
    int port = plain ? read.destinationPort : 0;
    seen.set(protocol, packet.source, plain ? read.sourcePort : 0, packet.destination, port);
    return filtered(packet, from, null, state, nowNs);
  }

  /** Asks the filter about what it sees of a packet; answers what to count, or -1. */
  private int filtered(Packet packet, Interface from, Interface out, int state, long nowNs) {
    int verdict = filter.verdict(seen, from, out, state);
    if (verdict == Filter.REJECT) {
      answers.refuse(packet, nowNs);
      return Counter.FILTER_REJECTED;
    }
    return verdict == Filter.ACCEPT ? -1 : Counter.FILTER_DROPPED;
  }

  /** Whether an ICMP error is whole, and goes to whom it is about. RFC 5508 4.2 REQ-3. */
  private static boolean sound(Packet packet, Tuple known) {
    return packet.destination == known.destination
        && Checksum.of(packet.bytes, packet.head, packet.length()) == 0;
  }

  private int state(Packet packet, int kind, Tuple known, long nowNs) {
    if (kind == Tuple.BAD || kind == Tuple.ERROR) {
      return known == null ? ConnectionTracker.INVALID : ConnectionTracker.RELATED;
    }
    if (known != null) {
      return tracker.passed(known, packet.bytes, packet.transport, packet.end, nowNs);
    }
    return begins(packet) ? ConnectionTracker.NEW : ConnectionTracker.INVALID;
  }

  /** Whether a packet of nothing known can begin a connection. */
  private boolean begins(Packet packet) {
    if (read.protocol == TcpHeader.PROTOCOL) {
      return TcpTrack.begins(packet.bytes, packet.transport);
    }
    return read.protocol != Ipv4.PROTOCOL_ICMP
        || Tuple.asks(IcmpHeader.type(packet.bytes, packet.transport));
  }

  /** Enters a new connection; answers the counter of why there is no room, or -1. */
  private int begin(Packet packet, Interface from, Mapping target, int to, long nowNs) {
    if (target != null) {
      target.uses++; // or room that is made could take it away
    }
    Flow flow = tracker.begin(read, nowNs);
    int refusal = flow == null ? tracker.refusal() : -1;
    int source = read.source;
    int port = read.sourcePort;
    Mapping mapping = null;
    // RFC 4787 6 REQ-9 (MUST): also between two that are inside, where one calls the other's
    // outside address.
    if (refusal < 0 && nat != null && !nat.outside(from) && (target != null || nat.outside(via))) {
      mapping = nat.source(read);
      if (mapping == null) {
        refusal = nat.refusal();
      } else {
        mapping.uses++;
        source = nat.address();
        port = mapping.outsidePort;
      }
    }
    if (refusal >= 0) {
      if (target != null) {
        nat.release(target);
      }
      return refusal;
    }
    int toPort = target == null ? read.destinationPort : target.port;
    flow.reply.set(read.protocol, to, toPort, source, port);
    tracker.enter(flow, mapping, target, nowNs);
    int unused = tracker.passed(flow.original, packet.bytes, packet.transport, packet.end, nowNs);
    return -1;
  }

  /**
   * Finds the way to an address, and checks whether the packet may go it.
   *
   * @return the counter of why it may not, or -1
   */
  private int way(Packet packet, Interface from, int to, long nowNs) {
    byte[] b = packet.bytes;
    int at = packet.network;
    if (!Ipv4.unicast(to)) {
      return Counter.IP_MARTIAN; // RFC 1812 5.3.7, 4.2.2.11
    }
    if (ipv4.group(to)) {
      return Counter.FORWARD_BROADCAST; // RFC 2644 (MUST): not unless somebody asks for it
    }
    if (Ipv4.timeToLive(b, at) <= 1) {
      answers.error(packet, IcmpHeader.TIME_EXCEEDED, 0, 0, nowNs); // RFC 1812 5.3.1 (MUST)
      return Counter.FORWARD_TTL;
    }
    hop = routes.nextHop(to, packet.source);
    via = hop == 0 ? null : routes.onLink(hop);
    if (via == null || via.address == to) {
      // RFC 1812 5.2.7.1 (MUST)
      answers.error(packet, IcmpHeader.UNREACHABLE, IcmpHeader.CODE_NETWORK, 0, nowNs);
      return Counter.FORWARD_NO_ROUTE;
    }
    if (packet.end - at > via.mtu() && Ipv4.dontFragment(b, at)) {
      // RFC 1191 4 (MUST): with the next hop's MTU
      int code = IcmpHeader.CODE_FRAGMENTATION_NEEDED;
      answers.error(packet, IcmpHeader.UNREACHABLE, code, via.mtu(), nowNs);
      return Counter.FORWARD_TOO_BIG;
    }
    if (via.is(from) && to == packet.destination && from.onLink(packet.source)) {
      // RFC 1812 5.2.7.2: the sender is the next hop's neighbour, and could go there by itself.
      counters.add(Counter.FORWARD_REDIRECT);
      answers.error(packet, IcmpHeader.REDIRECT, IcmpHeader.CODE_HOST, hop, nowNs);
    }
    return -1;
  }

  /** Sends a copy, translated where its connection is; answers what to count. */
  private int send(Packet packet, Tuple known, int kind, long nowNs) {
    int at = packet.network;
    int length = packet.end - at;
    boolean large = length > via.mtu();
    if (large && fragmenter == null) {
      return Counter.FORWARD_TOO_BIG;
    }
    Packet out = large ? fragmenter.take() : pool.take();
    if (out == null) {
      return Counter.POOL_EMPTY;
    }
    int head = out.head;
    out.network = head;
    out.end = head + length;
    System.arraycopy(packet.bytes, at, out.bytes, head, length);
    boolean translated = known != null && known.flow.translated();
    if (translated) {
      if (kind == Tuple.ERROR) {
        Rewriting.error(out.bytes, head, out.end, known.opposite);
      } else {
        Rewriting.mirror(out.bytes, head, out.end, known.opposite);
      }
    }
    Ipv4.countHop(out.bytes, head);
    if (large) {
      fragmenter.forward(out, via, hop, translated, nowNs);
    } else {
      via.output(out, hop, nowNs);
    }
    return Counter.FORWARD_SENT;
  }

  @Override
  public boolean undelivered(Packet packet, long nowNs) {
    byte[] b = packet.bytes;
    int at = packet.head;
    int kind = tracker == null ? Tuple.BAD : read.read(b, at, packet.end);
    if (kind == Tuple.PLAIN) {
      read.mirror();
      Tuple known = tracker.find(read, nowNs);
      if (known != null && known.flow.translated()) {
        Rewriting.as(b, at, packet.end, known.opposite);
      }
    }
    packet.source = Ipv4.source(b, at);
    if (ipv4.ours(packet.source)) {
      return false;
    }
    packet.destination = Ipv4.destination(b, at);
    packet.network = at;
    packet.transport = at + Ipv4.headerLength(b, at);
    packet.head = packet.transport;
    counters.add(Counter.FORWARD_UNREACHABLE);
    // RFC 1812 5.2.7.1 (MUST): the last router says that the host is not there.
    answers.error(packet, IcmpHeader.UNREACHABLE, IcmpHeader.CODE_HOST, 0, nowNs);
    packet.head = at;
    return true;
  }
}
