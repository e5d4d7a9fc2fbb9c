// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nd;

import dev.tulle.buffer.Packet;
import dev.tulle.link.NeighbourInfo;
import dev.tulle.stack.Counter;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Ethernet;
import dev.tulle.wire.Icmpv6Header;
import dev.tulle.wire.Ipv6;

/**
 * The link addresses of a port's IPv6 neighbours, whether they are still there, and the packets
 * that wait for one.
 *
 * <p>A bounded table in sets of {@link #WAYS} entries under a keyed hash. Half the entries of a set
 * may be unanswered, so a scan leaves those that are known alone (RFC 6583 7.1), and who merely
 * asks for us pushes out nobody who is in use. Source: RFC 4861 7.2, 7.3.
 */
public final class Neighbours6 implements Part {
  public static final int WAYS = 8;

  private static final int INCOMPLETE_WAYS = WAYS / 2;

  // RFC 4861 10: MAX_MULTICAST_SOLICIT and MAX_UNICAST_SOLICIT
  private static final int QUESTIONS = 3;

  private static final long DELAY_FIRST_PROBE_NS = 5_000_000_000L;

  private static final int SOLICITATION = 24;

  private final Ipv6Port port;
  private final KeyedHash hash;
  private final Neighbour6[] table;
  private final int waitingEach;

  /** Where the last packet went: most packets go where the one before went. */
  private Neighbour6 last;

  private long deadlineNs = NEVER;

  /**
   * @param sets a power of two; there are {@link #WAYS} entries in each
   * @param waitingEach packets kept for a neighbour that is being asked, at least 1
   */
  public Neighbours6(Ipv6Port port, int sets, int waitingEach, KeyedHash hash) {
    this.port = port;
    this.waitingEach = waitingEach;
    this.hash = hash;
    table = new Neighbour6[sets * WAYS];
    for (int i = 0; i < table.length; i++) {
      table[i] = new Neighbour6();
    }
    last = table[0];
    port.neighbours = this;
  }

  /** Sends a packet to a unicast address on this link, now or later; consumes it. */
  void output(Packet packet, long high, long low, long nowNs) {
    Neighbour6 n = last;
    if (!n.is(high, low)) {
      n = find(high, low);
      if (n == null) {
        n = take(high, low, true);
        n.state = Neighbour6.INCOMPLETE;
        n.waiting.add(packet);
        n.usedNs = nowNs;
        ask(n, nowNs);
        last = n;
        return;
      }
      last = n;
    }
    n.usedNs = nowNs;
    if (n.state == Neighbour6.INCOMPLETE) {
      // RFC 4861 7.2.2: a full queue loses its oldest.
      if (n.waiting.length() == waitingEach) {
        dropOldest(n);
      }
      n.waiting.add(packet);
      return;
    }
    if (n.state == Neighbour6.REACHABLE && n.deadlineNs - nowNs <= 0) {
      n.state = Neighbour6.STALE;
    }
    if (n.state == Neighbour6.STALE) {
      n.state = Neighbour6.DELAY;
      until(n, nowNs + DELAY_FIRST_PROBE_NS);
    }
    transmit(packet, n, nowNs);
  }

  /** How many entries there are, used or not. */
  public int size() {
    return table.length;
  }

  /** Fills in what an entry has; whether it is used. */
  public boolean look(int index, NeighbourInfo to) {
    Neighbour6 n = table[index];
    to.address = 0;
    to.high = n.high;
    to.low = n.low;
    to.mac = n.mac;
    to.state = n.state; // the same numbers
    return n.state != Neighbour6.FREE;
  }

  /** Whether a packet for an address would be sent at once. */
  boolean known(long high, long low) {
    Neighbour6 n = find(high, low);
    return n != null && n.state > Neighbour6.INCOMPLETE;
  }

  private void transmit(Packet packet, Neighbour6 n, long nowNs) {
    port.port.send(packet, (int) (n.mac >>> 32), (int) n.mac, Ethernet.TYPE_IPV6, nowNs);
  }

  /**
   * A neighbour's packet told its link address. RFC 4861 7.2.3, 6.3.4, 8.3.
   *
   * @param mac -1 where it told none: then nothing changes but that it may be a router
   */
  void heard(long high, long low, long mac, boolean router, long nowNs) {
    Neighbour6 n = find(high, low);
    if (n == null && mac >= 0) {
      n = take(high, low, false);
      if (n == null) {
        port.counters.add(Counter.ND_FULL);
        return;
      }
      n.usedNs = 0;
    }
    if (n == null) {
      return;
    }
    n.router |= router;
    if (mac >= 0 && (n.state <= Neighbour6.INCOMPLETE || n.mac != mac)) {
      n.mac = mac;
      n.state = Neighbour6.STALE;
      flush(n, nowNs);
    }
  }

  /** A neighbour advertisement came about a target that is not ours. RFC 4861 7.2.5. */
  void advertised(
      long high,
      long low,
      long mac,
      boolean router,
      boolean solicited,
      boolean override,
      long nowNs) {
    Neighbour6 n = find(high, low);
    if (n == null || n.state == Neighbour6.INCOMPLETE && mac < 0) {
      port.counters.add(Counter.ND_IGNORED);
      return;
    }
    boolean other = mac >= 0 && n.mac != mac;
    if (n.state == Neighbour6.INCOMPLETE) {
      other = true;
    } else if (other && !override) {
      port.counters.add(Counter.ND_IGNORED);
      if (n.state == Neighbour6.REACHABLE) {
        n.state = Neighbour6.STALE;
      }
      return;
    }
    if (other) {
      n.mac = mac;
    }
    if (solicited) {
      reached(n, nowNs);
    } else if (other) {
      n.state = Neighbour6.STALE;
    }
    if (n.router && !router) {
      port.routers.remove(high, low); // RFC 4861 7.2.5 (MUST): it has ceased to be one
    }
    n.router = router;
    flush(n, nowNs);
  }

