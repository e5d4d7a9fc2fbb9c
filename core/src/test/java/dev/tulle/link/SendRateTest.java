// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SendRateTest {
  private static final long MS = 1_000_000;

  private final SendRate rate = new SendRate();
  private long nowNs = 7_000 * MS;
  private int changes;

  @Test
  void aGigabitIsBulkUntilItPauses() {
    send(1514, 12_000, 20);
    assertTrue(rate.bulk());
    assertEquals(1, changes);
    send(66, 50 * MS, 1);
    assertFalse(rate.bulk());
    assertEquals(2, changes);
  }

  @Test
  void aHundredMegabitsLeaveThingsAsTheyAre() {
    send(1514, 120_000, 20);
    assertFalse(rate.bulk());
    send(1514, 12_000, 20);
    send(1514, 120_000, 20);
    assertTrue(rate.bulk());
    send(1514, 1_200_000, 20);
    assertFalse(rate.bulk());
  }

  @Test
  void acknowledgementsOfTenGigabitsAreConversation() {
    send(66, 2_400, 50);
    assertFalse(rate.bulk());
  }

  @Test
  void aHundredThousandRoundTripsASecondAreConversation() {
    send(67, 10_000, 50);
    assertFalse(rate.bulk());
    assertEquals(0, changes);
  }

  @Test
  void oneBurstAfterAPauseIsNotBulk() {
    for (int i = 0; i < 10; i++) {
      send(1514, 1_000, 0.1);
      nowNs += 40 * MS;
    }
    assertFalse(rate.bulk());
  }

  /** Sends a frame each {@code stepNs} for some milliseconds. */
  private void send(int octets, long stepNs, double ms) {
    long endNs = nowNs + (long) (ms * MS);
    do {
      nowNs += stepNs;
      if (rate.changed(octets, nowNs)) {
        changes++;
      }
    } while (nowNs < endNs);
  }
}
