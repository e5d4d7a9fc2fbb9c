// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.wire;

import org.teavm.interop.Address;
import org.teavm.interop.Import;
import org.teavm.interop.c.Include;

/**
 * The one place where octets become numbers, as native code: C functions that gcc inlines, one
 * bounds check and one load or store each.
 *
 * <p>It takes the place of the core's class of this name and behaves alike; {@code BytesTest} of
 * the native module compares them.
 */
@Include(value = "tulle.h", isSystem = false)
public final class Bytes {
  private Bytes() {}

  public static int u8(byte[] b, int at) {
    return u8Of(Address.ofObject(b), at);
  }

  public static int u16(byte[] b, int at) {
    return u16Of(Address.ofObject(b), at);
  }

  public static int i32(byte[] b, int at) {
    return i32Of(Address.ofObject(b), at);
  }

  public static long i64(byte[] b, int at) {
    return i64Of(Address.ofObject(b), at);
  }

  public static void put8(byte[] b, int at, int value) {
    put8Of(Address.ofObject(b), at, value);
  }

  public static void put16(byte[] b, int at, int value) {
    put16Of(Address.ofObject(b), at, value);
  }

  public static void put32(byte[] b, int at, int value) {
    put32Of(Address.ofObject(b), at, value);
  }

  public static void put64(byte[] b, int at, long value) {
    put64Of(Address.ofObject(b), at, value);
  }

  public static void zero(byte[] b, int at, int length) {
    zeroOf(Address.ofObject(b), at, length);
  }

  public static boolean equal(byte[] a, int i, byte[] b, int j, int length) {
    return equalOf(Address.ofObject(a), i, Address.ofObject(b), j, length) != 0;
  }

  public static int sum(byte[] b, int at, int length) {
    return sumOf(Address.ofObject(b), at, length);
  }

  @Import(name = "tulle_u8")
  private static native int u8Of(Address b, int at);

  @Import(name = "tulle_u16")
  private static native int u16Of(Address b, int at);

  @Import(name = "tulle_i32")
  private static native int i32Of(Address b, int at);

  @Import(name = "tulle_i64")
  private static native long i64Of(Address b, int at);

  @Import(name = "tulle_put8")
  private static native void put8Of(Address b, int at, int value);

  @Import(name = "tulle_put16")
  private static native void put16Of(Address b, int at, int value);

  @Import(name = "tulle_put32")
  private static native void put32Of(Address b, int at, int value);

  @Import(name = "tulle_put64")
  private static native void put64Of(Address b, int at, long value);

  @Import(name = "tulle_zero")
  private static native void zeroOf(Address b, int at, int length);

  @Import(name = "tulle_equal")
  private static native int equalOf(Address a, int i, Address b, int j, int length);

  @Import(name = "tulle_sum")
  private static native int sumOf(Address b, int at, int length);
}
