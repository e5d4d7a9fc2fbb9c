// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.buffer.Packet;
import dev.tulle.buffer.PacketPool;
import dev.tulle.nd.Ipv6Port;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Interface;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import dev.tulle.wire.Ipv4;
import dev.tulle.wire.Ipv6;

/**
 * Sends datagrams that are larger than their path: from a few long packets, fragment by fragment.
 *
 * <p>The first fragment asks for the neighbour's link address, and the others wait here until it is
 * known: a neighbour's queue is too short for them. They wait too where the pool is empty.
 *
 * <p>Those of IPv4 may be fragmented again (DF is not set, as Linux does). Identification counts
 * for each pair of addresses from a number that a stranger cannot guess, and what others are sent
 * tells nothing about it: RFC 7739 5.3. It comes again after 65,536 datagrams; who sends that many
 * within the two minutes that a fragment may live must send smaller ones (RFC 6864 4.3). Over IPv6
 * it has 32 bits. Source: RFC 791 3.2, RFC 1122 3.3.5, RFC 8200 4.5.
 */
public final class Fragmenter implements Part {
  /** Counters of identifications; pairs of addresses share them by a keyed hash. */
  private static final int COUNTS = 64;

  /** How long fragments wait for a neighbour: as long as it is asked, and no longer for a pool. */
  private static final long PATIENCE_NS = 4_000_000_000L;

  /** When to try again where the pool was empty. */
  private static final long RETRY_NS = 1_000_000L;

  private static final int LINK_HEADERS = 18;

  private final PacketPool whole;
  private final PacketPool pool;
  private final KeyedHash hash;
  private final Counters counters;
  private final int[] counts = new int[COUNTS];

  // What is not sent yet: the packet, from where on, and where to; the oldest first.
  private final Packet[] packets;
  private final int[] offsets;
  private final int[] identifications;
  private final int[] pieces;

  /** Of IPv6; null for packets of IPv4, which have the next two. */
  private final Ipv6Port[] ports;

  private final Interface[] vias;
  private final int[] nextHops;
  private final long[] deadlines;
  private int waiting;
  private long deadlineNs = NEVER;

  /**
   * @param packets how many long packets there are, each of 65 KB
   * @param pool of the packets for fragments
   */
  public Fragmenter(int packets, PacketPool pool, KeyedHash hash, Counters counters) {
    whole = new PacketPool(packets, LINK_HEADERS + 0xFFFF);
    this.pool = pool;
    this.hash = hash;
    this.counters = counters;
    this.packets = new Packet[packets];
    offsets = new int[packets];
    identifications = new int[packets];
    pieces = new int[packets];
    ports = new Ipv6Port[packets];
    vias = new Interface[packets];
    nextHops = new int[packets];
    deadlines = new long[packets];
  }

  /** A packet for 65,535 octets, or null where all wait. */
  public Packet take() {
    return whole.take();
  }

  /**
   * Sends a packet of {@link #take} in fragments; consumes it. Its header is at {@code head}.
   *
   * @return false where the packet is another's: it stays the caller's, and fits its path
   */
  boolean output(Packet packet, Ipv4Path path, long nowNs) {
    if (!whole.owns(packet)) {
      return false;
    }
    add(packet, path.payloadBytes(), path.via, path.nextHop, identification(packet), nowNs);
    return true;
  }

  /** The same over IPv6. */
  boolean output(Packet packet, Ipv6Path path, long nowNs) {
    if (!whole.owns(packet)) {
      return false;
    }
    path.addTo(hash.begin());
    int room = path.payloadBytes() - Ipv6.FRAGMENT_HEADER;
    ports[waiting] = path.via;
    add(packet, room, null, 0, next(hash.end()), nowNs);
    return true;
  }

  /**
   * Sends another's packet, copied into one of {@link #take}, in fragments; consumes it. It may be
   * a fragment already; one that reaches beyond a datagram's end is dropped.
   *
   * @param anew whether the identification is chosen here, since the source is translated: RFC 6864
   *     5.3.1 (MUST)
   */
  public void forward(Packet packet, Interface via, int nextHop, boolean anew, long nowNs) {
    byte[] b = packet.bytes;
    int at = packet.head;
    int header = Ipv4.headerLength(b, at);
    // Beyond the last octet that a datagram can have, places begin anew: the pieces would claim
    // others than the fragment does.
    if (packet.length() - header > 0xFFFF - (Ipv4.fragmentOffset(b, at) << 3)) {
      counters.add(Counter.FRAG_TOOBIG);
      whole.release(packet);
      return;
    }
    int id = anew ? identification(packet) : Ipv4.identification(b, at);
    add(packet, via.mtu() - header, via, nextHop, id, nowNs);
  }

