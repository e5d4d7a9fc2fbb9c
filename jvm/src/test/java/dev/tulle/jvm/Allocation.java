// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * Measures what this thread allocates while packets go by: nothing, once the code is compiled.
 *
 * <p>Until then the interpreter allocates what the compiler later finds to be needless, the
 * segments around arrays; so there is a warm-up. On a busy machine the compiler's threads get their
 * turn late, also to compile anew what they had thrown away, so a round of a million packets may
 * still be run in part by the interpreter: then another follows. What a packet really cost, each
 * round would show. {@link #NOISE_BYTES} in all, so far less than one octet for each packet, is
 * allowed in the round that decides.
 */
final class Allocation {
  static final long PACKETS = 1_000_000;

  /** The same again, and half as much more. */
  static final long WARM_UP_PACKETS = 1_500_000;

  private static final long NOISE_BYTES = 64 * 1024;

  private static final int ROUNDS = 6;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocation() {}

  /** A piece of work that goes on and on. */
  interface Work {
    /** Does some more of it and answers how many packets came by in all. */
    long go();
  }

  /**
   * Runs the work for a million packets after its warm-up and asserts that it allocates nothing.
   */
  static void assertNone(String what, Work work) {
    long warm = work.go();
    while (warm < WARM_UP_PACKETS) {
      warm = work.go();
    }
    long bytes = Long.MAX_VALUE;
    for (int i = 0; i < ROUNDS && bytes >= NOISE_BYTES; i++) {
      bytes = round(what, work);
    }
    assertTrue(bytes < NOISE_BYTES, bytes + " bytes allocated");
  }

  /** What a million packets allocate. */
  private static long round(String what, Work work) {
    long begun = work.go();
    long before = THREADS.getCurrentThreadAllocatedBytes();
    long after = THREADS.getCurrentThreadAllocatedBytes();
    long own = after - before; // of the measurement itself
    long packets = begun;
    before = after;
    while (packets < begun + PACKETS) {
      packets = work.go();
    }
    long bytes = THREADS.getCurrentThreadAllocatedBytes() - before - own;
    System.out.println(
        "allocation, " + what + ": " + bytes + " bytes for " + (packets - begun) + " packets");
    return bytes;
  }
}
