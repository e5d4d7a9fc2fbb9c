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

class PrrTest {
  private static final int MSS = 1000;

  @Test
  void aboveTheThresholdTwoDeliveriesLetOneSegmentOut() {
    Prr prr = new Prr();
    prr.start(10 * MSS, 20 * MSS);
    prr.arrived(MSS, 16 * MSS, MSS, false);
    assertEquals(17 * MSS, prr.window(), "the first segment to be sent again goes at once");
    prr.sent(MSS);
    int sent = 1;
    for (int delivered = 2; delivered <= 8; delivered++) {
      int flight = (17 - delivered + sent) * MSS;
      prr.arrived(MSS, flight, MSS, false);
      int room = (prr.window() - flight) / MSS;
      for (; room > 0; room--) {
        prr.sent(MSS);
        sent++;
      }
      assertEquals(delivered / 2, sent);
    }
  }

  @Test
  void belowTheThresholdItGrowsBackNoFurtherThanTheThreshold() {
    Prr prr = new Prr();
    prr.start(5 * MSS, 10 * MSS);
    prr.arrived(MSS, 2 * MSS, MSS, false);
    assertEquals(3 * MSS, prr.window(), "what was delivered");
    prr.sent(MSS);
    prr.arrived(MSS, 2 * MSS, MSS, true);
    assertEquals(4 * MSS, prr.window(), "and one more where there is progress");
    prr.sent(2 * MSS);
    prr.arrived(9 * MSS, 3 * MSS, MSS, true);
    assertEquals(5 * MSS, prr.window());
  }

  @Test
  void anAckThatDeliversNothingChangesNothing() {
    Prr prr = new Prr();
    prr.start(5 * MSS, 10 * MSS);
    prr.arrived(MSS, 2 * MSS, MSS, false);
    prr.arrived(0, MSS, MSS, false);
    assertEquals(3 * MSS, prr.window());
  }

  @Property
  void nothingIsForcedOutAndTheWindowStaysBelowWhatWasInFlight(
      @ForAll @IntRange(min = 4, max = 1 << 20) int segments,
      @ForAll @Size(max = 30) List<@IntRange(min = 1, max = 1 << 18) Integer> acks) {
    int flight = segments * MSS;
    Prr prr = new Prr();
    prr.start(flight / 2, flight);
    int out = flight;
    for (int delivered : acks) {
      int octets = Math.min(out, delivered * MSS);
      out -= octets;
      prr.arrived(octets, out, MSS, delivered % 2 == 0);
      assertTrue(prr.window() >= out);
      assertTrue(prr.window() <= flight + MSS);
      prr.sent(prr.window() - out);
      out = prr.window();
    }
  }
}
