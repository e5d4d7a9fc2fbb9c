// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

import java.nio.ByteBuffer;

/** Builds an ICMPv4 message: type, code, the second word, data. */
public final class IcmpMessage {
  private static final int UNSET = -1;

  private final int type;
  private final int code;
  private int rest;
  private int checksum = UNSET;
  private int checksumError;
  private byte[] data = {};

  IcmpMessage(int type, int code) {
    this.type = type;
    this.code = code;
  }

  /** The second 32-bit word: identifier and sequence, next-hop MTU, pointer, or unused. */
  public IcmpMessage rest(int word) {
    rest = word;
    return this;
  }

  /** The checksum field, right or wrong. */
  public IcmpMessage checksum(int value) {
    checksum = value;
    return this;
  }

  /** Makes the checksum wrong by this much. */
  public IcmpMessage checksumOff(int by) {
    checksumError = by;
    return this;
  }

  public IcmpMessage data(byte[] data) {
    this.data = data.clone();
    return this;
  }

  /** Data out of {@link Octets#pattern}. */
  public IcmpMessage data(long offset, int length) {
    return data(Octets.pattern(offset, length));
  }

  public byte[] build() {
    ByteBuffer b = ByteBuffer.allocate(8 + data.length);
    b.put((byte) type).put((byte) code).putShort((short) 0).putInt(rest).put(data);
    byte[] bytes = b.array();
    int right = Octets.checksum(0, bytes, 0, bytes.length);
    Octets.put16(bytes, 2, (checksum == UNSET ? right : checksum) + checksumError);
    return bytes;
  }
}