  /** A transport knows that packets reach a neighbour: it need not be asked. RFC 4861 7.3.1. */
  public void confirmed(long high, long low, long nowNs) {
    Neighbour6 n = find(high, low);
    if (n != null && n.state >= Neighbour6.STALE) {
      reached(n, nowNs);
    }
  }

  private void reached(Neighbour6 n, long nowNs) {
    n.state = Neighbour6.REACHABLE;
    n.deadlineNs = nowNs + port.reachableNs();
    port.routers.reachable(n.high, n.low);
  }

  private void flush(Neighbour6 n, long nowNs) {
    Packet packet;
    while ((packet = n.waiting.poll()) != null) {
      transmit(packet, n, nowNs);
    }
  }

  private int set(long high, long low) {
    return (int) hash.begin().add(high).add(low).end() * WAYS & table.length - 1;
  }

  private Neighbour6 find(long high, long low) {
    int from = set(high, low);
    for (int i = from; i < from + WAYS; i++) {
      if (table[i].is(high, low)) {
        return table[i];
      }
    }
    return null;
  }

  /**
   * Makes the entry that is missed least that of another address.
   *
   * @param asking whether we want to send there; otherwise null where every entry is in use
   */
  private Neighbour6 take(long high, long low, boolean asking) {
    Neighbour6 known = null;
    Neighbour6 unanswered = null;
    int incomplete = 0;
    int from = set(high, low);
    for (int i = from; i < from + WAYS; i++) {
      Neighbour6 n = table[i];
      if (n.state == Neighbour6.INCOMPLETE) {
        incomplete++;
        unanswered = older(unanswered, n);
      } else {
        known = older(known, n);
      }
    }
    // Fewer than all are unanswered, so there is a known or a free entry.
    boolean inUse = known.state != Neighbour6.FREE && known.usedNs != 0;
    Neighbour6 n = known;
    if (!asking && inUse) {
      return null;
    }
    if (asking && unanswered != null && (inUse || incomplete >= INCOMPLETE_WAYS)) {
      n = unanswered;
      port.counters.add(Counter.ND_FULL);
      while (n.waiting.length() > 0) {
        dropOldest(n);
      }
    }
    n.high = high;
    n.low = low;
    n.state = Neighbour6.FREE;
    n.router = false;
    n.questions = 0;
    return n;
  }

  private static Neighbour6 older(Neighbour6 a, Neighbour6 b) {
    if (a == null || b.state == Neighbour6.FREE) {
      return b;
    }
    return a.state != Neighbour6.FREE && b.usedNs < a.usedNs ? b : a;
  }

  private void dropOldest(Neighbour6 n) {
    port.counters.add(Counter.ND_QUEUE_FULL);
    port.pool.release(n.waiting.poll());
  }

  private void until(Neighbour6 n, long timeNs) {
    n.deadlineNs = timeNs;
    deadlineNs = Math.min(deadlineNs, timeNs);
  }

  /** Sends the next solicitation, to all who may have the address or to who had it. */
  private void ask(Neighbour6 n, long nowNs) {
    n.questions++;
    until(n, nowNs + port.retransNs());
    boolean all = n.state == Neighbour6.INCOMPLETE;
    Address6 source = port.addresses.select(n.high, n.low);
    if (source == null) {
      return; // RFC 4861 7.2.2: the unspecified address is for duplicate detection alone
    }
    Packet packet =
        port.message(Icmpv6Header.NEIGHBOUR_SOLICITATION, SOLICITATION + Icmpv6Header.LINK_OPTION);
    if (packet == null) {
      return;
    }
    byte[] b = packet.bytes;
    int at = packet.head;
    Bytes.put64(b, at + 8, n.high);
    Bytes.put64(b, at + 16, n.low);
    Icmpv6Header.putLinkAddress(
        b, at + SOLICITATION, Icmpv6Header.OPTION_SOURCE_LINK, port.port.mac());
    if (all) {
      port.send(packet, source, Ipv6.LINK_GROUP, Ipv6.solicitedNode(n.low), -1, nowNs);
    } else {
      port.send(packet, source, n.high, n.low, n.mac, nowNs);
    }
  }

  @Override
  public long poll(long nowNs) {
    if (deadlineNs - nowNs > 0) {
      return deadlineNs;
    }
    deadlineNs = NEVER;
    for (int i = 0; i < table.length; i++) {
      Neighbour6 n = table[i];
      if (n.state == Neighbour6.INCOMPLETE || n.state >= Neighbour6.DELAY) {
        if (n.deadlineNs - nowNs <= 0) {
          expire(n, nowNs);
        }
        if (n.state == Neighbour6.INCOMPLETE || n.state >= Neighbour6.DELAY) {
          deadlineNs = Math.min(deadlineNs, n.deadlineNs);
        }
      }
    }
    return deadlineNs;
  }

  private void expire(Neighbour6 n, long nowNs) {
    if (n.state == Neighbour6.DELAY) {
      n.state = Neighbour6.PROBE;
      n.questions = 0;
    }
    if (n.questions < QUESTIONS) {
      ask(n, nowNs);
      return;
    }
    // RFC 4861 7.3.3: the entry goes, so that the next packet looks for another way.
    n.state = Neighbour6.FREE;
    port.routers.unreachable(n.high, n.low);
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
