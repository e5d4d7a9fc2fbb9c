// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BytesTest {
  private static final int[] BOUNDARIES = {
    0, 1, 0x7F, 0x80, 0xFE, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF
  };

  /** RFC 1071 4.1, one octet at a time. */
  static int naiveSum(byte[] b, int at, int length) {
    long sum = 0;
    for (int i = 0; i < length; i++) {
      int octet = b[at + i] & 0xFF;
      sum += i % 2 == 0 ? octet << 8 : octet;
    }
    while (sum > 0xFFFF) {
      sum = (sum & 0xFFFF) + (sum >>> 16);
    }
    return (int) sum;
  }

  @Test
  void octetsAreUnsigned() {
    byte[] b = new byte[1];
    for (int value = 0; value < 256; value++) {
      Bytes.put8(b, 0, value);
      assertEquals(value, Bytes.u8(b, 0));
    }
  }

  @Test
  void pairsOfOctetsAreUnsignedAndBigEndianAtEveryOffset() {
    for (int at = 0; at < 3; at++) {
      for (int value : BOUNDARIES) {
        byte[] b = new byte[5];
        Bytes.put16(b, at, value);
        assertEquals(value, Bytes.u16(b, at));
        assertEquals(value >>> 8, b[at] & 0xFF);
        assertEquals(value & 0xFF, b[at + 1] & 0xFF);
      }
    }
  }

  @Test
  void widerNumbersAreBigEndianAtEveryOffset() {
    byte[] b = new byte[16];
    for (int at = 0; at < 8; at++) {
      Bytes.put64(b, at, 0x8001_0203_FFFE_FD7FL);
      assertEquals(0x8001_0203_FFFE_FD7FL, Bytes.i64(b, at));
      assertEquals(0x8001_0203, Bytes.i32(b, at));
      assertEquals(0x80, b[at] & 0xFF);
      Bytes.put32(b, at, 0x7FFF_8000);
      assertEquals(0x7FFF_8000, Bytes.i32(b, at));
      assertEquals(0x8000, Bytes.u16(b, at + 2));
    }
  }

  @Test
  void theArrayRefusesWhatLiesOutside() {
    byte[] b = new byte[8];
    assertThrows(IndexOutOfBoundsException.class, () -> Bytes.u16(b, 7));
    assertThrows(IndexOutOfBoundsException.class, () -> Bytes.i32(b, 5));
    assertThrows(IndexOutOfBoundsException.class, () -> Bytes.i64(b, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> Bytes.put16(b, -1, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> Bytes.sum(b, 0, 9));
  }

  @Test
  void zeroClearsItsRangeAlone() {
    byte[] b = {1, 2, 3, 4, 5};
    Bytes.zero(b, 1, 3);
    assertArrayEquals(new byte[] {1, 0, 0, 0, 5}, b);
    Bytes.zero(b, 5, 0);
    assertArrayEquals(new byte[] {1, 0, 0, 0, 5}, b);
  }

  @Test
  void rangesAreEqualOnlyWhereEveryOctetIs() {
    byte[] a = {1, 2, 3, 4};
    byte[] b = {9, 1, 2, 3, 5};
    assertTrue(Bytes.equal(a, 0, b, 1, 3));
    assertFalse(Bytes.equal(a, 0, b, 1, 4));
    assertTrue(Bytes.equal(a, 0, b, 0, 0));
  }

  @Property
  void theSumIsThatOfOneOctetAtATime(
      @ForAll @Size(max = 300) byte[] b, @ForAll @IntRange(max = 20) int at) {
    int from = Math.min(at, b.length);
    assertEquals(naiveSum(b, from, b.length - from), Bytes.sum(b, from, b.length - from));
  }

  @Test
  void theSumOfAllOnesIsAllOnesAtEveryLength() {
    byte[] b = new byte[70_000];
    java.util.Arrays.fill(b, (byte) 0xFF);
    for (int length : new int[] {2, 3, 4, 16, 17, 18, 20, 31, 1460, 65_535, 70_000}) {
      assertEquals(naiveSum(b, 0, length), Bytes.sum(b, 0, length), "length " + length);
    }
  }
}
