// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.buffer.Packet;
import dev.tulle.link.MergedLink;
import dev.tulle.stack.Status;
import dev.tulle.wire.Ethernet;
import org.teavm.interop.Address;

/**
 * An existing interface, through two packet sockets: one receives with a header that tells what
 * offloads did to the frame, which {@link MergedLink} undoes, and one sends without.
 *
 * <p>An interface that goes away or is set down answers {@link Status#LINK_DOWN} from then on.
 * Source: packet(7).
 */
final class PosixInterface extends MergedLink {
  private static final int SOURCE = 6;

  private final byte[] name;
  private final int receiver;
  private final int sender;
  private boolean addressKnown;
  private boolean down;

  PosixInterface(byte[] name, int receiver, int sender) {
    super(Posix.frameBytes(Address.ofObject(name)), Ethernet.HEADER);
    this.name = name;
    this.receiver = receiver;
    this.sender = sender;
  }

  @Override
  protected int read() {
    if (down) {
      return Status.LINK_DOWN;
    }
    int octets = Posix.receive(receiver, Address.ofObject(bytes), 0, bytes.length);
    if (octets >= 0 || temporary(octets)) {
      return Math.max(octets, 0);
    }
    if (Posix.error(octets) == Posix.INVALID) {
      return Status.INVALID; // merged in a way that has no words
    }
    down = true; // the system tells it only once
    return Status.LINK_DOWN;
  }

  @Override
  public int send(Packet packet, long nowNs) {
    if (!addressKnown && packet.length() >= Ethernet.HEADER) {
      addressKnown = true;
      Address octets = Address.ofObject(packet.bytes);
      Posix.hear(receiver, Address.ofObject(name), octets, packet.head + SOURCE);
    }
    return send(sender, packet);
  }

  @Override
  public int sendMerged(Packet packet) {
    return send(receiver, packet); // which is the one with a header in front
  }

  private int send(int file, Packet packet) {
    int octets = Posix.send(file, Address.ofObject(packet.bytes), packet.head, packet.length());
    if (octets >= 0) {
      return Status.OK;
    }
    if (temporary(octets)) {
      return Status.WOULD_BLOCK;
    }
    int error = Posix.error(octets);
    if (error == Posix.INVALID || error == Posix.TOO_LARGE) {
      return Status.INVALID;
    }
    down = true;
    return Status.LINK_DOWN;
  }

  private static boolean temporary(int failure) {
    int error = Posix.error(failure);
    return error == Posix.AGAIN || error == Posix.NO_ROOM;
  }
}
