// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.buffer.Packet;
import dev.tulle.link.Link;
import dev.tulle.link.MergedFrames;
import dev.tulle.stack.Status;
import org.teavm.interop.Address;

/**
 * An existing interface through a packet socket, whose receive offloads are undone: {@link
 * MergedFrames} says why.
 */
final class PosixPacketSocket implements Link {
  private final MergedFrames merged = new MergedFrames();
  private final byte[] name;
  private final int file;
  private final int frameBytes;

  PosixPacketSocket(byte[] name, int file) {
    this.name = name;
    this.file = file;
    frameBytes = Posix.frameBytes(Address.ofObject(name));
  }

  @Override
  public int frameBytes() {
    return frameBytes;
  }

  @Override
  public int receive(Packet packet, long nowNs) {
    int octets = merged.next(packet);
    while (octets == 0) {
      byte[] bytes = merged.bytes;
      int received = Posix.receive(file, Address.ofObject(bytes), 0, bytes.length);
      if (received == 0) {
        return 0;
      }
      if (received < 0) {
        return failed(received) ? Status.LINK_DOWN : 0;
      }
      merged.take(received);
      octets = merged.next(packet);
    }
    return octets;
  }

  @Override
  public int send(Packet packet, long nowNs) {
    int octets =
        Posix.sendPlain(
            file, Address.ofObject(packet.bytes), packet.head, packet.end - packet.head);
    if (octets >= 0) {
      return Status.OK;
    }
    int error = Posix.error(octets);
    if (error == Posix.AGAIN || error == Posix.NO_ROOM) {
      return Status.WOULD_BLOCK;
    }
    return failed(octets) ? Status.LINK_DOWN : Status.UNREACHABLE;
  }

  /** Whether a failure is for good; an interface that is only down may come up again. */
  private boolean failed(int result) {
    int error = Posix.error(result);
    return error == Posix.GONE
        || (error != Posix.AGAIN && Posix.interfaceGone(Address.ofObject(name)) != 0);
  }
}
