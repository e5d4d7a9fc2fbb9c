// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.wire;

/**
 * The UDP header.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |          Source Port          |       Destination Port        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |            Length             |           Checksum            |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * <p>Source: RFC 768.
 */
public final class UdpHeader {
  public static final int HEADER = 8;

  private UdpHeader() {}

  public static int sourcePort(byte[] b, int at) {
    return Bytes.u16(b, at);
  }

  public static int destinationPort(byte[] b, int at) {
    return Bytes.u16(b, at + 2);
  }

  /** Header and data. */
  public static int length(byte[] b, int at) {
    return Bytes.u16(b, at + 4);
  }

  /** 0 where the sender made none. */
  public static int checksum(byte[] b, int at) {
    return Bytes.u16(b, at + 6);
  }

  /**
   * Writes the header in front of the data that is there already, with its checksum.
   *
   * @param length header and data
   * @param pseudoHeaderSum from the network layer
   */
  public static void put(
      byte[] b, int at, int sourcePort, int destinationPort, int length, int pseudoHeaderSum) {
    Bytes.put32(b, at, sourcePort << 16 | destinationPort);
    Bytes.put32(b, at + 4, length << 16);
    int checksum = Checksum.finish(pseudoHeaderSum + Bytes.sum(b, at, length));
    // RFC 768: a computed zero is sent as all ones, since zero means that there is none.
    Bytes.put16(b, at + 6, checksum == 0 ? 0xFFFF : checksum);
  }
}
