// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.buffer.Packet;
import dev.tulle.link.Link;
import dev.tulle.link.MergedFrames;
import dev.tulle.link.MergingLink;
import dev.tulle.stack.Status;
import dev.tulle.wire.Ethernet;
import org.teavm.interop.Address;

/**
 * An existing interface, through two packet sockets: one receives with a header that tells what
 * offloads did to the frame, which {@link MergedFrames} undoes, and one sends without.
 *
 * <p>An interface that goes away or is set down answers {@link Status#LINK_DOWN} from then on.
 * Source: packet(7).
 */
final class PosixInterface implements Link, MergingLink.Sender {
  private static final int SOURCE = 6;

  private final byte[] name;
  private final int receiver;
  private final int sender;
  private final int frameBytes;
  private final MergedFrames merged = new MergedFrames();
  private boolean addressKnown;
  private boolean down;

  PosixInterface(byte[] name, int receiver, int sender) {
    this.name = name;
    this.receiver = receiver;
    this.sender = sender;
    frameBytes = Posix.frameBytes(Address.ofObject(name));
  }

  @Override
  public int frameBytes() {
    return frameBytes;
  }

  @Override
  public int receive(Packet packet, long nowNs) {
    while (true) {
      int octets = merged.next(packet);
      if (octets > 0) {
        return octets;
      }
      if (down) {
        return Status.LINK_DOWN;
      }
      int room = merged.bytes.length;
      octets = Posix.receive(receiver, Address.ofObject(merged.bytes), 0, room);
      if (octets > 0) {
        merged.take(octets);
      } else if (octets == 0 || temporary(octets)) {
        return 0;
      } else if (Posix.error(octets) != Posix.INVALID) { // merged in a way that has no words
        down = true; // the system tells it only once
      }
    }
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
