// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.link;

import dev.tulle.buffer.Packet;
import dev.tulle.buffer.PacketPool;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import dev.tulle.wire.Arp;
import dev.tulle.wire.Ethernet;
import dev.tulle.wire.Ipv4;

/**
 * The link addresses of a port's neighbours, found by ARP, and the packets that wait for one.
 *
 * <p>A bounded table in sets of {@link #WAYS} entries; a keyed hash chooses the set, so a stranger
 * cannot crowd one out. Who is asked and does not answer is forgotten; the next packet asks again.
 * Whose confirmation is old is asked by unicast while packets still flow, and forgotten if silent.
 *
 * <p>Nothing is believed that was not asked for, with two exceptions: who asks for our address is
 * about to be answered, so its own is learnt where that pushes out nobody in use; and a known
 * address that turns up with another link address makes us ask the old one again. Source: RFC 826,
 * RFC 1122 2.3.2.
 */
public final class Neighbours implements Part {
  /** Entries in which an address may be. */
  public static final int WAYS = 8;

  /** How many of them may wait for an answer, so that a scan leaves the known ones alone. */
  private static final int INCOMPLETE_WAYS = WAYS / 2;

  // RFC 1122 2.3.2.1: no more than one request a second for a destination; SHOULD.
  private static final long RETRY_NS = 1_000_000_000L;

  private static final int REQUESTS = 3;

  // RFC 1122 2.3.2.1: a timeout on the order of a minute.
  private static final long REACHABLE_NS = 60_000_000_000L;

  private final EthernetPort port;
  private final PacketPool pool;
  private final Counters counters;
  private final Neighbour[] table;
  private final int waitingEach;
  private final KeyedHash hash;
  private AddressConflict conflict;

  /** Where the last packet went: most packets go where the one before went. */
  private Neighbour last;

  private long deadlineNs = NEVER;

  /**
   * @param sets a power of two; there are {@link #WAYS} entries in each
   * @param waitingEach packets kept for a neighbour that is being asked, at least 1; since half the
   *     entries at most wait, {@code sets * WAYS / 2 * waitingEach} packets may be held
   */
  public Neighbours(EthernetPort port, int sets, int waitingEach, KeyedHash hash) {
    this.port = port;
    this.pool = port.pool;
    this.counters = port.counters;
    this.waitingEach = waitingEach;
    this.hash = hash;
    table = new Neighbour[sets * WAYS];
    for (int i = 0; i < table.length; i++) {
      table[i] = new Neighbour();
    }
    last = table[0];
  }

  /** Adds the feature that detects other users of our address; once, at assembly. */
  void attach(AddressConflict conflict) {
    this.conflict = conflict;
  }

  /** Sends an IPv4 packet to a unicast address on this link, now or later; consumes it. */
  void output(Packet packet, int nextHop, long nowNs) {
    Neighbour n = last;
    if (n.address != nextHop) {
      n = find(nextHop);
      if (n == null) {
        n = victim(nextHop, true);
        n.address = nextHop;
        n.state = Neighbour.INCOMPLETE;
        n.requests = 0;
        ask(n, nowNs);
      }
      last = n;
    }
    n.usedNs = nowNs;
    if (n.state == Neighbour.INCOMPLETE) {
      // RFC 1122 2.3.2.2: keep at least the latest packet.
      if (n.waiting.length() == waitingEach) {
        dropOldest(n);
      }
      n.waiting.add(packet);
      return;
    }
    if (n.state == Neighbour.REACHABLE && n.deadlineNs - nowNs <= 0) {
      probe(n, nowNs);
    }
    port.send(packet, n.macHigh, n.macLow, Ethernet.TYPE_IPV4, nowNs);
  }

  /** Processes an ARP packet; answers the counter of why it was dropped, or -1. */
  int arrive(Packet packet, int sourceHigh, int sourceLow, long nowNs) {
    byte[] b = packet.bytes;
    int at = packet.head;
    int length = packet.length();
    if (length < Arp.FIXED || length < Arp.claimedLength(b, at)) {
      return Counter.ARP_SHORT;
    }
    if (!Arp.valid(b, at)) {
      return Counter.ARP_BAD;
    }
    if (Arp.senderHigh(b, at) != sourceHigh || Arp.senderLow(b, at) != sourceLow) {
      return Counter.ARP_BADADDR;
    }
    int claimed = Arp.senderAddress(b, at);
    int wanted = Arp.targetAddress(b, at);
    boolean asked = Arp.operation(b, at) == Arp.REQUEST;
    if (conflict != null) {
      conflict.arrive(claimed, wanted, asked, nowNs);
    }
    boolean forUs = asked && wanted != 0 && wanted == port.address;
    if (claimed != 0) { // RFC 5227 1.1: zero is a probe, to be answered but not learnt
      if (claimed == port.address) {
        return Counter.ARP_CONFLICT;
      }
      if (!Ipv4.unicast(claimed) || !port.onLink(claimed) || port.broadcast(claimed)) {
        return Counter.ARP_BADADDR;
      }
      learn(claimed, forUs, sourceHigh, sourceLow, nowNs);
    }
    if (forUs) {
      send(Arp.REPLY, sourceHigh, sourceLow, wanted, claimed, nowNs);
    }
    return -1;
  }

