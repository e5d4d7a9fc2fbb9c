// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.wire;

/**
 * The ICMP header, and the types and codes that a host uses.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |     Type      |     Code      |          Checksum             |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |     identifier, or unused     |  sequence number, or next MTU |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |     data, or the quoted datagram ...
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * <p>Source: RFC 792, RFC 1191 4.
 */
public final class IcmpHeader {
  public static final int HEADER = 8;

  public static final int ECHO_REPLY = 0;
  public static final int UNREACHABLE = 3;
  public static final int REDIRECT = 5;
  public static final int ECHO_REQUEST = 8;
  public static final int TIME_EXCEEDED = 11;
  public static final int PARAMETER_PROBLEM = 12;

  /** The first and last of the types that ICMPv6 alone has. */
  public static final int FIRST_OF_V6 = 128;

  public static final int LAST_OF_V6 = 137;

  public static final int CODE_NETWORK = 0;
  public static final int CODE_HOST = 1;
  public static final int CODE_PROTOCOL = 2;
  public static final int CODE_PORT = 3;
  public static final int CODE_FRAGMENTATION_NEEDED = 4;

  /** Of TIME_EXCEEDED: fragments did not all come in time. */
  public static final int CODE_REASSEMBLY = 1;

  /** RFC 1812 5.2.7.1: administratively prohibited. */
  public static final int CODE_PROHIBITED = 13;

  private IcmpHeader() {}

  public static int type(byte[] b, int at) {
    return Bytes.u8(b, at);
  }

  public static int code(byte[] b, int at) {
    return Bytes.u8(b, at + 1);
  }

  /** The second word: identifier and sequence number. */
  public static int rest(byte[] b, int at) {
    return Bytes.i32(b, at + 4);
  }

  public static int identifier(byte[] b, int at) {
    return Bytes.u16(b, at + 4);
  }

  public static int sequence(byte[] b, int at) {
    return Bytes.u16(b, at + 6);
  }

  /** The next hop's MTU in "fragmentation needed"; 0 from routers before RFC 1191. */
  public static int mtu(byte[] b, int at) {
    return Bytes.u16(b, at + 6);
  }

  /**
   * Writes the header in front of what is there already, with its checksum.
   *
   * @param rest the second word: identifier and sequence number, or 0
   * @param length header and data
   */
  public static void put(byte[] b, int at, int type, int code, int rest, int length) {
    put(b, at, type, code, rest, length, 0);
  }

  /**
   * The same where the checksum covers a pseudo-header, as in ICMPv6.
   *
   * @param sum the pseudo-header's, not folded
   */
  public static void put(byte[] b, int at, int type, int code, int rest, int length, int sum) {
    Bytes.put32(b, at, type << 24 | code << 16);
    Bytes.put32(b, at + 4, rest);
    Bytes.put16(b, at + 2, Checksum.finish(sum + Bytes.sum(b, at, length)));
  }
}
