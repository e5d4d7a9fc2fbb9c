// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.wire;

/**
 * The IPv4 header.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |Version|  IHL  |Type of Service|          Total Length         |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |         Identification        |Flags|      Fragment Offset    |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |  Time to Live |    Protocol   |         Header Checksum       |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                       Source Address                          |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                    Destination Address                        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                    Options ...                                |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * <p>Source: RFC 791 3.1.
 */
public final class Ipv4 {
  /** A header without options. */
  public static final int HEADER = 20;

  public static final int PROTOCOL_ICMP = 1;
  public static final int PROTOCOL_TCP = 6;
  public static final int PROTOCOL_UDP = 17;
  public static final int PROTOCOL_ICMPV6 = 58;

  /** The limited broadcast, 255.255.255.255. */
  public static final int BROADCAST = -1;

  public static final int OPTION_END = 0;
  public static final int OPTION_NOP = 1;

  private static final int DONT_FRAGMENT = 0x4000;

  /** The bits of the fragment field that are set in a fragment: more fragments, and the offset. */
  private static final int FRAGMENT = 0x3FFF;

  private static final int MORE_FRAGMENTS = 0x2000;
  private static final int OFFSET = 0x1FFF;

  private static final int OPTION_COPIED = 0x80;
  private static final int OPTION_LSRR = 0x83;
  private static final int OPTION_SSRR = 0x89;

  private Ipv4() {}

  public static int version(byte[] b, int at) {
    return Bytes.u8(b, at) >>> 4;
  }

  /** Octets of the header as it claims, 0 to 60. */
  public static int headerLength(byte[] b, int at) {
    return (Bytes.u8(b, at) & 0xF) << 2;
  }

  /** The type of service: six bits of service (RFC 2474), two of congestion (RFC 3168). */
  public static int trafficClass(byte[] b, int at) {
    return Bytes.u8(b, at + 1);
  }

  public static int totalLength(byte[] b, int at) {
    return Bytes.u16(b, at + 2);
  }

  /** Whether this is a part of a larger datagram. */
  public static boolean fragment(byte[] b, int at) {
    return (Bytes.u16(b, at + 6) & FRAGMENT) != 0;
  }

  /** Where a fragment's payload belongs, in units of eight octets. */
  public static int fragmentOffset(byte[] b, int at) {
    return Bytes.u16(b, at + 6) & OFFSET;
  }

  /** Whether this is a part of a larger datagram that has others after it. */
  public static boolean moreFragments(byte[] b, int at) {
    return (Bytes.u16(b, at + 6) & MORE_FRAGMENTS) != 0;
  }

  public static int identification(byte[] b, int at) {
    return Bytes.u16(b, at + 4);
  }

  /** Whether routers on the way may not cut it into fragments. */
  public static boolean dontFragment(byte[] b, int at) {
    return (Bytes.u16(b, at + 6) & DONT_FRAGMENT) != 0;
  }

  public static int timeToLive(byte[] b, int at) {
    return Bytes.u8(b, at + 8);
  }

  public static int protocol(byte[] b, int at) {
    return Bytes.u8(b, at + 9);
  }

  public static int source(byte[] b, int at) {
    return Bytes.i32(b, at + 12);
  }

  public static int destination(byte[] b, int at) {
    return Bytes.i32(b, at + 16);
  }

  /**
   * Writes a header without options for a datagram that is never fragmented.
   *
   * <p>RFC 6864 4.1: the identification of such an atomic datagram has no meaning, so it is zero
   * and tells nobody how much we send.
   */
  public static void put(
      byte[] b,
      int at,
      int trafficClass,
      int totalLength,
      int timeToLive,
      int protocol,
      int source,
      int target) {
    Bytes.put32(b, at, 0x4500_0000 | trafficClass << 16 | totalLength);
    Bytes.put32(b, at + 4, DONT_FRAGMENT);
    Bytes.put32(b, at + 8, timeToLive << 24 | protocol << 16);
    Bytes.put32(b, at + 12, source);
    Bytes.put32(b, at + 16, target);
    Bytes.put16(b, at + 10, Checksum.of(b, at, HEADER));
  }

  /**
   * Makes a header one of a fragment, or with an offset of 0 and none after it that of a whole.
   *
   * @param offset in octets, a multiple of 8
   */
  public static void putFragment(
      byte[] b, int at, int totalLength, int identification, int offset, boolean more) {
    Bytes.put16(b, at + 2, totalLength);
    int flags = more ? MORE_FRAGMENTS : 0;
    Bytes.put32(b, at + 4, identification << 16 | flags | offset >> 3);
    Bytes.put16(b, at + 10, 0);
    Bytes.put16(b, at + 10, Checksum.of(b, at, headerLength(b, at)));
  }

  /** Turns the options that stay with a datagram's first fragment into padding. RFC 791 3.1. */
  public static void keepCopiedOptions(byte[] b, int at) {
    int end = at + headerLength(b, at);
    for (int i = at + HEADER; i < end && Bytes.u8(b, i) != OPTION_END; ) {
      int length = Bytes.u8(b, i) == OPTION_NOP ? 1 : Math.max(Bytes.u8(b, i + 1), 1);
      boolean copied = (Bytes.u8(b, i) & OPTION_COPIED) != 0;
      for (int next = Math.min(i + length, end); i < next; i++) {
        if (!copied) {
          Bytes.put8(b, i, OPTION_NOP);
        }
      }
    }
  }

  /** Counts one hop down and keeps the checksum right; the time to live must be over 0. */
  public static void countHop(byte[] b, int at) {
    int change = Checksum.change(0x0100, 0); // the time to live is the high half of its word
    Bytes.put8(b, at + 8, timeToLive(b, at) - 1);
    Bytes.put16(b, at + 10, Checksum.update(Bytes.u16(b, at + 10), change));
  }

  /** The pseudo-header's sum, not folded. RFC 768, RFC 9293 3.1. */
  public static int pseudoHeaderSum(int source, int destination, int protocol, int length) {
    return (source >>> 16)
        + (source & 0xFFFF)
        + (destination >>> 16)
        + (destination & 0xFFFF)
        + protocol
        + length;
  }

  /** Whether the address can be one host's on a wire: not 0/8, 127/8, 224/4 or 240/4. */
  public static boolean unicast(int address) {
    // RFC 1122 3.2.1.3, RFC 6890
    int first = address >>> 24;
    return first != 0 && first != 127 && first < 224;
  }

  public static boolean multicast(int address) {
    return address >>> 28 == 14;
  }

  /**
   * Walks the options between two offsets.
   *
   * @return 0 where they are well formed, otherwise the type of the source route among them, or -1
   */
  public static int checkOptions(byte[] b, int at, int end) {
    while (at < end) {
      int type = Bytes.u8(b, at);
      if (type == OPTION_END) {
        return 0;
      }
      int length = 1;
      if (type != OPTION_NOP) {
        // RFC 791 3.1: the length counts the type and length octets too.
        length = end - at < 2 ? 0 : Bytes.u8(b, at + 1);
        if (length < 2 || length > end - at) {
          return -1;
        }
        if (type == OPTION_LSRR || type == OPTION_SSRR) {
          return type;
        }
      }
      at += length;
    }
    return 0;
  }
}
