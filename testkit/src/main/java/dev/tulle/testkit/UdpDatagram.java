// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

import java.nio.ByteBuffer;

/** Builds a UDP datagram, each field settable; what is not set is right. */
public final class UdpDatagram {
  private static final int UNSET = -1;

  private final int sourcePort;
  private final int destinationPort;
  private int length = UNSET;
  private int checksum = UNSET;
  private int checksumError;
  private byte[] data = {};

  UdpDatagram(int sourcePort, int destinationPort) {
    this.sourcePort = sourcePort;
    this.destinationPort = destinationPort;
  }

  /** The length field, whatever the datagram really has. */
  public UdpDatagram length(int octets) {
    length = octets;
    return this;
  }

  /** The checksum field, right or wrong; 0 is none. */
  public UdpDatagram checksum(int value) {
    checksum = value;
    return this;
  }

  /** Makes the checksum wrong by this much. */
  public UdpDatagram checksumOff(int by) {
    checksumError = by;
    return this;
  }

  public UdpDatagram data(byte[] data) {
    this.data = data.clone();
    return this;
  }

  /** Data out of {@link Octets#pattern}. */
  public UdpDatagram data(long offset, int length) {
    return data(Octets.pattern(offset, length));
  }

  public byte[] build(int source, int destination) {
    int real = 8 + data.length;
    int claimed = length == UNSET ? real : length;
    ByteBuffer b = ByteBuffer.allocate(real);
    b.putShort((short) sourcePort).putShort((short) destinationPort);
    b.putShort((short) claimed).putShort((short) 0).put(data);
    byte[] bytes = b.array();
    int start = Octets.pseudoHeader(source, destination, 17, claimed);
    int right = Octets.checksum(start, bytes, 0, real);
    right = right == 0 ? 0xFFFF : right;
    Octets.put16(bytes, 6, (checksum == UNSET ? right : checksum) + checksumError);
    return bytes;
  }
}