  private void add(Packet packet, int room, Interface via, int nextHop, int id, long nowNs) {
    int i = waiting++;
    packets[i] = packet;
    offsets[i] = 0;
    pieces[i] = room & ~7;
    vias[i] = via;
    nextHops[i] = nextHop;
    deadlines[i] = nowNs + PATIENCE_NS;
    identifications[i] = id;
    send(nowNs);
  }

  private int identification(Packet packet) {
    byte[] b = packet.bytes;
    long source = Ipv4.source(b, packet.head);
    long addresses = source << 32 | Ipv4.destination(b, packet.head) & 0xFFFFFFFFL;
    return next(hash.begin().add(addresses).end()) & 0xFFFF;
  }

  private int next(long start) {
    return (int) start + counts[(int) (start >>> 32) & COUNTS - 1]++;
  }

  /** Sends what can be sent now, and gives up what has waited too long. */
  private void send(long nowNs) {
    deadlineNs = NEVER;
    int kept = 0;
    for (int i = 0; i < waiting; i++) {
      boolean done = sent(i, nowNs);
      if (!done && deadlines[i] - nowNs > 0) {
        deadlineNs = Math.min(deadlineNs, deadlines[i]);
        keep(kept++, i);
      } else {
        if (!done) {
          counters.add(Counter.FRAG_UNSENT);
        }
        whole.release(packets[i]);
        ports[i] = null;
      }
    }
    waiting = kept;
  }

  private void keep(int to, int from) {
    packets[to] = packets[from];
    offsets[to] = offsets[from];
    identifications[to] = identifications[from];
    pieces[to] = pieces[from];
    Ipv6Port port = ports[from];
    ports[from] = null;
    ports[to] = port;
    vias[to] = vias[from];
    nextHops[to] = nextHops[from];
    deadlines[to] = deadlines[from];
  }

  /** Sends fragments of one packet; answers whether these were the last. */
  private boolean sent(int i, long nowNs) {
    Packet packet = packets[i];
    int at = packet.head;
    Ipv6Port port = ports[i];
    int header = port == null ? Ipv4.headerLength(packet.bytes, at) : Ipv6.HEADER;
    int length = packet.length() - header;
    if (port != null && !port.leadsTo(packet.bytes, at)) {
      counters.add(Counter.IP_NO_ROUTE);
      return true;
    }
    while (offsets[i] < length) {
      if (offsets[i] > 0 && !(port == null ? vias[i].ready(nextHops[i]) : port.ready())) {
        return false;
      }
      Packet piece = pool.take();
      if (piece == null) {
        counters.add(Counter.POOL_EMPTY);
        deadlineNs = nowNs + RETRY_NS;
        return false;
      }
      int offset = offsets[i];
      int n = Math.min(length - offset, pieces[i]);
      System.arraycopy(packet.bytes, at + header + offset, piece.bytes, piece.head, n);
      piece.end = piece.head + n;
      offsets[i] = offset + n;
      counters.add(Counter.FRAG_SENT);
      if (port == null) {
        head(piece, packet, header, offset, identifications[i]);
        vias[i].output(piece, nextHops[i], nowNs);
      } else {
        head6(piece, packet, offset, identifications[i]);
        port.output(piece, port.routers.nextHigh, port.routers.nextLow, nowNs);
      }
    }
    return true;
  }

  private static void head(Packet piece, Packet of, int header, int offset, int id) {
    byte[] b = piece.bytes;
    int at = piece.head - header;
    int end = header + offset + piece.length();
    System.arraycopy(of.bytes, of.head, b, at, header);
    if (offset > 0) {
      Ipv4.keepCopiedOptions(b, at);
    }
    boolean more = end < of.length() || Ipv4.moreFragments(of.bytes, of.head);
    int place = offset + (Ipv4.fragmentOffset(of.bytes, of.head) << 3);
    Ipv4.putFragment(b, at, piece.end - at, id, place, more);
    piece.network = at;
    piece.head = at;
  }

  private static void head6(Packet piece, Packet of, int offset, int id) {
    byte[] b = piece.bytes;
    int header = piece.head - Ipv6.FRAGMENT_HEADER;
    int at = header - Ipv6.HEADER;
    boolean more = Ipv6.HEADER + offset + piece.length() < of.length();
    System.arraycopy(of.bytes, of.head, b, at, Ipv6.HEADER);
    Ipv6.putFragment(b, at, piece.end - header, offset, more, id);
    piece.network = at;
    piece.head = at;
  }

  @Override
  public long poll(long nowNs) {
    if (waiting > 0) {
      send(nowNs);
    }
    return deadlineNs;
  }

  @Override
  public long deadlineNs() {
    return deadlineNs;
  }
}
