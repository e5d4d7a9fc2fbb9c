// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.buffer.Packet;
import dev.tulle.buffer.PacketPool;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Interface;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import dev.tulle.wire.Ipv4;

/**
 * Sends datagrams that are larger than their path: from a few long packets, fragment by fragment.
 *
 * <p>The first fragment asks for the neighbour's link address, and the others wait here until it is
 * known: a neighbour's queue is too short for them. They wait too where the pool is empty.
 *
 * <p>Fragments may be fragmented again (DF is not set, as Linux does). Their identification counts
 * for each pair of addresses from a number that a stranger cannot guess, and what others are sent
 * tells nothing about it: RFC 7739 5.3. It comes again after 65,536 datagrams; who sends that many
 * within the two minutes that a fragment may live must send smaller ones (RFC 6864 4.3). Source:
 * RFC 791 3.2, RFC 1122 3.3.5.
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
    long start = hash.begin().add(addresses).end();
    return (int) start + counts[(int) (start >>> 32) & COUNTS - 1]++ & 0xFFFF;
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
      }
    }
    waiting = kept;
  }

  private void keep(int to, int from) {
    packets[to] = packets[from];
    offsets[to] = offsets[from];
    identifications[to] = identifications[from];
    pieces[to] = pieces[from];
    vias[to] = vias[from];
    nextHops[to] = nextHops[from];
    deadlines[to] = deadlines[from];
  }

  /** Sends fragments of one packet; answers whether these were the last. */
  private boolean sent(int i, long nowNs) {
    Packet packet = packets[i];
    int at = packet.head;
    int header = Ipv4.headerLength(packet.bytes, at);
    int length = packet.length() - header;
    while (offsets[i] < length) {
      if (offsets[i] > 0 && !vias[i].ready(nextHops[i])) {
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
      byte[] b = piece.bytes;
      int head = piece.head - header;
      System.arraycopy(packet.bytes, at, b, head, header);
      System.arraycopy(packet.bytes, at + header + offset, b, piece.head, n);
      if (offset > 0) {
        Ipv4.keepCopiedOptions(b, head);
      }
      boolean more = offset + n < length || Ipv4.moreFragments(packet.bytes, at);
      int place = offset + (Ipv4.fragmentOffset(packet.bytes, at) << 3);
      Ipv4.putFragment(b, head, header + n, identifications[i], place, more);
      piece.network = head;
      piece.head = head;
      piece.end = head + header + n;
      offsets[i] = offset + n;
      counters.add(Counter.FRAG_SENT);
      vias[i].output(piece, nextHops[i], nowNs);
    }
    return true;
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
