// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

/**
 * Sleeps until a link may have received something, another thread wakes it, or the time is over.
 *
 * <p>One thread waits; {@link #wake} may be called from any, and a wake that comes before the wait
 * ends that wait at once.
 */
public final class LinkWaiter implements AutoCloseable {
  private final Waiter waiter = new Waiter(new Libc(), 2);
  private final Libc waking = new Libc();

  /** Waits for this link from now on. */
  public LinkWaiter(Descriptor link) {
    waiter.add(link.fd(), Waiter.IN);
  }

  /**
   * Waits.
   *
   * @param ns how long at most; {@link Long#MAX_VALUE} is for ever
   */
  public void await(long ns) {
    waiter.waitFor(ns);
  }

  /** Ends the wait of another thread, or its next one; callers take turns. */
  public void wake() {
    waiter.wake(waking);
  }

  @Override
  public void close() {
    waiter.close();
  }
}
