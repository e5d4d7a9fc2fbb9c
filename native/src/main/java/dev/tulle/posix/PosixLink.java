// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.buffer.Packet;
import dev.tulle.link.Link;
import dev.tulle.stack.Status;
import org.teavm.interop.Address;

/** A TAP device: a file that gives and takes one frame for each call. */
final class PosixLink implements Link {
  private final byte[] name;
  private final int file;
  private final int frameBytes;

  PosixLink(byte[] name, int file) {
    this.name = name;
    this.file = file;
    frameBytes = Posix.frameBytes(Address.ofObject(name));
  }

  int file() {
    return file;
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
      return failed(octets) ? Status.LINK_DOWN : 0;
    }
    packet.end = packet.head + octets;
    return octets;
  }

  @Override
  public int send(Packet packet, long nowNs) {
    int octets =
        Posix.send(file, Address.ofObject(packet.bytes), packet.head, packet.end - packet.head);
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
