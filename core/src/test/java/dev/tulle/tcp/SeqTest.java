// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeqTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 0x7FFF_FFFE, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, 0xFFFF_FFFF})
  void theNextNumberIsGreaterWhereverTheNumbersWrap(int x) {
    assertTrue(Seq.lt(x, x + 1));
    assertFalse(Seq.lt(x + 1, x));
    assertFalse(Seq.lt(x, x));
    assertTrue(Seq.leq(x, x));
    assertTrue(Seq.leq(x, x + 1));
    assertFalse(Seq.leq(x + 1, x));
    assertEquals(x + 1, Seq.max(x, x + 1));
    assertEquals(x + 1, Seq.max(x + 1, x));
    assertEquals(x, Seq.min(x, x + 1));
    assertEquals(x, Seq.min(x + 1, x));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF})
  void aRangeHoldsItsStartAndNotItsEnd(int low) {
    assertTrue(Seq.in(low, low, low + 2));
    assertTrue(Seq.in(low + 1, low, low + 2));
    assertFalse(Seq.in(low + 2, low, low + 2));
    assertFalse(Seq.in(low - 1, low, low + 2));
    assertFalse(Seq.in(low, low, low), "an empty range holds nothing");
  }

  @Property
  void orderIsThatOfTheDistance(
      @ForAll int x, @ForAll @IntRange(min = 1, max = Integer.MAX_VALUE) int distance) {
    assertTrue(Seq.lt(x, x + distance));
    assertTrue(Seq.leq(x, x + distance));
    assertFalse(Seq.leq(x + distance, x));
    assertEquals(x, Seq.min(x, x + distance));
    assertEquals(x + distance, Seq.max(x, x + distance));
  }

  @Property
  void rangesDoNotCareWhereTheyLie(
      @ForAll int low,
      @ForAll @IntRange(max = 0x4000_0000) int length,
      @ForAll @IntRange(min = -0x3FFF_FFFF, max = 0x3FFF_FFFF) int offset) {
    assertEquals(offset >= 0 && offset < length, Seq.in(low + offset, low, low + length));
  }
}
