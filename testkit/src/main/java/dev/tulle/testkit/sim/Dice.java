// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit.sim;

import java.util.SplittableRandom;

/** Random choices as scenarios make them; the same seed always makes the same ones. */
final class Dice {
  private final SplittableRandom random;

  Dice(long seed) {
    random = new SplittableRandom(seed);
  }

  boolean percent(int chance) {
    return random.nextInt(100) < chance;
  }

  boolean ppm(int chance) {
    return chance != 0 && random.nextInt(1_000_000) < chance;
  }

  /** Both bounds included. */
  int between(int low, int high) {
    return low + random.nextInt(high - low + 1);
  }

  long between(long low, long high) {
    return low + random.nextLong(high - low + 1);
  }

  /** Each order of magnitude as likely as the others; both bounds included. */
  long magnitude(long low, long high) {
    double power = random.nextDouble() * Math.log((high + 1.0) / low);
    return Math.min(high, (long) (low * Math.exp(power)));
  }

  int pick(int... values) {
    return values[random.nextInt(values.length)];
  }

  /** The seed of something that draws for itself. */
  long seed() {
    return random.nextLong();
  }
}
