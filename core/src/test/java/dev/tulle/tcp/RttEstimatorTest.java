// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RttEstimatorTest {
  private static final long MS = 1_000_000;

  private final RttEstimator rtt = new RttEstimator();

  @Test
  void withoutASampleTheTimeOutIsOneSecond() {
    assertEquals(1000 * MS, rtt.timeoutNs(0));
    assertEquals(0, rtt.smoothedUs());
  }

  @Test
  void theFirstSampleCountsThreefold() {
    rtt.sample(100 * MS); // SRTT 100, RTTVAR 50, RTO 100 + 4 * 50
    assertEquals(100_000, rtt.smoothedUs());
    assertEquals(50_000, rtt.variationUs());
    assertEquals(300 * MS, rtt.timeoutNs(0));
  }

  @Test
  void laterSamplesMoveByAnEighthAndAQuarter() {
    rtt.sample(800 * MS); // SRTT 800, RTTVAR 400, RTO 2400
    assertEquals(2400 * MS, rtt.timeoutNs(0));
    rtt.sample(400 * MS); // RTTVAR 3/4 * 400 + 1/4 * 400 = 400; SRTT 7/8 * 800 + 1/8 * 400 = 750
    assertEquals(750_000, rtt.smoothedUs());
    assertEquals(400_000, rtt.variationUs());
    assertEquals(2350 * MS, rtt.timeoutNs(0));
    rtt.sample(750 * MS); // RTTVAR 3/4 * 400 = 300; SRTT as it was
    assertEquals(750_000, rtt.smoothedUs());
    assertEquals(300_000, rtt.variationUs());
    assertEquals(1950 * MS, rtt.timeoutNs(0));
    rtt.sample(1550 * MS); // RTTVAR 3/4 * 300 + 1/4 * 800 = 425; SRTT 750 + 100
    assertEquals(850_000, rtt.smoothedUs());
    assertEquals(425_000, rtt.variationUs());
    assertEquals(2550 * MS, rtt.timeoutNs(0));
  }

  @Test
  void aSteadyPathComesDownToTheLeast() {
    for (int i = 0; i < 100; i++) {
      rtt.sample(100_000);
    }
    assertEquals(100, rtt.smoothedUs());
    assertEquals(200 * MS + 100_000, rtt.timeoutNs(0), "above the round trip");
  }

  @Test
  void aSampleOfMinutesOrOfNothingIsClamped() {
    rtt.sample(Long.MAX_VALUE);
    assertEquals(60_000 * MS, rtt.timeoutNs(0));
    rtt.reset();
    rtt.sample(0);
    assertEquals(200 * MS + 1000, rtt.timeoutNs(0));
    rtt.reset();
    rtt.sample(Long.MIN_VALUE);
    assertEquals(200 * MS + 1000, rtt.timeoutNs(0));
  }

  @Test
  void eachExpirationDoublesTheTimeOutUpToItsMost() {
    rtt.sample(100 * MS);
    long expected = 300;
    for (int i = 0; i < 1000; i++) {
      assertEquals(expected * MS, rtt.timeoutNs(i));
      expected = Math.min(60_000, 2 * expected);
    }
    assertEquals(60_000 * MS, rtt.timeoutNs(Integer.MAX_VALUE));
  }

  @Test
  void whereTheSynWasLostTheTimeOutIsThreeSecondsUntilASampleIsThere() {
    rtt.synLost(); // RFC 6298 5.7
    assertEquals(3000 * MS, rtt.timeoutNs(0));
    rtt.sample(100 * MS);
    assertEquals(300 * MS, rtt.timeoutNs(0));
    rtt.synLost();
    assertEquals(300 * MS, rtt.timeoutNs(0), "a sample is better than none");
    rtt.reset();
    assertEquals(1000 * MS, rtt.timeoutNs(0));
  }

  @Property
  void whateverIsMeasuredTheTimeOutStaysInsideItsBounds(
      @ForAll @Size(max = 60) List<@LongRange(min = Long.MIN_VALUE) Long> samples) {
    RttEstimator rtt = new RttEstimator();
    for (long sample : samples) {
      rtt.sample(sample);
      assertTrue(rtt.timeoutNs(0) >= 200 * MS);
      assertTrue(rtt.timeoutNs(0) <= 60_000 * MS);
      assertTrue(rtt.smoothedUs() >= 0 && rtt.smoothedUs() <= 60_000_000);
      assertTrue(rtt.variationUs() >= 0 && rtt.variationUs() <= 60_000_000);
    }
  }

  @Property
  void integersFollowTheFormula(
      @ForAll @Size(min = 1, max = 60)
          List<@LongRange(min = 1_000_000, max = 5_000_000_000L) Long> samples) {
    RttEstimator rtt = new RttEstimator();
    double srtt = 0;
    double rttvar = 0;
    for (long sample : samples) {
      rtt.sample(sample);
      double r = sample / 1000.0;
      if (srtt == 0) {
        srtt = r;
        rttvar = r / 2;
      } else {
        rttvar = 0.75 * rttvar + 0.25 * Math.abs(srtt - r);
        srtt = 0.875 * srtt + 0.125 * r;
      }
      assertEquals(srtt, rtt.smoothedUs(), 10);
      assertEquals(rttvar, rtt.variationUs(), 20);
    }
  }
}
