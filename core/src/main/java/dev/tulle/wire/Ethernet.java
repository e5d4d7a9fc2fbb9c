// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.wire;

/**
 * The Ethernet II header.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                        destination                            |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |       (6 octets)              |           source              |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                               (6 octets)                      |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |             type              |  payload ...
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * <p>A link address is two ints: its first two octets (the high part) and its last four (the low
 * part), so that it is compared in two instructions and never allocated. Source: IEEE 802.3, RFC
 * 894.
 */
public final class Ethernet {
  public static final int HEADER = 14;

  /** Shortest frame without the check sequence; shorter ones are padded. */
  public static final int MIN_FRAME = 60;

  public static final int TYPE_IPV4 = 0x0800;
  public static final int TYPE_ARP = 0x0806;
  public static final int TYPE_IPV6 = 0x86DD;
  public static final int TYPE_VLAN = 0x8100;
  public static final int TYPE_SERVICE_VLAN = 0x88A8;

  /** Types below are lengths of IEEE 802.3 frames with an LLC header. */
  public static final int FIRST_TYPE = 0x0600;

  /** The high part of the broadcast address; its low part is -1. */
  public static final int BROADCAST_HIGH = 0xFFFF;

  public static final int BROADCAST_LOW = -1;

  /** The high part of the addresses of IPv6's groups, whose low part ends them: RFC 2464 7. */
  public static final int GROUP_IPV6_HIGH = 0x3333;

  /** The bit of the high part that marks a group address, broadcast among them. */
  public static final int GROUP = 0x0100;

  private Ethernet() {}

  public static int destinationHigh(byte[] b, int at) {
    return Bytes.u16(b, at);
  }

  public static int destinationLow(byte[] b, int at) {
    return Bytes.i32(b, at + 2);
  }

  public static int sourceHigh(byte[] b, int at) {
    return Bytes.u16(b, at + 6);
  }

  public static int sourceLow(byte[] b, int at) {
    return Bytes.i32(b, at + 8);
  }

  public static int type(byte[] b, int at) {
    return Bytes.u16(b, at + 12);
  }

  /** Writes a link address of two parts. */
  public static void putAddress(byte[] b, int at, int high, int low) {
    Bytes.put16(b, at, high);
    Bytes.put32(b, at + 2, low);
  }

  public static void putType(byte[] b, int at, int type) {
    Bytes.put16(b, at + 12, type);
  }
}
