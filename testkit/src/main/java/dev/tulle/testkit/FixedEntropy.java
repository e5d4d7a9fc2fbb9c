// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

import dev.tulle.stack.Entropy;
import java.util.SplittableRandom;

/** Entropy that is none: the same seed gives the same keys, so a test runs the same way again. */
public final class FixedEntropy implements Entropy {
  private final SplittableRandom random;

  public FixedEntropy(long seed) {
    random = new SplittableRandom(seed);
  }

  @Override
  public long next() {
    return random.nextLong();
  }
}
