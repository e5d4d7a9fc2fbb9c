// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import dev.tulle.buffer.Packet;
import dev.tulle.buffer.PacketPool;
import dev.tulle.stack.Interface;
import dev.tulle.stack.Network;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * An interface without a link layer, as Linux's TUN: what it sends and receives is the script's.
 */
final class Tunnel extends Interface {
  /** As of an Ethernet link, so that the MSS is 1,460. */
  static final int MTU = 1500;

  private final Packet incoming = new Packet(0xFFFF);
  private final Deque<byte[]> queue = new ArrayDeque<>();
  private final PacketPool pool;
  private final Consumer<byte[]> sent;
  private final int mtu;
  private Network ipv4;

  /**
   * @param sent gets a copy of each packet that the host sends
   */
  Tunnel(PacketPool pool, int mtu, Consumer<byte[]> sent) {
    this.mtu = mtu;
    this.pool = pool;
    this.sent = sent;
  }

  void attach(Network network) {
    ipv4 = network;
  }

  /** Queues a packet of any size for the host. */
  void inject(byte[] packet) {
    queue.add(packet);
  }

  @Override
  public int mtu() {
    return mtu;
  }

  @Override
  public boolean input(int budget, long nowNs) {
    for (; budget > 0 && !queue.isEmpty(); budget--) {
      byte[] packet = queue.poll();
      incoming.clear(0);
      System.arraycopy(packet, 0, incoming.bytes, 0, packet.length);
      incoming.end = packet.length;
      ipv4.input(incoming, this, nowNs);
    }
    return !queue.isEmpty();
  }

  @Override
  public void output(Packet packet, int nextHop, long nowNs) {
    byte[] copy = new byte[packet.length()];
    System.arraycopy(packet.bytes, packet.head, copy, 0, copy.length);
    pool.release(packet);
    sent.accept(copy);
  }
}
