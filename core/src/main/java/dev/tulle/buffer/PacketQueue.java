// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.buffer;

/** Packets in the order in which they were added; the links are in the packets themselves. */
public final class PacketQueue {
  private Packet first;
  private Packet last;
  private int length;

  public int length() {
    return length;
  }

  /** Appends a packet that is in no other queue and in no pool. */
  public void add(Packet packet) {
    packet.next = null;
    if (first == null) {
      first = packet;
    } else {
      last.next = packet;
    }
    last = packet;
    length++;
  }

  /** Removes the oldest packet; null where there is none. */
  public Packet poll() {
    Packet packet = first;
    if (packet != null) {
      first = packet.next;
      packet.next = null;
      length--;
    }
    return packet;
  }
}
