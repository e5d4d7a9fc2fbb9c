// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The one place where octets become numbers: unsigned, big-endian access to a {@code byte[]}.
 *
 * <p>Everything that reads or writes a header goes through here, so signedness is decided once. The
 * native build replaces this class by one that reads memory directly (see {@code native/}); both
 * have the same methods and the same bounds checks.
 */
public final class Bytes {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private Bytes() {}

  /** The octet at {@code at}, 0 to 255. */
  public static int u8(byte[] b, int at) {
    return b[at] & 0xFF;
  }

  /** The two octets at {@code at}, 0 to 65,535. */
  public static int u16(byte[] b, int at) {
    return (short) SHORT.get(b, at) & 0xFFFF;
  }

  /** The four octets at {@code at}; compare with {@code Seq} or {@code compareUnsigned}. */
  public static int i32(byte[] b, int at) {
    return (int) INT.get(b, at);
  }

  /** The eight octets at {@code at}. */
  public static long i64(byte[] b, int at) {
    return (long) LONG.get(b, at);
  }

  public static void put8(byte[] b, int at, int value) {
    b[at] = (byte) value;
  }

  public static void put16(byte[] b, int at, int value) {
    SHORT.set(b, at, (short) value);
  }

  public static void put32(byte[] b, int at, int value) {
    INT.set(b, at, value);
  }

  public static void put64(byte[] b, int at, long value) {
    LONG.set(b, at, value);
  }

  /** Sets {@code length} octets from {@code at} to zero. */
  public static void zero(byte[] b, int at, int length) {
    for (int i = at; i < at + length; i++) {
      b[i] = 0;
    }
  }

  /**
   * Whether {@code length} octets at {@code i} of {@code a} and at {@code j} of {@code b} agree.
   */
  public static boolean equal(byte[] a, int i, byte[] b, int j, int length) {
    for (int k = 0; k < length; k++) {
      if (a[i + k] != b[j + k]) {
        return false;
      }
    }
    return true;
  }

  /**
   * One's-complement sum of the big-endian 16-bit words of a range, folded to 16 bits; an odd last
   * octet counts as the high half of a word.
   *
   * <p>Reads eight octets at a time: 2^64 ≡ 1 modulo 2^16 - 1, so wide words may be added with
   * end-around carry and folded once at the end. RFC 1071 2(C).
   */
  public static int sum(byte[] b, int at, int length) {
    int end = at + length;
    int i = at;
    long low = 0; // sums of 32-bit halves: no carry is lost below 2^32 words
    for (; i <= end - 16; i += 16) {
      long first = (long) LONG.get(b, i);
      long second = (long) LONG.get(b, i + 8);
      low += (first >>> 32) + (first & 0xFFFFFFFFL) + (second >>> 32) + (second & 0xFFFFFFFFL);
    }
    for (; i <= end - 4; i += 4) {
      low += (int) INT.get(b, i) & 0xFFFFFFFFL;
    }
    if (i <= end - 2) {
      low += u16(b, i) << 16 & 0xFFFFFFFFL;
      i += 2;
    }
    if (i < end) {
      low += (long) u8(b, i) << 8;
    }
    return Checksum.fold(low);
  }
}
