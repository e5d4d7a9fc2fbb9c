// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.link;

import dev.tulle.buffer.Packet;
import dev.tulle.buffer.PacketPool;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Interface;
import dev.tulle.stack.Network;
import dev.tulle.stack.Status;

/**
 * An interface on a {@link Link}: receives its frames and sends them. What is around a packet in a
 * frame, a subclass knows.
 *
 * <p>Every frame is received into one packet that belongs to the port. What escapes from the layers
 * above as an exception ends here, counted as {@code stack.internal_error}: it is a bug, but one
 * packet must not stop the machine.
 */
public abstract class Port extends Interface {
  final PacketPool pool;
  final Counters counters;

  /** Largest network-layer packet in octets: what the link carries, or less where that is known. */
  public int mtu;

  private final Link link;
  private final Packet incoming;
  private final int receiveAt;
  Network ipv4;

  /** Null where there is none. */
  Network ipv6;

  /**
   * @param header octets of a frame that are not its packet's
   * @param receiveAt where a received frame starts in its packet
   */
  Port(Link link, int header, int receiveAt, PacketPool pool, Counters counters) {
    this.link = link;
    this.receiveAt = receiveAt;
    this.pool = pool;
    this.counters = counters;
    mtu = link.frameBytes() - header;
    incoming = new Packet(receiveAt + link.frameBytes());
  }

  /** Numbers the interface, where there are several; once, at assembly. */
  public void number(int number) {
    incoming.interfaceNumber = number;
  }

  /** Adds the feature of IPv6; once, at assembly. */
  public void attachIpv6(Network ipv6) {
    this.ipv6 = ipv6;
  }

  /** The link address in the low 48 bits; 0 where links have none. */
  public abstract long mac();

  /**
   * Sends a packet to a link address; consumes it. Where links have none, address and type say
   * nothing.
   *
   * @param high the first two octets of the address, {@code low} the other four
   */
  public abstract void send(Packet packet, int high, int low, int type, long nowNs);

  /** Handles one frame and answers the counter of why it was dropped here, or -1. */
  abstract int arrive(Packet packet, long nowNs);

  @Override
  public int mtu() {
    return mtu;
  }

  @Override
  public long deadlineNs() {
    return link.deadlineNs();
  }

  @Override
  public boolean input(int budget, long nowNs) {
    Packet packet = incoming;
    for (; budget > 0; budget--) {
      packet.clear(receiveAt);
      int received = link.receive(packet, nowNs);
      if (received <= 0) {
        if (received < 0) {
          status = received;
        }
        return false;
      }
      counters.add(Counter.LINK_RECEIVED);
      int reason;
      try {
        reason = arrive(packet, nowNs);
      } catch (RuntimeException e) {
        reason = Counter.STACK_INTERNAL_ERROR;
      }
      if (reason >= 0) {
        counters.add(reason);
      }
    }
    return true;
  }

  /** Sends a whole frame; consumes it. */
  void transmit(Packet packet, long nowNs) {
    counters.add(
        link.send(packet, nowNs) == Status.OK ? Counter.LINK_SENT : Counter.LINK_SEND_FAILED);
    pool.release(packet);
  }
}
