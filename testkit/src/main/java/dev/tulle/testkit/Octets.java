// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Octets as tests handle them: numbers out of frames, checksums, patterns and concatenation. */
public final class Octets {
  private Octets() {}

  public static int u8(byte[] b, int at) {
    return b[at] & 0xFF;
  }

  public static int u16(byte[] b, int at) {
    return (b[at] & 0xFF) << 8 | b[at + 1] & 0xFF;
  }

  public static int i32(byte[] b, int at) {
    return u16(b, at) << 16 | u16(b, at + 2);
  }

  public static long u48(byte[] b, int at) {
    return (long) u16(b, at) << 32 | i32(b, at + 2) & 0xFFFFFFFFL;
  }

  public static void put16(byte[] b, int at, int value) {
    b[at] = (byte) (value >> 8);
    b[at + 1] = (byte) value;
  }

  public static void put32(byte[] b, int at, int value) {
    put16(b, at, value >>> 16);
    put16(b, at + 2, value);
  }

  static ByteBuffer put48(ByteBuffer b, long value) {
    return b.putShort((short) (value >>> 32)).putInt((int) value);
  }

  /** The octets given as ints, for literals such as {@code of(0x83, 3, 0x27)}. */
  public static byte[] of(int... values) {
    byte[] b = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      b[i] = (byte) values[i];
    }
    return b;
  }

  public static byte[] concat(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer b = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      b.put(part);
    }
    return b.array();
  }

  /** The first {@code length} octets, or with zeros behind where there are fewer. */
  public static byte[] resized(byte[] b, int length) {
    return Arrays.copyOf(b, length);
  }

  /**
   * Octets of a stream whose octet at each offset is known: checks of what arrived need no copy.
   *
   * @param offset of the first octet in the stream
   */
  public static byte[] pattern(long offset, int length) {
    byte[] b = new byte[length];
    for (int i = 0; i < length; i++) {
      b[i] = patternAt(offset + i);
    }
    return b;
  }

  /** The pattern's octet at an offset; its period is not a power of two, so shifts show. */
  public static byte patternAt(long offset) {
    return (byte) (offset % 251 ^ offset / 251 * 7);
  }

  /**
   * The Internet checksum over a range whose checksum field is zero; straight from RFC 1071 4.1.
   */
  public static int checksum(int start, byte[] b, int at, int length) {
    long sum = start;
    for (int i = 0; i < length; i++) {
      sum += (i & 1) == 0 ? (b[at + i] & 0xFF) << 8 : b[at + i] & 0xFF;
    }
    while (sum >>> 16 != 0) {
      sum = (sum & 0xFFFF) + (sum >>> 16);
    }
    return (int) ~sum & 0xFFFF;
  }

  /** The sum of an IPv4 pseudo-header, to start {@link #checksum} with. */
  public static int pseudoHeader(int source, int destination, int protocol, int length) {
    int sum = (source >>> 16) + (source & 0xFFFF) + (destination >>> 16) + (destination & 0xFFFF);
    return sum + protocol + length;
  }

  /** An IPv4 address out of its dotted form. */
  public static int address(String dotted) {
    String[] parts = dotted.split("\\.", -1);
    if (parts.length != 4) {
      throw new IllegalArgumentException(dotted);
    }
    int address = 0;
    for (String part : parts) {
      address = address << 8 | Integer.parseInt(part);
    }
    return address;
  }

  /** The dotted form of an IPv4 address. */
  public static String dotted(int address) {
    return (address >>> 24)
        + "."
        + (address >>> 16 & 0xFF)
        + "."
        + (address >>> 8 & 0xFF)
        + "."
        + (address & 0xFF);
  }

  /** A link address with colons. */
  public static String mac(long mac) {
    StringBuilder s = new StringBuilder();
    for (int shift = 40; shift >= 0; shift -= 8) {
      s.append(String.format("%02x", mac >>> shift & 0xFF)).append(shift == 0 ? "" : ":");
    }
    return s.toString();
  }

  /** Octets in hexadecimal, for failure texts. */
  public static String hex(byte[] b) {
    StringBuilder s = new StringBuilder();
    for (byte octet : b) {
      s.append(String.format("%02x", octet & 0xFF));
    }
    return s.toString();
  }
}
