// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MtuProbeTest {
  private static final long TEN_MINUTES_NS = 600_000_000_000L;

  private final MtuProbe probe = new MtuProbe();

  /** Searches until nothing is wanted; answers how many probes went out. */
  private int search(int most, int carried, long nowNs) {
    int sent = 0;
    for (int size = probe.wanted(most, nowNs); size != 0; size = probe.wanted(most, nowNs)) {
      sent++;
      probe.sent(1000, size);
      assertEquals(0, probe.wanted(most, nowNs), "one at a time");
      if (size <= carried) {
        probe.arrived();
      } else {
        probe.lost();
      }
    }
    return sent;
  }

  @Test
  void theLargestIsTriedFirstSinceAnOutageLooksLikeABlackHole() {
    probe.begin(88, 1460);
    assertEquals(1460, probe.wanted(1460, 0));
    assertEquals(1, search(1460, 1460, 0));
  }

  @Test
  void theSearchComesCloseToWhatThePathCarries() {
    for (int carried = 512; carried < 1460; carried++) {
      probe.begin(512, 1460);
      assertTrue(search(1460, carried, 0) <= 9);
      int low = probe.wanted(1460, TEN_MINUTES_NS) == 0 ? 1460 : low(carried);
      assertTrue(low <= carried && carried - low < 8, low + " for " + carried);
    }
  }

  /** What the search has found: the largest probe that arrived. */
  private int low(int carried) {
    int best = 512;
    probe.begin(512, 1460);
    for (int size = probe.wanted(1460, 0); size != 0; size = probe.wanted(1460, 0)) {
      probe.sent(0, size);
      if (size <= carried) {
        best = size;
        probe.arrived();
      } else {
        probe.lost();
      }
    }
    return best;
  }

  @Test
  void whenTheSearchIsOverItBeginsAgainAfterTenMinutes() {
    probe.begin(512, 1460);
    search(1460, 1000, 5);
    assertEquals(0, probe.wanted(1460, TEN_MINUTES_NS + 4));
    assertEquals(1460, probe.wanted(1460, TEN_MINUTES_NS + 5));
  }

  @Test
  void nothingIsTriedAboveWhatRoutersTell() {
    probe.begin(512, 1460);
    assertEquals(1200, probe.wanted(1200, 0));
  }

  @Test
  void anInconclusiveProbeIsRepeated() {
    probe.begin(512, 1460);
    probe.sent(0, 1460);
    probe.inconclusive();
    assertEquals(1460, probe.wanted(1460, 0));
  }
}
