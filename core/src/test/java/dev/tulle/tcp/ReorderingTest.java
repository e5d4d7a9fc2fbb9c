// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReorderingTest {
  private static final long MS = 1_000_000;

  private final Reordering reordering = new Reordering();

  @BeforeEach
  void start() {
    reordering.start(0);
  }

  private long waitsMs() {
    return reordering.windowNs(true, 5, 40 * MS, 100 * MS) / MS;
  }

  @Test
  void nothingIsWaitedWhereNothingEverOvertook() {
    assertEquals(0, waitsMs());
    assertEquals(10 * MS, reordering.windowNs(false, 2, 40 * MS, 100 * MS), "before the third");
    assertEquals(0, reordering.windowNs(false, 3, 40 * MS, 100 * MS));
    reordering.seen = true;
    assertEquals(10, waitsMs());
  }

  @Test
  void eachRoundWithADuplicateWidensIt() {
    reordering.seen = true;
    reordering.adapt(true, 100, 200);
    assertEquals(20, waitsMs());
    reordering.adapt(true, 199, 300);
    assertEquals(20, waitsMs(), "once in a round trip");
    reordering.adapt(true, 200, 300);
    assertEquals(30, waitsMs());
    for (int i = 0; i < 300; i++) {
      reordering.adapt(true, 300 + 100 * i, 400 + 100 * i);
    }
    assertEquals(100, waitsMs(), "never more than a smoothed round trip");
  }

  @Test
  void sixteenRecoveriesWithoutOneNarrowItAgain() {
    reordering.seen = true;
    reordering.adapt(true, 100, 200);
    for (int i = 0; i < 15; i++) {
      reordering.recovered();
    }
    assertEquals(20, waitsMs());
    reordering.adapt(true, 300, 400);
    reordering.recovered();
    assertEquals(30, waitsMs(), "counted anew");
    for (int i = 0; i < 15; i++) {
      reordering.recovered();
    }
    assertEquals(10, waitsMs());
  }

  @Test
  void aSegmentIsLateWhereALaterOneIsThere() {
    reordering.arrived(3000);
    reordering.begin();
    reordering.note(1000, 2000, 1000);
    assertTrue(reordering.seen);
    assertEquals(3, reordering.distance);
  }
}