  private void learn(int address, boolean create, int high, int low, long nowNs) {
    Neighbour n = find(address);
    if (n == null) {
      if (!create) {
        return;
      }
      n = victim(address, false);
      if (n == null) {
        counters.add(Counter.ARP_FULL);
        return;
      }
      n.address = address;
      n.usedNs = Neighbour.UNUSED;
    } else if (n.state != Neighbour.INCOMPLETE && (n.macHigh != high || n.macLow != low)) {
      counters.add(Counter.ARP_CHANGED);
      // Confirmed less than a second ago means asked less than a second ago, perhaps.
      if (n.state == Neighbour.REACHABLE && n.deadlineNs - nowNs <= REACHABLE_NS - RETRY_NS) {
        probe(n, nowNs);
      }
      return;
    }
    n.macHigh = high;
    n.macLow = low;
    n.state = Neighbour.REACHABLE;
    n.deadlineNs = nowNs + REACHABLE_NS;
    Packet packet;
    while ((packet = n.waiting.poll()) != null) {
      port.send(packet, high, low, Ethernet.TYPE_IPV4, nowNs);
    }
  }

  /** How many entries there are, used or not. */
  public int size() {
    return table.length;
  }

  /** Fills in what an entry has; whether it is used. */
  public boolean look(int index, NeighbourInfo to) {
    Neighbour n = table[index];
    to.address = n.address;
    to.high = 0;
    to.low = 0;
    to.mac = (long) n.macHigh << 32 | n.macLow & 0xFFFFFFFFL;
    to.state =
        n.state == Neighbour.INCOMPLETE
            ? NeighbourInfo.INCOMPLETE
            : n.state == Neighbour.PROBING ? NeighbourInfo.PROBE : NeighbourInfo.REACHABLE;
    return n.address != 0;
  }

  private int set(int address) {
    return table.length == WAYS ? 0 : hash.of(address) * WAYS & (table.length - 1);
  }

  /** Whether a neighbour's link address is known. */
  boolean known(int address) {
    Neighbour n = find(address);
    return n != null && n.state != Neighbour.INCOMPLETE;
  }

  private Neighbour find(int address) {
    int from = set(address);
    for (int i = from; i < from + WAYS; i++) {
      if (table[i].address == address) {
        return table[i];
      }
    }
    return null;
  }

  /**
   * Frees the entry that is missed least in an address's set.
   *
   * @param asking whether we want to send there; otherwise null where every entry is in use
   */
  private Neighbour victim(int address, boolean asking) {
    Neighbour known = null;
    Neighbour waiting = null;
    int incomplete = 0;
    int from = set(address);
    for (int i = from; i < from + WAYS; i++) {
      Neighbour n = table[i];
      if (n.address != 0 && n.state == Neighbour.INCOMPLETE) {
        incomplete++;
        waiting = older(waiting, n);
      } else {
        known = older(known, n);
      }
    }
    // Fewer than all wait, so there is a known or a free entry.
    boolean inUse = known.usedNs > Neighbour.UNUSED;
    if (!asking) {
      return inUse ? null : known;
    }
    Neighbour n = known;
    if (waiting != null && (inUse || incomplete >= INCOMPLETE_WAYS)) {
      n = waiting;
      counters.add(Counter.ARP_FULL);
    }
    while (n.waiting.length() > 0) {
      dropOldest(n);
    }
    return n;
  }

  private static Neighbour older(Neighbour a, Neighbour b) {
    return a == null || b.usedNs < a.usedNs ? b : a;
  }

  private void dropOldest(Neighbour n) {
    counters.add(Counter.ARP_QUEUE_FULL);
    pool.release(n.waiting.poll());
  }

  private void probe(Neighbour n, long nowNs) {
    n.state = Neighbour.PROBING;
    n.requests = 0;
    ask(n, nowNs);
  }

  /** Sends the next request, to all or, where a link address is known, to its owner. */
  private void ask(Neighbour n, long nowNs) {
    n.requests++;
    n.deadlineNs = nowNs + RETRY_NS;
    deadlineNs = Math.min(deadlineNs, n.deadlineNs);
    boolean all = n.state == Neighbour.INCOMPLETE;
    send(
        Arp.REQUEST,
        all ? Ethernet.BROADCAST_HIGH : n.macHigh,
        all ? Ethernet.BROADCAST_LOW : n.macLow,
        port.address,
        n.address,
        nowNs);
  }

  /** Sends an ARP packet to a link address, which a reply also names as its target's. */
  void send(int operation, int high, int low, int sender, int target, long nowNs) {
    Packet packet = pool.take();
    if (packet == null) {
      counters.add(Counter.POOL_EMPTY);
      return;
    }
    byte[] b = packet.bytes;
    int at = packet.head;
    Arp.putFixed(b, at, operation);
    Arp.putSender(b, at, port.macHigh, port.macLow, sender);
    boolean reply = operation == Arp.REPLY;
    Arp.putTarget(b, at, reply ? high : 0, reply ? low : 0, target);
    packet.end = at + Arp.LENGTH;
    port.send(packet, high, low, Ethernet.TYPE_ARP, nowNs);
  }

  @Override
  public long poll(long nowNs) {
    if (deadlineNs - nowNs > 0) {
      return deadlineNs;
    }
    deadlineNs = NEVER;
    for (int i = 0; i < table.length; i++) {
      Neighbour n = table[i];
      if (n.address != 0 && n.state != Neighbour.REACHABLE) {
        if (n.deadlineNs - nowNs > 0) {
          deadlineNs = Math.min(deadlineNs, n.deadlineNs);
        } else if (n.requests < REQUESTS) {
          ask(n, nowNs);
        } else {
          forget(n, nowNs);
        }
      }
    }
    return deadlineNs;
  }

  private void forget(Neighbour n, long nowNs) {
    n.address = 0;
    n.usedNs = Neighbour.FREE;
    Packet packet;
    while ((packet = n.waiting.poll()) != null) {
      port.undelivered(packet, nowNs);
    }
  }

  @Override
  public long deadlineNs() {
    return deadlineNs;
  }
}
