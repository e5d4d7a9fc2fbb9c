// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.wire;

/**
 * A DHCPv6 message between client and server: its type, a transaction's number, and options, some
 * of which hold options again.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |    msg-type   |               transaction-id                  |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |          option-code          |           option-len          |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * Source: RFC 8415 8, 21.
 */
public final class Dhcp6 {
  public static final int CLIENT_PORT = 546;
  public static final int SERVER_PORT = 547;
  public static final int HEADER = 4;

  public static final int SOLICIT = 1;
  public static final int ADVERTISE = 2;
  public static final int REQUEST = 3;
  public static final int RENEW = 5;
  public static final int REBIND = 6;
  public static final int REPLY = 7;
  public static final int RELEASE = 8;
  public static final int DECLINE = 9;
  public static final int INFORMATION_REQUEST = 11;

  public static final int OPTION_CLIENT = 1;
  public static final int OPTION_SERVER = 2;
  public static final int OPTION_IA = 3;
  public static final int OPTION_ADDRESS = 5;
  public static final int OPTION_WISHES = 6;
  public static final int OPTION_PREFERENCE = 7;
  public static final int OPTION_ELAPSED = 8;
  public static final int OPTION_STATUS = 13;
  public static final int OPTION_NAME_SERVERS = 23;
  public static final int OPTION_SEARCH = 24;
  public static final int OPTION_REFRESH = 32;
  public static final int OPTION_SOL_MAX_RT = 82;
  public static final int OPTION_INF_MAX_RT = 83;

  public static final int STATUS_NO_BINDING = 3;

  /** Code and length of an option. */
  private static final int FIXED = 4;

  private Dhcp6() {}

  /** Whether options fill a range, each ending in it. */
  public static boolean whole(byte[] b, int from, int end) {
    int at = from;
    while (at < end) {
      if (FIXED > end - at || Bytes.u16(b, at + 2) > end - at - FIXED) {
        return false;
      }
      at += FIXED + Bytes.u16(b, at + 2);
    }
    return true;
  }

  /** Where the data of the next option with a code is in a whole range; -1 where there is none. */
  public static int option(byte[] b, int from, int end, int code) {
    int at = from;
    while (at < end) {
      if (Bytes.u16(b, at) == code) {
        return at + FIXED;
      }
      at += FIXED + Bytes.u16(b, at + 2);
    }
    return -1;
  }

  /** How much data an option has, which is at {@code at}. */
  public static int length(byte[] b, int at) {
    return Bytes.u16(b, at - 2);
  }

  /** Four octets of data; -1 where the option is not there or has not so many. */
  public static int word(byte[] b, int from, int end, int code) {
    int at = option(b, from, end, code);
    return at < 0 || length(b, at) != 4 ? -1 : Bytes.i32(b, at);
  }

  /** The code of an option of status; 0, which is success, where there is none. */
  public static int status(byte[] b, int from, int end) {
    int at = option(b, from, end, OPTION_STATUS);
    return at < 0 || length(b, at) < 2 ? 0 : Bytes.u16(b, at);
  }

  /** Begins an option; answers where its data is to be. */
  public static int put(byte[] b, int at, int code, int length) {
    Bytes.put16(b, at, code);
    Bytes.put16(b, at + 2, length);
    return at + FIXED;
  }
}
