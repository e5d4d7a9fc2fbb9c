// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.stack;

import dev.tulle.buffer.Packet;

/**
 * A network interface as the layers above a link see it: an address, a size limit, a way in and
 * out.
 *
 * <p>Subclasses are the kinds of link layer: Ethernet, loopback, plain IP as over TUN.
 */
public abstract class Interface {
  /** Static IPv4 configuration; 0 while there is none. */
  public int address;

  public int mask;

  /** One more network whose hosts are neighbours; -1, which is no network, for none. */
  public int alsoNetwork = -1;

  public int alsoMask;

  /** {@code Status.OK}, or {@code Status.LINK_DOWN} once the link is gone for good. */
  public int status;

  /** Largest network-layer packet in octets. */
  public abstract int mtu();

  /**
   * Receives and processes at most {@code budget} frames.
   *
   * @return whether the budget was used up, so that there may be more
   */
  public abstract boolean input(int budget, long nowNs);

  /**
   * When {@link #input} has something to do without anything arriving: the deadline of the link
   * below, where that delays. A subclass with a link answers the link's.
   */
  public long deadlineNs() {
    return Part.NEVER;
  }

  /**
   * Sends an IPv4 packet to a neighbour, now or when its link address is known; consumes it.
   *
   * @param nextHop an address on this link, the limited or the subnet broadcast, or a group
   */
  public abstract void output(Packet packet, int nextHop, long nowNs);

  /** Whether a packet for a neighbour would be sent at once; a subclass that asks first says so. */
  public boolean ready(int nextHop) {
    return true;
  }

  /** Whether both are the same interface. */
  @SuppressWarnings("ReferenceEquality") // an interface is itself and no other
  public final boolean is(Interface other) {
    return this == other;
  }

  /** Whether a neighbour here can have the address. A mask of zero makes nothing on-link. */
  public final boolean onLink(int destination) {
    return mask != 0 && (destination & mask) == (address & mask)
        || (destination & alsoMask) == alsoNetwork;
  }

  /** Whether the address is the limited broadcast or this subnet's. */
  public final boolean broadcast(int destination) {
    // RFC 3021: a /31 has no broadcast address; a /32 has none either.
    return destination == -1 || (mask != 0 && mask < -2 && destination == (address | ~mask));
  }
}
