// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RenoTest {
  private static Reno reno(int mss) {
    Reno reno = new Reno(10);
    reno.start(mss, false);
    return reno;
  }

  @Test
  void theInitialWindowIsThatOfRfc6928() {
    assertEquals(14_600, reno(1460).window());
    assertEquals(10 * 536, reno(536).window());
    assertEquals(14_600, reno(4000).window());
    assertEquals(18_000, reno(9000).window(), "two segments at least");
    assertTrue(reno(1460).threshold() > 1 << 30, "arbitrarily high");
  }

  @Test
  void afterALostSynItIsOneSegment() {
    Reno reno = new Reno(10);
    reno.start(1460, true);
    assertEquals(1460, reno.window());
  }

  @Test
  void slowStartGrowsByWhatIsAcknowledgedTwoSegmentsAtMost() {
    Reno reno = reno(1000);
    reno.acknowledged(1000, true, 0, 0, 0);
    assertEquals(11_000, reno.window());
    reno.acknowledged(2000, true, 0, 0, 0);
    assertEquals(13_000, reno.window());
    reno.acknowledged(50_000, true, 0, 0, 0);
    assertEquals(15_000, reno.window(), "a stretch ACK is no reason for a burst");
  }

  @Test
  void dividingAcksGainsNothing() {
    Reno reno = reno(1460);
    for (int i = 0; i < 1460; i++) {
      reno.acknowledged(1, true, 0, 0, 0);
    }
    assertEquals(14_600 + 1460, reno.window());
  }

  @Test
  void aWindowThatIsNotUsedDoesNotGrow() {
    Reno reno = reno(1000);
    reno.acknowledged(10_000, false, 0, 0, 0);
    assertEquals(10_000, reno.window());
  }

  @Test
  void aLossHalvesWhatWasInFlight() {
    Reno reno = reno(1000);
    reno.lost(8000);
    assertEquals(4000, reno.threshold());
    assertEquals(4000, reno.window());
    reno.lost(3000);
    assertEquals(2000, reno.threshold(), "two segments at least");
    assertEquals(2000, reno.window());
  }

  @Test
  void congestionAvoidanceGrowsByASegmentForEachWindow() {
    Reno reno = reno(1000);
    reno.lost(8000);
    for (int i = 0; i < 3; i++) {
      reno.acknowledged(1000, true, 0, 0, 0);
      assertEquals(4000, reno.window());
    }
    reno.acknowledged(1000, true, 0, 0, 0);
    assertEquals(5000, reno.window());
    for (int i = 0; i < 4; i++) {
      reno.acknowledged(1000, true, 0, 0, 0);
    }
    assertEquals(5000, reno.window());
    reno.acknowledged(1000, true, 0, 0, 0);
    assertEquals(6000, reno.window());
  }

  @Test
  void aTimeOutLeavesOneSegmentAndTheSameDataHalvesOnce() {
    Reno reno = reno(1000);
    reno.timedOut(8000, true);
    assertEquals(1000, reno.window());
    assertEquals(4000, reno.threshold());
    reno.timedOut(8000, false);
    reno.timedOut(1000, false);
    assertEquals(1000, reno.window());
    assertEquals(4000, reno.threshold(), "RFC 5681 3.1: held constant");
    reno.acknowledged(4000, true, 0, 0, 0);
    assertEquals(2000, reno.window(), "RFC 3465 2.3: L is 1 after a time-out");
  }

  @Test
  void afterIdlenessTheWindowIsTheInitialOneAtMost() {
    Reno reno = reno(1000);
    for (int i = 0; i < 10; i++) {
      reno.acknowledged(2000, true, 0, 0, 0);
    }
    reno.idle();
    assertEquals(10_000, reno.window());
    reno.lost(8000);
    reno.idle();
    assertEquals(4000, reno.window());
  }

  @Property
  void whateverHappensThereIsASegmentsRoom(
      @ForAll @IntRange(min = 1, max = 9000) int mss,
      @ForAll @Size(max = 60) List<@IntRange(max = 400_000) Integer> steps) {
    Reno reno = reno(mss);
    for (int step : steps) {
      int octets = step / 4;
      switch (step % 4) {
        case 0:
          reno.lost(octets);
          assertTrue(reno.window() >= 2 * mss);
          break;
        case 1:
          reno.timedOut(octets, octets % 2 == 0);
          break;
        case 2:
          reno.idle();
          break;
        default:
          int before = reno.window();
          reno.acknowledged(octets, true, 0, 0, 0);
          assertTrue(reno.window() - before <= Math.min(octets, 2 * mss) || octets < mss);
          assertTrue(reno.window() - before <= 2 * mss);
      }
      assertTrue(reno.window() >= mss);
      assertTrue(reno.threshold() >= 2 * mss);
    }
  }

  @Test
  void smallerSegmentsAreNoMoreThanBeforeAndLargerOnesNoMoreOctets() {
    Reno reno = reno(1400);
    reno.lost(14_000);
    reno.resize(700);
    assertEquals(3_500, reno.window());
    assertEquals(7_000, reno.threshold());
    reno.resize(1400);
    assertEquals(3_500, reno.window());
    reno.timedOut(3_500, true);
    reno.resize(700);
    assertEquals(700, reno.window());
  }

  @Test
  void aLargerSegmentFitsIntoTheWindowAndTwoIntoTheThreshold() {
    Reno reno = reno(88);
    reno.timedOut(88, true);
    assertEquals(176, reno.threshold());
    reno.resize(1448);
    assertEquals(1448, reno.window());
    assertEquals(2896, reno.threshold());
    reno.undo();
    assertEquals(1448, reno.window());
    assertTrue(reno.threshold() > 1 << 30, "there was none before");
  }
}
