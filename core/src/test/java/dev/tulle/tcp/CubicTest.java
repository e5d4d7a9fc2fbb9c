// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The curve of RFC 9438, and where it begins and ends. */
class CubicTest {
  private static final int MSS = 1000;
  private static final long MS = 1_000_000;

  private final Cubic cubic = new Cubic(10);
  private long nowMs;

  /** A round trip in which each segment of the window is acknowledged. */
  private void round(int rttMs) {
    int segments = cubic.window() / MSS;
    for (int i = 0; i < segments; i++) {
      cubic.acknowledged(MSS, true, cubic.window(), rttMs * MS, nowMs * MS + i);
    }
    nowMs += rttMs;
  }

  private int window() {
    return cubic.window() / MSS;
  }

  @Test
  void cubeRootsAreExact() {
    assertEquals(0, Cubic.cubeRoot(0));
    assertEquals(1, Cubic.cubeRoot(7));
    assertEquals(2, Cubic.cubeRoot(8));
    assertEquals(1_000_000, Cubic.cubeRoot(1_000_000_000_000_000_000L));
    assertEquals(999_999, Cubic.cubeRoot(999_999_999_999_999_999L));
  }

  @Test
  void slowStartDoublesUntilALoss() {
    cubic.start(MSS, false);
    assertEquals(10, window());
    round(100);
    assertEquals(20, window());
    round(100);
    assertEquals(40, window());
    cubic.lost(cubic.window());
    assertEquals(28, window()); // RFC 9438 4.6: 0.7
    assertEquals(28 * MSS, cubic.threshold());
  }

  @Test
  void theCurveIsBackWhereTheLossWasAfterItsTime() {
    cubic.start(MSS, false);
    for (int i = 0; i < 4; i++) {
      round(100);
    }
    assertEquals(160, window());
    cubic.lost(cubic.window());
    assertEquals(112, window());
    // RFC 9438 4.2: K = cbrt(48 / 0.4) = 4.93 s.
    long start = nowMs;
    int before = 0;
    while (nowMs - start < 4900) {
      before = window();
      round(100);
    }
    assertTrue(window() >= 155 && window() <= 163, "window " + window());
    assertTrue(window() - before <= 1, "flat there");
    while (nowMs - start < 9800) {
      round(100);
    }
    assertTrue(window() >= 190 && window() <= 215, "and steep again: " + window());
  }

  @Test
  void withAShortRoundTripItKeepsUpWithReno() {
    cubic.start(MSS, false);
    round(2);
    cubic.lost(cubic.window());
    assertEquals(14, window());
    for (int i = 0; i < 100; i++) {
      round(2);
    }
    // RFC 9438 4.3: half a segment in each round trip, though the curve has hardly begun; and a
    // whole one from where the loss was.
    assertTrue(window() >= 100 && window() <= 110, "window " + window());
  }

  @Test
  void whoDoesNotComeBackMakesRoom() {
    cubic.start(MSS, false);
    for (int i = 0; i < 4; i++) {
      round(100);
    }
    cubic.lost(cubic.window());
    cubic.lost(cubic.window());
    assertEquals(78, window());
    // RFC 9438 4.7: W_max = 112 * (1 + 0.7) / 2 = 95, not 112.
    long start = nowMs;
    while (nowMs - start < 3500) {
      round(100);
    }
    assertTrue(window() >= 92 && window() <= 97, "window " + window());
  }

  @Test
  void aTimeOutStartsAfreshOnce() {
    cubic.start(MSS, false);
    round(100);
    cubic.timedOut(cubic.window(), true);
    assertEquals(1, window());
    assertEquals(14 * MSS, cubic.threshold());
    cubic.timedOut(cubic.window(), false);
    assertEquals(14 * MSS, cubic.threshold());
  }

  @Test
  void whatWasNoLossIsUndone() {
    cubic.start(MSS, false);
    round(100);
    cubic.lost(cubic.window());
    cubic.undo();
    assertEquals(20, window());
    assertEquals(Integer.MAX_VALUE, cubic.threshold());
  }

