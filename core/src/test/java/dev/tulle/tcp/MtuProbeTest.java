// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MtuProbeTest {
  private static final long RTT_NS = 10_000_000;
  private static final long SECOND_NS = 1_000_000_000;
  private static final long TEN_MINUTES_NS = 600_000_000_000L;

  private final MtuProbe probe = new MtuProbe();
  private int best;

  /** Searches for as long as something is wanted within a second; answers how many probes went. */
  private int search(int most, int carried, long startNs) {
    int sent = 0;
    for (long nowNs = startNs; nowNs < startNs + SECOND_NS; nowNs += RTT_NS) {
      int size = probe.wanted(most, nowNs);
      if (size != 0) {
        sent++;
        send(size, most, carried, nowNs);
      }
    }
    return sent;
  }

  private void send(int size, int most, int carried, long nowNs) {
    probe.sent(1000, size, most);
    assertEquals(0, probe.wanted(most, nowNs), "one at a time");
    if (size <= carried) {
      best = size;
      probe.arrived();
    } else {
      probe.lost(RTT_NS, nowNs);
    }
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
      best = 512;
      probe.begin(512, 1460);
      assertTrue(search(1460, carried, 0) <= 32);
      assertTrue(best <= carried && carried - best < 8, best + " for " + carried);
    }
  }

  @Test
  void aSizeIsGivenUpAfterThreeLossesOnly() {
    probe.begin(1024, 1448);
    for (int i = 0; i < 3; i++) {
      assertEquals(1448, probe.wanted(1448, i * SECOND_NS));
      send(1448, 1448, 0, i * SECOND_NS);
    }
    long nowNs = 2 * SECOND_NS + RTT_NS;
    int size = probe.wanted(1448, nowNs);
    assertTrue(size > 1024 && size < 1448);
    send(size, 1448, 0, nowNs);
    send(size, 1448, 0, nowNs);
    assertEquals(size, probe.wanted(1448, nowNs), "twice may be chance");
    send(size, 1448, 0, nowNs);
    assertTrue(probe.wanted(1448, nowNs) < size);
  }

  @Test
  void theLargestIsTriedAgainAtIntervalsThatDoubleUpToTenMinutes() {
    probe.begin(1024, 1448);
    long nowNs = 5;
    for (int i = 1; i <= 30; i++) {
      assertEquals(1448, probe.wanted(1448, nowNs));
      send(1448, 1448, 0, nowNs);
      long waitNs = Math.min(RTT_NS << Math.min(i, 20), TEN_MINUTES_NS);
      assertTrue(probe.wanted(1448, nowNs + waitNs - 1) < 1448);
      nowNs += waitNs;
    }
  }

  @Test
  void whenTheSearchIsOverItBeginsAgainAfterTenMinutes() {
    probe.begin(512, 1460);
    search(1460, 1000, 5);
    long nowNs = TEN_MINUTES_NS + SECOND_NS;
    while (probe.wanted(1460, nowNs) == 1460) {
      send(1460, 1460, 1300, nowNs);
    }
    search(1460, 1300, nowNs);
    assertTrue(best <= 1300 && best > 1292, "found " + best);
  }

  @Test
  void nothingIsTriedAboveWhatRoutersTell() {
    probe.begin(512, 1460);
    assertEquals(1200, probe.wanted(1200, 0));
  }

  @Test
  void whatARouterRefusesIsGivenUpAtOnce() {
    probe.begin(512, 1460);
    probe.sent(0, 1460, 1460);
    probe.refused(RTT_NS, 0);
    int size = probe.wanted(1460, 0);
    assertTrue(size < 1460);
    probe.sent(0, size, 1460);
    probe.refused(RTT_NS, 0);
    assertTrue(probe.wanted(1460, 0) < size);
  }

  @Test
  void anInconclusiveProbeIsRepeated() {
    probe.begin(512, 1460);
    probe.sent(0, 1460, 1460);
    probe.inconclusive();
    assertEquals(1460, probe.wanted(1460, 0));
  }
}
