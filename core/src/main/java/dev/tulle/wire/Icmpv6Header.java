// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.wire;

/**
 * The types and codes of ICMPv6, whose header is {@link IcmpHeader}'s, and the options that
 * neighbour discovery puts behind its messages.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |     Type      |    Length     |  value: Length counts eights  |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * <p>Source: RFC 4443, RFC 4861, RFC 3810.
 */
public final class Icmpv6Header {
  public static final int UNREACHABLE = 1;
  public static final int TOO_BIG = 2;
  public static final int TIME_EXCEEDED = 3;
  public static final int PARAMETER_PROBLEM = 4;

  /** The first type that is not an error. RFC 4443 2.1. */
  public static final int FIRST_INFORMATION = 128;

  public static final int ECHO_REQUEST = 128;
  public static final int ECHO_REPLY = 129;
  public static final int LISTENER_QUERY = 130;
  public static final int LISTENER_REPORT_V1 = 131;
  public static final int LISTENER_DONE = 132;
  public static final int ROUTER_SOLICITATION = 133;
  public static final int ROUTER_ADVERTISEMENT = 134;
  public static final int NEIGHBOUR_SOLICITATION = 135;
  public static final int NEIGHBOUR_ADVERTISEMENT = 136;
  public static final int REDIRECT = 137;
  public static final int LISTENER_REPORT = 143;

  public static final int CODE_NO_ROUTE = 0;
  public static final int CODE_PROHIBITED = 1;

  /** Beyond the scope of the source address. */
  public static final int CODE_SCOPE = 2;

  public static final int CODE_ADDRESS = 3;
  public static final int CODE_PORT = 4;

  /** Of a parameter problem: a wrong field, an unknown next header, an unknown option. */
  public static final int CODE_FIELD = 0;

  public static final int CODE_NEXT_HEADER = 1;
  public static final int CODE_OPTION = 2;

  /** RFC 7112 5: the first fragment has not all headers. */
  public static final int CODE_INCOMPLETE = 3;

  public static final int OPTION_SOURCE_LINK = 1;
  public static final int OPTION_TARGET_LINK = 2;
  public static final int OPTION_PREFIX = 3;
  public static final int OPTION_REDIRECTED = 4;
  public static final int OPTION_MTU = 5;
  public static final int OPTION_NONCE = 14;
  public static final int OPTION_DNS_SERVERS = 25;
  public static final int OPTION_DNS_SEARCH = 31;

  /** Of an option with an Ethernet address. */
  public static final int LINK_OPTION = 8;

  private Icmpv6Header() {}

  /** Whether the options between two offsets fill them exactly, none of length 0. RFC 4861 4.6. */
  public static boolean optionsGood(byte[] b, int at, int end) {
    while (at < end) {
      int length = end - at < 8 ? 0 : Bytes.u8(b, at + 1) << 3;
      if (length == 0 || length > end - at) {
        return false;
      }
      at += length;
    }
    return true;
  }

  /** Where the first option of a type is among options that are good, or -1. */
  public static int option(byte[] b, int at, int end, int type) {
    while (at < end) {
      if (Bytes.u8(b, at) == type) {
        return at;
      }
      at += Bytes.u8(b, at + 1) << 3;
    }
    return -1;
  }

  /**
   * The Ethernet address in the first option of a type, in the low 48 bits.
   *
   * @return -1 where there is none, or none that can be one station's
   */
  public static long linkAddress(byte[] b, int at, int end, int type) {
    int option = option(b, at, end, type);
    if (option < 0 || Bytes.u8(b, option + 1) != 1) {
      return -1;
    }
    long mac = Bytes.i64(b, option) & 0xFFFF_FFFF_FFFFL;
    return mac == 0 || (mac >>> 40 & 1) != 0 ? -1 : mac;
  }

  /** Writes an option with an Ethernet address. */
  public static void putLinkAddress(byte[] b, int at, int type, long mac) {
    Bytes.put64(b, at, (long) type << 56 | 1L << 48 | mac);
  }
}