  @Test
  void whatWasNoLossLeavesTheCurveAsItWas() {
    Cubic other = new Cubic(10);
    for (Cubic each : new Cubic[] {cubic, other}) {
      each.start(MSS, false);
      nowMs = 0;
      for (int i = 0; i < 100; i++) {
        if (i == 4) {
          each.lost(each.window());
        }
        if (i == 40 && each == other) {
          each.lost(each.window());
          each.undo();
        }
        for (int k = each.window() / MSS; k > 0; k--) {
          each.acknowledged(MSS, true, each.window(), 100 * MS, nowMs * MS);
        }
        nowMs += 100;
      }
    }
    // RFC 9438 4.9
    assertEquals(cubic.window(), other.window());
  }

  @Test
  void theTimeThatTheApplicationTookIsNoTimeOnTheCurve() {
    cubic.start(MSS, false);
    for (int i = 0; i < 4; i++) {
      round(100);
    }
    cubic.lost(cubic.window());
    round(100);
    int before = window();
    for (int i = 0; i < 600; i++) {
      nowMs += 100;
      cubic.acknowledged(MSS, false, 2 * MSS, 100 * MS, nowMs * MS);
    }
    nowMs += 100;
    round(100);
    assertTrue(window() - before < 8, "RFC 9438 5.8: not a minute along it: " + window());
    before = window();
    nowMs += 60_000; // a pause, in a connection that keeps its window
    round(100);
    assertTrue(window() - before < 8, "nor that: " + window());
  }

  @Test
  void afterTheFirstLossRoundTripsDoNotEndSlowStart() {
    cubic.start(MSS, false);
    for (int i = 0; i < 5; i++) {
      round(100);
    }
    cubic.timedOut(cubic.window(), true);
    int threshold = cubic.threshold();
    for (int i = 0; i < 7; i++) {
      round(100 + 50 * i); // RFC 9406 4.2 (SHOULD): only where nothing better is known
    }
    assertEquals(threshold, cubic.threshold());
    assertTrue(window() >= 64, "window " + window());
  }

  @Test
  void aWindowThatIsNotUsedDoesNotGrow() {
    cubic.start(MSS, false);
    for (int i = 0; i < 100; i++) {
      cubic.acknowledged(MSS, false, 2 * MSS, 100 * MS, i * MS);
    }
    assertEquals(10, window());
  }

  @Test
  void growingRoundTripsEndSlowStart() {
    cubic.start(MSS, false);
    round(100);
    round(100);
    for (int i = 0; i < 8; i++) {
      round(150); // RFC 9406 4.2: five rounds slowed, then no more
    }
    assertTrue(cubic.threshold() < Integer.MAX_VALUE);
    assertTrue(window() < 300, "window " + window());
  }

  @Test
  void aPassingDelayDoesNot() {
    cubic.start(MSS, false);
    round(100);
    round(100);
    round(150);
    round(100);
    round(100);
    assertEquals(Integer.MAX_VALUE, cubic.threshold());
  }

  @Test
  void smallerSegmentsAreNoMoreThanBeforeAndLargerOnesNoMoreOctets() {
    cubic.start(1400, false);
    cubic.lost(14_000);
    int threshold = cubic.threshold();
    int octets = cubic.window();
    cubic.resize(700);
    assertEquals(octets / 2, cubic.window());
    assertEquals(threshold / 2, cubic.threshold());
    cubic.resize(1400);
    assertEquals(octets / 2 / 1400 * 1400, cubic.window());
    cubic.resize(100_000);
    assertEquals(100_000, cubic.window());
  }

  @Test
  void beforeAnyLossThereIsNoThresholdWhateverTheSize() {
    cubic.start(1400, false);
    cubic.resize(700);
    assertEquals(7_000, cubic.window());
    assertEquals(Integer.MAX_VALUE, cubic.threshold());
  }

  @Test
  void whatIsUndoneHasTheNewSizeToo() {
    cubic.start(1400, false);
    cubic.lost(14_000);
    cubic.resize(700);
    cubic.undo();
    assertEquals(7_000, cubic.window());
    assertEquals(Integer.MAX_VALUE, cubic.threshold());
  }
}
