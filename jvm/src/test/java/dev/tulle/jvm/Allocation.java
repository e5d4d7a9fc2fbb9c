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
 * segments around arrays; so there is a warm-up. What little may remain in the measured part is the
 * compiler's doing: code that is thrown away and made anew runs interpreted for a moment. {@link
 * #NOISE_BYTES} in all, so far less than one octet for each packet, is allowed for that.
 */
final class Allocation {
  static final long PACKETS = 1_000_000;

  /** The same again, and half as much more. */
  static final long WARM_UP_PACKETS = 1_500_000;

  private static final long NOISE_BYTES = 64 * 1024;

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
    long before = THREADS.getCurrentThreadAllocatedBytes();
    long after = THREADS.getCurrentThreadAllocatedBytes();
    long own = after - before; // of the measurement itself
    long packets = warm;
    before = after;
    while (packets < warm + PACKETS) {
      packets = work.go();
    }
    long bytes = THREADS.getCurrentThreadAllocatedBytes() - before - own;
    System.out.println(
        "allocation, " + what + ": " + bytes + " bytes for " + (packets - warm) + " packets");
    assertTrue(bytes < NOISE_BYTES, bytes + " bytes allocated");
  }
}
