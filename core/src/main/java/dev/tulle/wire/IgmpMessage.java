// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.wire;

/**
 * The messages of IGMP: queries of three versions, reports and leaves of the older two.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |      Type     | Max Resp Code |           Checksum            |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                         Group Address                         |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * | version 3: S, QRV, QQIC       |     Number of Sources (N)     |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                       Source Address [1 .. N]                 |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * <p>A report of version 3 has the number of its records in the second word, then for each the
 * record's type, the number of its sources, the group and the sources. Source: RFC 3376 4, RFC 2236
 * 2.
 */
public final class IgmpMessage {
  /** A message of the older versions, and what a report of version 3 has before its records. */
  public static final int HEADER = 8;

  /** A query of version 3 before its sources. */
  public static final int QUERY_V3 = 12;

  public static final int QUERY = 0x11;
  public static final int REPORT_V1 = 0x12;
  public static final int REPORT_V2 = 0x16;
  public static final int LEAVE = 0x17;
  public static final int REPORT_V3 = 0x22;

  private IgmpMessage() {}

  public static int type(byte[] b, int at) {
    return Bytes.u8(b, at);
  }

  /** In tenths of a second, as versions before 3 have it; 0 in version 1. */
  public static int code(byte[] b, int at) {
    return Bytes.u8(b, at + 1);
  }

  public static int group(byte[] b, int at) {
    return Bytes.i32(b, at + 4);
  }

  public static int sources(byte[] b, int at) {
    return Bytes.u16(b, at + 10);
  }

  public static int source(byte[] b, int at, int index) {
    return Bytes.i32(b, at + QUERY_V3 + 4 * index);
  }

  /** The tenths of a second that a code of version 3 means: RFC 3376 4.1.1. */
  public static int tenths(int code) {
    return code < 128 ? code : (code & 0xF | 0x10) << (code >> 4 & 7) + 3;
  }

  /**
   * Writes the first two words, with the checksum of what follows too.
   *
   * @param word the group, or the number of records
   * @param length of the whole message
   */
  public static void put(byte[] b, int at, int type, int word, int length) {
    Bytes.put32(b, at, type << 24);
    Bytes.put32(b, at + 4, word);
    Bytes.put16(b, at + 2, Checksum.of(b, at, length));
  }
}
