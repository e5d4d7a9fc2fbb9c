// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import java.util.concurrent.locks.LockSupport;

/** The wait of a {@link WaitingLink} that has no descriptor: one thread sleeps, any may wake it. */
final class Sleeper {
  /** The thread that sleeps here; null while none does. */
  private volatile Thread sleeper;

  private volatile boolean woken;

  /** As {@link WaitingLink#await}. */
  void await(long ns) {
    sleeper = Thread.currentThread();
    if (!woken) {
      if (ns == Long.MAX_VALUE) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, ns);
      }
    }
    sleeper = null;
    woken = false;
  }

  /** As {@link WaitingLink#wake}. */
  void wake() {
    if (!woken) {
      woken = true;
      LockSupport.unpark(sleeper);
    }
  }
}
