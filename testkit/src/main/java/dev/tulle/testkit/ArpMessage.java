// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

import java.nio.ByteBuffer;

/** Builds the body of an ARP packet for IPv4 on Ethernet, each field settable. */
public final class ArpMessage {
  private final int operation;
  private final long senderMac;
  private final int sender;
  private final long targetMac;
  private final int target;
  private int hardware = 1;
  private int protocol = Frames.ETHERTYPE_IPV4;
  private int hardwareLength = 6;
  private int protocolLength = 4;

  ArpMessage(int operation, long senderMac, int sender, long targetMac, int target) {
    this.operation = operation;
    this.senderMac = senderMac;
    this.sender = sender;
    this.targetMac = targetMac;
    this.target = target;
  }

  /** The same message with another operation: 1 asks, 2 answers. */
  public ArpMessage operation(int value) {
    ArpMessage other = new ArpMessage(value, senderMac, sender, targetMac, target);
    return other.types(hardware, protocol).lengths(hardwareLength, protocolLength);
  }

  public ArpMessage types(int hardware, int protocol) {
    this.hardware = hardware;
    this.protocol = protocol;
    return this;
  }

  public ArpMessage lengths(int hardwareLength, int protocolLength) {
    this.hardwareLength = hardwareLength;
    this.protocolLength = protocolLength;
    return this;
  }

  public byte[] build() {
    ByteBuffer b = ByteBuffer.allocate(28);
    b.putShort((short) hardware).putShort((short) protocol);
    b.put((byte) hardwareLength).put((byte) protocolLength).putShort((short) operation);
    Octets.put48(b, senderMac).putInt(sender);
    Octets.put48(b, targetMac).putInt(target);
    return b.array();
  }
}
