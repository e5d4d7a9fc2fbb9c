// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.buffer.Packet;
import dev.tulle.link.Link;
import dev.tulle.stack.Status;
import org.teavm.interop.Address;

/**
 * A TAP device: a file that gives and takes one frame for each call.
 *
 * <p>A device that is set down takes no frames, as an unplugged cable does, until it is up again;
 * one that is deleted answers {@link Status#LINK_DOWN} for good.
 */
final class PosixTap implements Link {
  private final int file;
  private final int frameBytes;

  PosixTap(byte[] name, int file) {
    this.file = file;
    frameBytes = Posix.frameBytes(Address.ofObject(name));
  }

  @Override
  public int frameBytes() {
    return frameBytes;
  }

  @Override
  public int receive(Packet packet, long nowNs) {
    byte[] bytes = packet.bytes;
    int room = bytes.length - packet.head;
    int octets = Posix.receive(file, Address.ofObject(bytes), packet.head, room);
    if (octets < 0) {
      return temporary(octets) ? 0 : Status.LINK_DOWN;
    }
    packet.end = packet.head + octets;
    return octets;
  }

  @Override
  public int send(Packet packet, long nowNs) {
    return sent(Posix.send(file, Address.ofObject(packet.bytes), packet.head, packet.length()));
  }

  /** What a link answers where the system answered this. */
  static int sent(int octets) {
    if (octets >= 0) {
      return Status.OK;
    }
    return temporary(octets) ? Status.WOULD_BLOCK : Status.LINK_DOWN;
  }

  static boolean temporary(int failure) {
    int error = Posix.error(failure);
    return error == Posix.AGAIN || error == Posix.NO_ROOM || error == Posix.DOWN;
  }
}
