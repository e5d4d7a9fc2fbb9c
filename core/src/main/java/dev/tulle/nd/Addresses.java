// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nd;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Icmpv6Header;
import dev.tulle.wire.Ipv6;

/**
 * The addresses of one port: asks whether anybody has one before it is used, ends those whose time
 * is over, and chooses the source of what is sent.
 *
 * <p>Source: RFC 4862 5.4, RFC 7527, RFC 6724 5.
 */
public final class Addresses implements Part {
  /** RFC 4862 5.1: DupAddrDetectTransmits. */
  private static final int QUESTIONS = 1;

  private static final int NONCE = Icmpv6Header.LINK_OPTION;
  private static final int SOLICITATION = 24;

  private final Ipv6Port port;
  private final Address6[] table;
  private long deadlineNs = NEVER;

  /**
   * @param size addresses that the port can have at most, the link-local one among them
   */
  public Addresses(Ipv6Port port, int size) {
    this.port = port;
    table = new Address6[size];
    for (int i = 0; i < size; i++) {
      table[i] = new Address6();
    }
    port.addresses = this;
  }

  /**
   * Adds an address for good, and asks for it first if need be.
   *
   * @param ask whether anybody may have it: false uses it at once
   * @return 0, {@code IN_USE} where it is there, {@code NO_RESOURCES}, {@code INVALID}
   */
  public int add(long high, long low, int prefixBits, boolean ask, long nowNs) {
    if (Ipv6.multicast(high) || Ipv6.neverOnWire(high, low)) {
      return Status.INVALID;
    }
    if (find(high, low) != null) {
      return Status.IN_USE;
    }
    Address6 a = add(high, low, prefixBits, Address6.MANUAL, nowNs);
    if (a == null) {
      return Status.NO_RESOURCES;
    }
    if (!ask) {
      a.state = Address6.PREFERRED;
    }
    if (!Ipv6.linkLocal(high)) {
      port.routers.addPrefix(high, low, prefixBits, NEVER);
    }
    return Status.OK;
  }

  /** Adds an address that a server has lent, without a prefix on the link; or for longer. */
  public void lend(long high, long low, long preferredUntilNs, long validUntilNs, long nowNs) {
    Address6 a = find(high, low);
    a = a == null ? add(high, low, 128, Address6.MANUAL, nowNs) : a;
    if (a != null) {
      extend(a, preferredUntilNs, validUntilNs);
    }
  }

  /** Adds an address that is tentative at first; null where the table is full. */
  Address6 add(long high, long low, int prefixBits, int origin, long nowNs) {
    for (int i = 0; i < table.length; i++) {
      Address6 a = table[i];
      if (a.state == Address6.FREE) {
        a.high = high;
        a.low = low;
        a.prefixBits = prefixBits;
        a.origin = origin;
        a.preferredUntilNs = NEVER;
        a.validUntilNs = NEVER;
        a.collisions = 0;
        ask(a, nowNs);
        return a;
      }
    }
    port.counters.add(Counter.ND_ADDRESSES_FULL);
    return null;
  }

  /** Begins to ask for an address. RFC 4862 5.4.2: its group is joined first. */
  void ask(Address6 a, long nowNs) {
    a.state = Address6.TENTATIVE;
    a.questions = QUESTIONS;
    // RFC 4862 5.4.2 (SHOULD): a random delay, so that hosts that start together do not collide.
    a.deadlineNs = nowNs + port.upToASecondNs();
    deadlineNs = nowNs;
    port.groups.join(Ipv6.LINK_GROUP, Ipv6.solicitedNode(a.low), nowNs);
  }

  /** Takes an address away. */
  public void remove(Address6 a, long nowNs) {
    a.state = Address6.FREE;
    port.generation++;
    port.groups.leave(Ipv6.LINK_GROUP, Ipv6.solicitedNode(a.low), nowNs);
  }

  /** The entry of an address in any state; null where it is none of ours. */
  public Address6 find(long high, long low) {
    for (int i = 0; i < table.length; i++) {
      if (table[i].is(high, low)) {
        return table[i];
      }
    }
    return null;
  }

  /** The entry at a place, from 0 up; null behind the last. Whether it counts, it says itself. */
  public Address6 at(int index) {
    return index < table.length ? table[index] : null;
  }

  /** Whether an address is ours to use. */
  public boolean ours(long high, long low) {
    Address6 a = find(high, low);
    return a != null && a.assigned();
  }

