// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.raw;

import dev.tulle.buffer.ByteRing;
import dev.tulle.buffer.Packet;
import dev.tulle.stack.Status;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Ethernet;

/**
 * A packet socket: frames of one type that have arrived wait in a ring, those to send go out at
 * once, both with their link header.
 *
 * <p>{@link PacketSockets#bind} opens one. Errors are negative {@link Status} ints.
 */
public final class PacketSocket {
  /** Instead of a type: every frame. */
  public static final int ALL = 0;

  static final int CLOSED = -1;

  int etherType = CLOSED;

  private final PacketSockets owner;
  private final ByteRing ring;
  private final byte[] header = new byte[2];
  private long lost;

  PacketSocket(PacketSockets owner, int receiveBytes) {
    this.owner = owner;
    ring = new ByteRing(receiveBytes);
  }

  /** Whether {@link #receive} has a frame. */
  public boolean readable() {
    return ring.length() > 0;
  }

  /** Frames that found no room since the socket was opened. */
  public long lost() {
    return lost;
  }

  /**
   * Takes the oldest frame; what does not fit is lost.
   *
   * @return octets, or {@code WOULD_BLOCK}
   */
  public int receive(byte[] to, int at, int room) {
    if (ring.length() == 0) {
      return etherType == CLOSED ? Status.CLOSED : Status.WOULD_BLOCK;
    }
    ring.copy(0, header, 0, 2);
    int length = Bytes.u16(header, 0);
    int taken = Math.min(length, room);
    ring.copy(2, to, at, taken);
    ring.consume(2 + length);
    return taken;
  }

  /**
   * Sends a frame, both its addresses and its type in front; one that is short is filled up.
   *
   * @return as {@code Link.send} does; {@code TOO_LARGE} where the link carries no such frame
   */
  public int send(byte[] from, int at, int length, long nowNs) {
    if (etherType == CLOSED || length < Ethernet.HEADER) {
      return Status.BAD_STATE;
    }
    if (length > owner.frameBytes()) {
      return Status.TOO_LARGE;
    }
    Packet packet = owner.outgoing;
    packet.clear(0);
    System.arraycopy(from, at, packet.bytes, 0, length);
    if (length < Ethernet.MIN_FRAME) {
      Bytes.zero(packet.bytes, length, Ethernet.MIN_FRAME - length);
    }
    packet.end = Math.max(length, Ethernet.MIN_FRAME);
    return owner.send(packet, nowNs);
  }

  /** Gives the socket back; what waits in it is lost. */
  public void close() {
    etherType = CLOSED;
    lost = 0;
    ring.clear();
  }

  /** Stores a frame of a type, if that is wanted. */
  void arrive(Packet packet, int type) {
    if (etherType == CLOSED || etherType != ALL && etherType != type) {
      return;
    }
    int length = packet.length();
    if (ring.free() < 2 + length) {
      lost++;
      return;
    }
    Bytes.put16(header, 0, length);
    ring.append(header, 0, 2);
    ring.append(packet.bytes, packet.head, length);
  }
}
