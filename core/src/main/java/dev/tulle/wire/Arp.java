// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.wire;

/**
 * An ARP packet for IPv4 over Ethernet.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |      hardware type = 1        |    protocol type = 0x0800     |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |    hlen = 6   |    plen = 4   |           operation           |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |           sender link address (6), sender protocol            |
 * |           address (4), target link address (6),               |
 * |           target protocol address (4)                         |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * <p>Source: RFC 826.
 */
public final class Arp {
  /** The part in front of the addresses. */
  public static final int FIXED = 8;

  /** A whole packet for IPv4 over Ethernet. */
  public static final int LENGTH = 28;

  public static final int REQUEST = 1;
  public static final int REPLY = 2;

  private static final int TYPES = 0x0001_0800;
  private static final int SIZES = 0x0604;

  private Arp() {}

  /** How long the packet must be for the address sizes that it claims; needs {@link #FIXED}. */
  public static int claimedLength(byte[] b, int at) {
    return FIXED + 2 * (Bytes.u8(b, at + 4) + Bytes.u8(b, at + 5));
  }

  /** Whether types, sizes and operation are those of IPv4 over Ethernet; needs {@link #FIXED}. */
  public static boolean valid(byte[] b, int at) {
    int operation = operation(b, at);
    return Bytes.i32(b, at) == TYPES
        && Bytes.u16(b, at + 4) == SIZES
        && (operation == REQUEST || operation == REPLY);
  }

  public static int operation(byte[] b, int at) {
    return Bytes.u16(b, at + 6);
  }

  public static int senderHigh(byte[] b, int at) {
    return Bytes.u16(b, at + 8);
  }

  public static int senderLow(byte[] b, int at) {
    return Bytes.i32(b, at + 10);
  }

  public static int senderAddress(byte[] b, int at) {
    return Bytes.i32(b, at + 14);
  }

  public static int targetHigh(byte[] b, int at) {
    return Bytes.u16(b, at + 18);
  }

  public static int targetLow(byte[] b, int at) {
    return Bytes.i32(b, at + 20);
  }

  public static int targetAddress(byte[] b, int at) {
    return Bytes.i32(b, at + 24);
  }

  /** Writes everything in front of the sender's address. */
  public static void putFixed(byte[] b, int at, int operation) {
    Bytes.put32(b, at, TYPES);
    Bytes.put32(b, at + 4, SIZES << 16 | operation);
  }

  public static void putSender(byte[] b, int at, int high, int low, int address) {
    Ethernet.putAddress(b, at + 8, high, low);
    Bytes.put32(b, at + 14, address);
  }

  public static void putTarget(byte[] b, int at, int high, int low, int address) {
    Ethernet.putAddress(b, at + 18, high, low);
    Bytes.put32(b, at + 24, address);
  }
}
