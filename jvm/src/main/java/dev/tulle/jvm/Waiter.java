// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Sleeps in one ppoll(2) until a descriptor is ready, another thread wakes it, or the time is over.
 *
 * <p>One thread waits; {@link #wake} may be called from any, and a wake that comes before the wait
 * ends that wait at once. Timeouts are in nanoseconds, as the deadlines of the stack are.
 */
final class Waiter implements AutoCloseable {
  /** Ready to be read, or broken, which reading then tells. */
  static final int IN = 0x1;

  /** Ready to be written. */
  static final int OUT = 0x4;

  private static final int EFD_NONBLOCK = 0x800;
  private static final int EFD_CLOEXEC = 0x80000;

  /** struct pollfd: int fd, short events, short revents. */
  private static final int POLLFD_BYTES = 8;

  private static final byte[] ONE = {1, 1, 1, 1, 1, 1, 1, 1};

  private final Libc libc;
  private final MemorySegment descriptors;
  private final MemorySegment timeout;
  private final byte[] drained = new byte[8];
  private final int wakeFd;
  private int count;

  /**
   * @param capacity how many descriptors can be added
   */
  Waiter(Libc libc, int capacity) {
    this.libc = libc;
    descriptors = Arena.ofAuto().allocate((capacity + 1L) * POLLFD_BYTES, 8);
    timeout = Arena.ofAuto().allocate(16, 8);
    wakeFd = libc.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (wakeFd < 0) {
      throw new IllegalStateException("eventfd failed with errno " + -wakeFd);
    }
    add(wakeFd, IN);
  }

  /** Adds a descriptor and answers its index, from 1 up. */
  int add(int fd, int events) {
    descriptors.set(JAVA_INT, (long) count * POLLFD_BYTES, fd);
    descriptors.set(JAVA_SHORT, (long) count * POLLFD_BYTES + 4, (short) events);
    return count++;
  }

  /** Waits for a descriptor, or leaves it out from now on. */
  void enable(int index, boolean wanted) {
    // poll(2) skips an entry whose descriptor is negative; ~fd keeps descriptor 0 apart from that.
    int fd = descriptors.get(JAVA_INT, (long) index * POLLFD_BYTES);
    if (fd < 0 == wanted) {
      descriptors.set(JAVA_INT, (long) index * POLLFD_BYTES, ~fd);
    }
  }

  /**
   * Waits.
   *
   * @param ns how long at most; 0 or less only looks; {@link Long#MAX_VALUE} is for ever
   * @return whether a descriptor is ready or somebody called {@link #wake}
   */
  boolean waitFor(long ns) {
    long limit = 0;
    if (ns != Long.MAX_VALUE) {
      long left = Math.max(ns, 0);
      timeout.set(JAVA_LONG, 0, left / 1_000_000_000);
      timeout.set(JAVA_LONG, 8, left % 1_000_000_000);
      limit = timeout.address();
    }
    if (libc.ppoll(descriptors.address(), count, limit) <= 0) {
      return false; // The time is over, or a signal came: the caller looks at its clock again.
    }
    if (ready(0)) {
      libc.read(wakeFd, drained, 0, drained.length);
    }
    return true;
  }

  /** Whether the last wait found the descriptor ready, hung up or broken. */
  boolean ready(int index) {
    return descriptors.get(JAVA_SHORT, (long) index * POLLFD_BYTES + 6) != 0;
  }

  /** Ends the wait of another thread, or its next one. */
  void wake() {
    // An instance of its own: the other thread's errno is not ours to overwrite.
    wake(new Libc());
  }

  /** As {@link #wake()}, by an instance that no other thread uses meanwhile. */
  void wake(Libc own) {
    own.write(wakeFd, ONE, 0, ONE.length);
  }

  @Override
  public void close() {
    libc.close(wakeFd);
  }
}
