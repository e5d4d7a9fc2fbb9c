// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.stack.KeyedHash;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RateLimitTest {
  private static final long SECOND_NS = 1_000_000_000L;

  private static int allowed(RateLimit limit, int addresses, int times, long nowNs) {
    int allowed = 0;
    for (int i = 0; i < times; i++) {
      for (int a = 1; a <= addresses; a++) {
        allowed += limit.allow(a, nowNs) ? 1 : 0;
      }
    }
    return allowed;
  }

  @Test
  void oneDestinationGetsItsShareEachSecond() {
    RateLimit limit = new RateLimit(10, 1024, new KeyedHash(1, 2));
    for (int second = 0; second < 5; second++) {
      assertEquals(10, allowed(limit, 1, 100, second * SECOND_NS));
      assertFalse(limit.allow(1, second * SECOND_NS + SECOND_NS - 1));
    }
  }

  @Test
  void allTogetherGetALimitThatChangesEverySecond() {
    RateLimit limit = new RateLimit(1000, 256, new KeyedHash(1, 2));
    Set<Integer> seen = new HashSet<>();
    for (int second = 0; second < 20; second++) {
      int allowed = allowed(limit, 100, 20, second * SECOND_NS);
      assertTrue(allowed >= 256 && allowed < 512, allowed + " allowed");
      seen.add(allowed);
    }
    assertTrue(seen.size() > 10);
  }

  @Test
  void whoSharesASlotDiffersFromSecondToSecond() {
    RateLimit limit = new RateLimit(1, 1 << 20, new KeyedHash(1, 2));
    Set<Integer> losers = new HashSet<>();
    for (int second = 0; second < 200; second++) {
      limit.allow(1, second * SECOND_NS);
      for (int a = 2; a < 12; a++) {
        if (!limit.allow(a, second * SECOND_NS)) {
          losers.add(a);
        }
      }
    }
    assertEquals(10, losers.size(), "everyone shares with somebody at some time");
  }
}
