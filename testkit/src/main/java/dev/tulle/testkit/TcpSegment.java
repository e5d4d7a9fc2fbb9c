// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

import java.nio.ByteBuffer;

/** Builds a TCP segment with absolute numbers, each field settable; what is not set is right. */
public final class TcpSegment {
  public static final int FIN = 1;
  public static final int SYN = 2;
  public static final int RST = 4;
  public static final int PSH = 8;
  public static final int ACK = 16;
  public static final int URG = 32;
  public static final int ECE = 64;
  public static final int CWR = 128;

  private static final int UNSET = -1;

  private final int sourcePort;
  private final int destinationPort;
  private int sequence;
  private int acknowledgment;
  private int dataOffset = UNSET;
  private int reserved;
  private int flags;
  private int window = 65_535;
  private int urgent;
  private int checksum = UNSET;
  private int checksumError;
  private int pseudoLengthError;
  private byte[] options = {};
  private byte[] data = {};

  TcpSegment(int sourcePort, int destinationPort) {
    this.sourcePort = sourcePort;
    this.destinationPort = destinationPort;
  }

  public TcpSegment sequence(int value) {
    sequence = value;
    return this;
  }

  public TcpSegment acknowledgment(int value) {
    acknowledgment = value;
    return this;
  }

  public TcpSegment flags(int value) {
    flags = value;
    return this;
  }

  public TcpSegment window(int value) {
    window = value;
    return this;
  }

  public TcpSegment urgent(int pointer) {
    urgent = pointer;
    return this;
  }

  /** The data offset field in 32-bit words, whatever the header really has. */
  public TcpSegment dataOffset(int words) {
    dataOffset = words;
    return this;
  }

  /** The four reserved bits. */
  public TcpSegment reserved(int bits) {
    reserved = bits;
    return this;
  }

  /** The checksum field, right or wrong. */
  public TcpSegment checksum(int value) {
    checksum = value;
    return this;
  }

  /** Makes the checksum wrong by this much. */
  public TcpSegment checksumOff(int by) {
    checksumError = by;
    return this;
  }

  /** Computes the checksum over a pseudo-header whose length is wrong by this much. */
  public TcpSegment pseudoLengthOff(int by) {
    pseudoLengthError = by;
    return this;
  }

  /** Options as they stand in the header; padded with zeros to a multiple of 4. */
  public TcpSegment options(byte[] options) {
    this.options = Octets.resized(options, (options.length + 3) / 4 * 4);
    return this;
  }

  public TcpSegment data(byte[] data) {
    this.data = data.clone();
    return this;
  }

  /** Data out of {@link Octets#pattern}. */
  public TcpSegment data(long offset, int length) {
    return data(Octets.pattern(offset, length));
  }

  /** The segment's octets with a checksum for these addresses. */
  public byte[] build(int source, int destination) {
    int header = 20 + options.length;
    ByteBuffer b = ByteBuffer.allocate(header + data.length);
    b.putShort((short) sourcePort).putShort((short) destinationPort);
    b.putInt(sequence).putInt(acknowledgment);
    b.put((byte) ((dataOffset == UNSET ? header / 4 : dataOffset) << 4 | reserved));
    b.put((byte) flags).putShort((short) window).putShort((short) 0).putShort((short) urgent);
    b.put(options).put(data);
    byte[] bytes = b.array();
    int start = Octets.pseudoHeader(source, destination, 6, bytes.length + pseudoLengthError);
    int right = Octets.checksum(start, bytes, 0, bytes.length);
    Octets.put16(bytes, 16, (checksum == UNSET ? right : checksum) + checksumError);
    return bytes;
  }
}
