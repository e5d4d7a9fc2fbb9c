// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.link;

import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import dev.tulle.wire.Arp;
import dev.tulle.wire.Ethernet;

/**
 * Finds out whether somebody else uses our IPv4 address: before we take it, and ever after.
 *
 * <p>{@link #claim} probes for an address and gives it to the port when nobody answered; {@link
 * #announce} only tells the others of the address that the port has. An address once taken is
 * defended, but never given up: its owner configured it. Source: RFC 5227.
 */
public final class AddressConflict implements Part {
  // RFC 5227 1.1: the names and numbers of its table.
  private static final int PROBE_NUM = 3;
  private static final int ANNOUNCE_NUM = 2;
  private static final int MAX_CONFLICTS = 10;
  private static final long PROBE_MIN_NS = 1_000_000_000L;
  private static final long ANNOUNCE_WAIT_NS = 2_000_000_000L;
  private static final long ANNOUNCE_INTERVAL_NS = 2_000_000_000L;
  private static final long DEFEND_INTERVAL_NS = 10_000_000_000L;
  private static final long RATE_LIMIT_INTERVAL_NS = 60_000_000_000L;

  private final EthernetPort port;
  private final Neighbours neighbours;
  private final KeyedHash random;

  /** The address that is being probed for; 0 while there is none. */
  private int candidate;

  private int candidateMask;

  /** Probes or announcements still to send. */
  private int left;

  private int conflicts;
  private long deadlineNs = NEVER;

  /** Until when a conflict is not answered again. */
  private long silentUntilNs;

  /** Watches the neighbours' ARP packets from now on; once, at assembly. */
  public AddressConflict(EthernetPort port, Neighbours neighbours, KeyedHash random) {
    this.port = port;
    this.neighbours = neighbours;
    this.random = random;
    neighbours.attach(this);
  }

  /** Starts to probe for an address, which the port has after some five seconds if it is free. */
  public void claim(int address, int mask, long nowNs) {
    candidate = address;
    candidateMask = mask;
    port.address = 0;
    left = PROBE_NUM;
    deadlineNs = nowNs + upToASecond(); // RFC 5227 2.1.1: up to PROBE_WAIT
  }

  /** Tells all neighbours which link address belongs to the port's address now. */
  public void announce(long nowNs) {
    candidate = 0;
    left = ANNOUNCE_NUM;
    deadlineNs = nowNs;
  }

  /** Stops to probe for an address, and to announce one: it is not ours to take. */
  public void drop() {
    candidate = 0;
    deadlineNs = NEVER;
  }

  /** Whether an address is being probed for and not taken yet. */
  public boolean probing() {
    return candidate != 0;
  }

  /** How often somebody else used the address that we have or want. */
  public int conflicts() {
    return conflicts;
  }

  /** Looks at an ARP packet of somebody else, well formed. */
  void arrive(int sender, int target, boolean request, long nowNs) {
    if (candidate != 0) {
      // RFC 5227 2.1.1: another's use of the address, or another's probe for it.
      if (sender == candidate || request && sender == 0 && target == candidate) {
        conflicts++;
        left = PROBE_NUM;
        deadlineNs =
            nowNs
                + (conflicts >= MAX_CONFLICTS ? RATE_LIMIT_INTERVAL_NS : PROBE_MIN_NS)
                + upToASecond();
      }
    } else if (sender != 0 && sender == port.address) {
      conflicts++;
      // RFC 5227 2.4 (c): defend at most once in an interval, and keep the address.
      if (silentUntilNs - nowNs <= 0) {
        silentUntilNs = nowNs + DEFEND_INTERVAL_NS;
        send(port.address, port.address, nowNs);
      }
    }
  }

  @Override
  public long poll(long nowNs) {
    if (deadlineNs - nowNs > 0) {
      return deadlineNs;
    }
    left--;
    if (candidate == 0) {
      send(port.address, port.address, nowNs);
      deadlineNs = left > 0 ? nowNs + ANNOUNCE_INTERVAL_NS : NEVER;
    } else if (left >= 0) {
      send(0, candidate, nowNs);
      deadlineNs = nowNs + (left > 0 ? PROBE_MIN_NS + upToASecond() : ANNOUNCE_WAIT_NS);
    } else {
      port.address = candidate;
      port.mask = candidateMask;
      announce(nowNs);
      return poll(nowNs);
    }
    return deadlineNs;
  }

  private void send(int sender, int target, long nowNs) {
    if (target == 0) {
      return; // nothing to announce yet
    }
    neighbours.send(
        Arp.REQUEST, Ethernet.BROADCAST_HIGH, Ethernet.BROADCAST_LOW, sender, target, nowNs);
  }

  private long upToASecond() {
    return (random.draw() & 0xFFFFF) * 953L;
  }

  @Override
  public long deadlineNs() {
    return deadlineNs;
  }
}
