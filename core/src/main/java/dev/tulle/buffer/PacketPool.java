// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.buffer;

/**
 * A fixed number of packets, allocated once; the only source of packets for output.
 *
 * <p>Whoever takes a packet gives it back exactly once, or hands it to an {@code output} method,
 * which does. An empty pool answers null: the caller drops and counts, and whatever is reliable
 * tries again later.
 */
public final class PacketPool {
  private final int capacity;
  private Packet free;
  private int available;

  /**
   * @param packets how many packets there are
   * @param frameBytes largest frame, link header included; headroom is added
   */
  public PacketPool(int packets, int frameBytes) {
    capacity = packets;
    for (int i = 0; i < packets; i++) {
      Packet packet = new Packet(Packet.HEADROOM + frameBytes);
      packet.home = this;
      release(packet);
    }
  }

  /** An empty packet with {@link Packet#HEADROOM} octets in front, or null where none is left. */
  public Packet take() {
    Packet packet = free;
    if (packet == null) {
      return null;
    }
    free = packet.next;
    packet.next = null;
    packet.pooled = false;
    available--;
    packet.clear(Packet.HEADROOM);
    return packet;
  }

  /** Whether a packet comes from this pool. */
  public boolean owns(Packet packet) {
    return packet.home == this;
  }

  /** Gives a packet back to the pool that it came from, which may be another. */
  public void release(Packet packet) {
    if (packet.pooled) {
      throw new IllegalStateException("packet released twice");
    }
    PacketPool home = packet.home;
    packet.pooled = true;
    packet.next = home.free;
    home.free = packet;
    home.available++;
  }

  /** How many packets are in the pool now. */
  public int available() {
    return available;
  }

  /** How many packets the pool was made with. */
  public int capacity() {
    return capacity;
  }
}
