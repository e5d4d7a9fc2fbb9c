// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.buffer.Packet;
import dev.tulle.link.MergedLink;
import dev.tulle.stack.Status;
import dev.tulle.wire.Ethernet;
import org.teavm.interop.Address;

/** A TAP device whose kernel leaves TCP segments uncut both ways; else as {@link PosixTap}. */
final class PosixMergingTap extends MergedLink {
  private final int file;

  PosixMergingTap(byte[] name, int file) {
    super(Posix.frameBytes(Address.ofObject(name)), Ethernet.HEADER);
    this.file = file;
  }

  @Override
  protected int read() {
    int octets = Posix.receive(file, Address.ofObject(bytes), 0, bytes.length);
    return octets >= 0 ? octets : PosixTap.temporary(octets) ? 0 : Status.LINK_DOWN;
  }

  @Override
  public int sendMerged(Packet packet) {
    int octets = Posix.send(file, Address.ofObject(packet.bytes), packet.head, packet.length());
    return PosixTap.sent(octets);
  }
}
