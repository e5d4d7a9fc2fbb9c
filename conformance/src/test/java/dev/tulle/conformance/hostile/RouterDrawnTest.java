// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Forwarding, translation and filter with packets that a seed draws: what {@link RouterFuzz} does.
 */
class RouterDrawnTest {
  private static final int RUNS = 1500;

  @Test
  void drawnPacketsAreSurvived() {
    for (int seed = 0; seed < RUNS; seed++) {
      try {
        RouterFuzz.run(drawn(new SplittableRandom(seed)));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("with the seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  private static RouterFuzz.Choices drawn(SplittableRandom random) {
    return new RouterFuzz.Choices() {
      @Override
      public int between(int least, int most) {
        return random.nextInt(least, most + 1);
      }

      @Override
      public byte[] octets(int most) {
        byte[] octets = new byte[random.nextInt(most + 1)];
        random.nextBytes(octets);
        return octets;
      }

      @Override
      public boolean more() {
        return true;
      }
    };
  }
}