  /** Whether an address is still being asked for. */
  public boolean asking() {
    for (int i = 0; i < table.length; i++) {
      if (table[i].state == Address6.TENTATIVE) {
        return true;
      }
    }
    return false;
  }

  /** The address to send from to a destination: RFC 6724 5; null where there is none. */
  public Address6 select(long toHigh, long toLow) {
    Address6 best = null;
    long bestRank = -1;
    for (int i = 0; i < table.length; i++) {
      Address6 a = table[i];
      // A link-local address leads nowhere else.
      boolean reaches = !Ipv6.linkLocal(a.high) || Ipv6.scope(toHigh) <= Ipv6.SCOPE_LINK;
      if (a.assigned() && reaches) {
        long rank = a.rank(toHigh, toLow);
        if (rank > bestRank) {
          best = a;
          bestRank = rank;
        }
      }
    }
    return best;
  }

  /** The link-local address; null while there is none. */
  Address6 linkLocal() {
    for (int i = 0; i < table.length; i++) {
      if (table[i].assigned() && Ipv6.linkLocal(table[i].high)) {
        return table[i];
      }
    }
    return null;
  }

  /**
   * Somebody else asks for an address that we ask for too, or has it.
   *
   * @param packet the neighbour solicitation, or null for an advertisement
   */
  void claimed(Address6 a, Packet packet, int options, long nowNs) {
    byte[] b = packet == null ? null : packet.bytes;
    int at =
        b == null ? -1 : Icmpv6Header.option(b, options, packet.end, Icmpv6Header.OPTION_NONCE);
    // RFC 7527 4.2: our own question, given back by the network, says nothing.
    if (at >= 0 && a.nonce != 0 && Bytes.i64(b, at) == a.nonce) {
      return;
    }
    port.counters.add(Counter.ND_DUPLICATE);
    a.state = Address6.DUPLICATE;
    port.groups.leave(Ipv6.LINK_GROUP, Ipv6.solicitedNode(a.low), nowNs);
    if (port.slaac != null) {
      port.slaac.duplicate(a, nowNs);
    }
  }

  /** Changes how long an address is good. */
  void extend(Address6 a, long preferredUntilNs, long validUntilNs) {
    a.preferredUntilNs = preferredUntilNs;
    a.validUntilNs = validUntilNs;
    if (a.assigned()) {
      a.state = Address6.PREFERRED; // the next poll deprecates it if need be
    }
    deadlineNs = 0;
  }

  @Override
  public long poll(long nowNs) {
    if (deadlineNs - nowNs > 0) {
      return deadlineNs;
    }
    deadlineNs = NEVER;
    for (int i = 0; i < table.length; i++) {
      Address6 a = table[i];
      if (a.state != Address6.FREE) {
        step(a, nowNs);
      }
    }
    return deadlineNs;
  }

  private void step(Address6 a, long nowNs) {
    if (a.validUntilNs - nowNs <= 0) {
      remove(a, nowNs); // RFC 4862 5.5.4
      return;
    }
    if (a.state == Address6.TENTATIVE && a.deadlineNs - nowNs <= 0) {
      if (a.questions > 0) {
        a.questions--;
        question(a, nowNs);
        a.deadlineNs = nowNs + port.retransNs();
      } else {
        a.state = Address6.PREFERRED;
        port.generation++;
      }
    }
    if (a.state == Address6.PREFERRED && a.preferredUntilNs - nowNs <= 0) {
      a.state = Address6.DEPRECATED;
      port.generation++;
    }
    long next = a.state == Address6.PREFERRED ? a.preferredUntilNs : a.validUntilNs;
    deadlineNs = Math.min(deadlineNs, a.state == Address6.TENTATIVE ? a.deadlineNs : next);
  }

  /** RFC 4862 5.4.2: a solicitation from the unspecified address. */
  private void question(Address6 a, long nowNs) {
    Packet packet = port.message(Icmpv6Header.NEIGHBOUR_SOLICITATION, SOLICITATION + NONCE);
    if (packet == null) {
      return;
    }
    int at = packet.head;
    Bytes.put64(packet.bytes, at + 8, a.high);
    Bytes.put64(packet.bytes, at + 16, a.low);
    a.nonce = (long) Icmpv6Header.OPTION_NONCE << 56 | 1L << 48 | port.random.draw() & 0xFFFFFFFFL;
    Bytes.put64(packet.bytes, at + SOLICITATION, a.nonce);
    port.send(packet, null, Ipv6.LINK_GROUP, Ipv6.solicitedNode(a.low), -1, nowNs);
  }

  @Override
  public long deadlineNs() {
    return deadlineNs;
  }
}
