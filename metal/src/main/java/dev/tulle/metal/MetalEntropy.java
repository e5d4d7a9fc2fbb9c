// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.metal;

import dev.tulle.stack.Entropy;
import dev.tulle.stack.KeyedHash;

/**
 * Randomness of a machine that nobody gives any: the processor's own where it has some, and
 * otherwise how long a read from a device takes, measured again and again until it is enough.
 *
 * <p>A measurement counts as an eighth of a bit, and only where it differs from each of the last
 * 32: a machine that does the same in the same time has a few values that come again. So one whose
 * clocks do not jitter, as a simulated one that counts instructions, waits for ever rather than
 * begin with keys that somebody knows, and says so. Measurements are condensed by SipHash, whose
 * 256 bits of state no answer reveals. The idea of measuring, and of not counting what comes again:
 * Mueller, CPU Time Jitter Based Non-Physical True Random Number Generator.
 */
final class MetalEntropy implements Entropy {
  /** Measurements that count, for the 256 bits of the pool. */
  private static final int AT_FIRST = 8 * 256;

  /** For each number after the first, which stirs the pool. */
  private static final int AFTERWARDS = 8 * 4;

  private static final int REMEMBERED = 32;

  /** Of how many measurements more must count than are taken back. */
  private static final int ROUND = 1024;

  private static final int TAKEN_BACK = 64;
  private static final long PATIENCE_NS = 3_000_000_000L;

  private final KeyedHash pool = new KeyedHash(0, 0);
  private final int[] lastTimes = new int[REMEMBERED];
  private int oldest;
  private int last;
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
    int counted = 0;
    for (int i = 1; counted < wanted; i++) {
      if (i % ROUND == 0) {
        counted = Math.max(0, counted - TAKEN_BACK); // or very little would be enough in the end
      }
      int now = Metal.jitter();
      int time = now - last;
      last = now;
      pool.add(now);
      if (isNew(time)) {
        counted++;
      } else if (!told && Metal.monotonicNs() - begunNs > PATIENCE_NS) {
        told = true;
        MetalConsole.say("tulle: waiting for randomness: this machine's clocks hardly jitter\n");
      }
    }
    wanted = AFTERWARDS;
    return pool.end();
  }

  /** Whether none of the last measurements was the same; takes the place of the oldest. */
  private boolean isNew(int time) {
    boolean found = false;
    for (int i = 0; i < REMEMBERED; i++) {
      found |= lastTimes[i] == time;
    }
    lastTimes[oldest] = time;
    oldest = (oldest + 1) % REMEMBERED;
    return !found;
  }
}
