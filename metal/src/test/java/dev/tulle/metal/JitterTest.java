// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.metal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class JitterTest {
  private static final int MANY = 200_000;

  @Test
  void sameTimeAlwaysNeverCountsEnough() {
    assertNever(i -> 5000);
  }

  @Test
  void timesThatComeAgainAfterSomeStepsNeverCountEnough() {
    for (int period = 2; period <= 32; period++) {
      int every = period;
      assertNever(i -> 5000 + i % every * i % every * 17);
    }
  }

  @Test
  void tickMoreOrLessIsNoJitter() {
    Random random = new Random(1);
    assertNever(i -> 5000 + random.nextInt(2));
  }

  @Test
  void fewOutliersAreNotEnough() {
    Random random = new Random(2);
    assertNever(i -> random.nextInt(100) < 2 ? random.nextInt(100_000) : 5000);
  }

  @Test
  void clockThatHopsBetweenTwoTimesIsSoonEnough() {
    Random random = new Random(3);
    assertTrue(measurementsForFirst(i -> random.nextBoolean() ? 5000 : 5003) < 8192);
  }

  @Test
  void clockThatMostlyTakesTheSameTimeIsEnoughLater() {
    Random random = new Random(4);
    int many =
        measurementsForFirst(i -> random.nextInt(10) == 0 ? 5000 + random.nextInt(50) : 5000);
    assertTrue(many > 8192 && many < MANY, many + " measurements");
  }

  @Test
  void countBeginsAnew() {
    Jitter jitter = new Jitter();
    jitter.add(5000);
    assertEquals(1, jitter.counted());
    jitter.begin();
    assertEquals(0, jitter.counted());
  }

  private static void assertNever(IntUnaryOperator times) {
    assertEquals(MANY, measurementsForFirst(times));
  }

  /** How many measurements it takes until as many count as the first number needs. */
  private static int measurementsForFirst(IntUnaryOperator times) {
    Jitter jitter = new Jitter();
    int i = 0;
    while (i < MANY && jitter.counted() < MetalEntropy.AT_FIRST) {
      jitter.add(times.applyAsInt(i++));
    }
    return i;
  }
}
