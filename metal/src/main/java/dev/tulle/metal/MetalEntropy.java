// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.metal;

import dev.tulle.stack.Entropy;
import dev.tulle.stack.KeyedHash;

/**
 * Randomness of a machine that nobody gives any: the processor's own where it has some, and
 * otherwise how long a read from a device takes, measured again and again until it is enough.
 *
 * <p>A measurement counts as an eighth of a bit, and only where it was not foretold ({@link
 * Jitter}). So a machine whose clocks do not jitter, as a simulated one that counts instructions,
 * waits for ever rather than begin with keys that somebody knows, and says so. Measurements are
 * condensed by SipHash, whose 256 bits of state no answer reveals. The idea of measuring: Mueller,
 * CPU Time Jitter Based Non-Physical True Random Number Generator.
 */
final class MetalEntropy implements Entropy {
  /** Measurements that count, for the 256 bits of the pool. */
  static final int AT_FIRST = 8 * 256;

  /** For each number after the first, which stirs the pool. */
  private static final int AFTERWARDS = 8 * 4;

  private static final long PATIENCE_NS = 3_000_000_000L;

  private final KeyedHash pool = new KeyedHash(0, 0);
  private final Jitter jitter = new Jitter();
  private int wanted = AT_FIRST;
  private boolean told;

  MetalEntropy() {
    pool.begin();
  }

  @Override
  public long next() {
    long high = Metal.processorRandom();
    long low = Metal.processorRandom();
    return high >= 0 && low >= 0 ? high << 32 | low : gathered();
  }

  private long gathered() {
    long begunNs = Metal.monotonicNs();
    jitter.begin();
    while (jitter.counted() < wanted) {
      int time = Metal.jitter();
      jitter.add(time);
      pool.add(time);
      if (!told && Metal.monotonicNs() - begunNs > PATIENCE_NS) {
        told = true;
        MetalConsole.say("tulle: waiting for randomness: this machine's clocks hardly jitter\n");
      }
    }
    wanted = AFTERWARDS;
    return pool.end();
  }
}
