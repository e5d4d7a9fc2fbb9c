// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.wire;

/**
 * The IPv6 header, the headers that may follow it, and what addresses say about themselves.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |Version| Traffic Class |           Flow Label                  |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |         Payload Length        |  Next Header  |   Hop Limit   |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                    Source Address, 16 octets                  |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                 Destination Address, 16 octets                |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * <p>An address is two longs: its first eight octets (high) and its last (low). Source: RFC 8200,
 * RFC 4291.
 */
public final class Ipv6 {
  public static final int HEADER = 40;

  /** What every link carries: RFC 8200 5. */
  public static final int LEAST_MTU = 1280;

  /** Octets of a fragment header. */
  public static final int FRAGMENT_HEADER = 8;

  public static final int HOP_BY_HOP = 0;
  public static final int ROUTING = 43;
  public static final int FRAGMENT = 44;
  public static final int AUTHENTICATION = 51;
  public static final int ICMP = 58;
  public static final int NO_NEXT = 59;
  public static final int DESTINATION_OPTIONS = 60;

  /** Where in the header the number of the next is. */
  public static final int NEXT_HEADER = 6;

  public static final int SOURCE = 8;
  public static final int DESTINATION = 24;

  /** The first half of fe80::/64, and of ff02::/16 with zeros behind. */
  public static final long LINK_LOCAL = 0xFE80L << 48;

  public static final long LINK_GROUP = 0xFF02L << 48;

  /** The second half of all nodes, ff02::1, and of all routers, ff02::2. */
  public static final long ALL_NODES = 1;

  public static final long ALL_ROUTERS = 2;

  /** The second half of all MLDv2-capable routers, ff02::16. */
  public static final long ALL_MLD_ROUTERS = 0x16;

  /** The numbers of scopes. RFC 4291 2.7, RFC 6724 3.1. */
  public static final int SCOPE_LINK = 2;

  private static final int SCOPE_SITE = 5;
  private static final int SCOPE_GLOBAL = 14;

  private Ipv6() {}

  public static int version(byte[] b, int at) {
    return Bytes.u8(b, at) >>> 4;
  }

  public static int trafficClass(byte[] b, int at) {
    return Bytes.u16(b, at) >>> 4 & 0xFF;
  }

  public static int payloadLength(byte[] b, int at) {
    return Bytes.u16(b, at + 4);
  }

  public static int nextHeader(byte[] b, int at) {
    return Bytes.u8(b, at + NEXT_HEADER);
  }

  public static int hopLimit(byte[] b, int at) {
    return Bytes.u8(b, at + 7);
  }

  /** Writes a header; the flow label is 0 (RFC 6437 3: no flow is marked). */
  public static void put(
      byte[] b, int at, int trafficClass, int payloadLength, int nextHeader, int hopLimit) {
    Bytes.put32(b, at, 0x6000_0000 | trafficClass << 20);
    Bytes.put32(b, at + 4, payloadLength << 16 | nextHeader << 8 | hopLimit);
  }

  /**
   * Puts a fragment header behind a header that was copied.
   *
   * @param length behind the IPv6 header
   * @param offset in octets
   */
  public static void putFragment(
      byte[] b, int at, int length, int offset, boolean more, int identification) {
    int header = at + HEADER;
    Bytes.put16(b, at + 4, length);
    Bytes.put32(b, header, nextHeader(b, at) << 24 | offset | (more ? 1 : 0));
    Bytes.put32(b, header + 4, identification);
    Bytes.put8(b, at + NEXT_HEADER, FRAGMENT);
  }

  public static void putSource(byte[] b, int at, long high, long low) {
    Bytes.put64(b, at + SOURCE, high);
    Bytes.put64(b, at + SOURCE + 8, low);
  }

  public static void putDestination(byte[] b, int at, long high, long low) {
    Bytes.put64(b, at + DESTINATION, high);
    Bytes.put64(b, at + DESTINATION + 8, low);
  }

  /** Turns a header round: source and destination change places. */
  public static void swap(byte[] b, int at) {
    for (int i = at + SOURCE; i < at + SOURCE + 16; i++) {
      byte octet = b[i];
      b[i] = b[i + 16];
      b[i + 16] = octet;
    }
  }

  /** The pseudo-header's sum of a packet with this header, not folded. RFC 8200 8.1. */
  public static int pseudoHeaderSum(byte[] b, int at, int protocol, int length) {
    return Bytes.sum(b, at + SOURCE, 32) + protocol + length;
  }

  /** One's-complement sum of the words of half an address. */
  public static int sum(long half) {
    return Checksum.fold((half >>> 32) + (half & 0xFFFFFFFFL));
  }

  public static boolean multicast(long high) {
    return high >>> 56 == 0xFF;
  }

  public static boolean linkLocal(long high) {
    return high >>> 54 == 0xFE80 >> 6;
  }

  /** Whether this is ::1, ::, or an IPv4-mapped address: none of them is on a wire. */
  public static boolean neverOnWire(long high, long low) {
    return high == 0 && (low >>> 1 == 0 || low >>> 32 == 0xFFFF);
  }

  /** The scope of an address: a group's as it says itself, else link, site or global. */
  public static int scope(long high) {
    if (multicast(high)) {
      return (int) (high >>> 48) & 0xF;
    }
    return linkLocal(high) ? SCOPE_LINK : high >>> 54 == 0xFEC0 >> 6 ? SCOPE_SITE : SCOPE_GLOBAL;
  }

  /** The second half of an address's solicited-node group; the first is {@link #LINK_GROUP}. */
  public static long solicitedNode(long low) {
    return 0x1_FF00_0000L | low & 0xFF_FFFF;
  }

  /** How many leading bits two addresses share, 0 to 128. */
  public static int common(long high, long low, long otherHigh, long otherLow) {
    return high == otherHigh ? 64 + leadingZeros(low ^ otherLow) : leadingZeros(high ^ otherHigh);
  }

  private static int leadingZeros(long value) {
    int zeros = 0;
    while (zeros < 64 && value << zeros >= 0) {
      zeros++;
    }
    return zeros;
  }

  /**
   * Where the header behind all extension headers starts.
   *
   * <p>For packets of ours that come back in errors, and to know what an error would be about: a
   * chain that is cut short or is not a first fragment's has none.
   *
   * @param at of the IPv6 header, whose 40 octets are there
   * @return the offset times 256 plus the number of that header, or -1
   */
  public static int transportAt(byte[] b, int at, int end) {
    int next = nextHeader(b, at);
    int offset = at + HEADER;
    while (next == HOP_BY_HOP
        || next == DESTINATION_OPTIONS
        || next == ROUTING
        || next == FRAGMENT) {
      if (8 > end - offset || next == FRAGMENT && Bytes.u16(b, offset + 2) >>> 3 != 0) {
        return -1;
      }
      int length = next == FRAGMENT ? 8 : Bytes.u8(b, offset + 1) + 1 << 3;
      next = Bytes.u8(b, offset);
      offset += length;
    }
    return offset > end ? -1 : offset << 8 | next;
  }
}
