// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import dev.tulle.jvm.Descriptor;
import dev.tulle.jvm.LinkWaiter;
import dev.tulle.link.Link;
import java.util.concurrent.locks.LockSupport;

/** The machine's time: one thread for each stack, which sleeps in the link's own wait. */
final class RealTime implements Pace, Runnable {
  /** How often a link is looked at that cannot wait. */
  private static final long LOOK_NS = 1_000_000L;

  private final long startNs = System.nanoTime();
  private final String name;
  private final WaitingLink waiting;
  private final LinkWaiter descriptor;
  private Paced stack;
  private volatile Thread thread;

  RealTime(Link link, String name) {
    this.name = name;
    waiting = link instanceof WaitingLink able ? able : null;
    descriptor = link instanceof Descriptor open ? new LinkWaiter(open) : null;
  }

  @Override
  public long nowNs() {
    return System.nanoTime() - startNs;
  }

  @Override
  public boolean direct() {
    return true;
  }

  @Override
  public void begin(Paced paced) {
    stack = paced;
    thread = new Thread(this, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void run() {
    long deadlineNs = stack.turn();
    while (deadlineNs != Long.MIN_VALUE) {
      long ns = deadlineNs == Long.MAX_VALUE ? deadlineNs : deadlineNs - nowNs();
      if (ns > 0) {
        sleep(ns); // who uses the stack from here on wakes us, also before we sleep
      } else {
        Thread.yield(); // others want the lock too
      }
      deadlineNs = stack.turn();
    }
    if (descriptor != null) {
      descriptor.close();
    }
  }

  private void sleep(long ns) {
    if (waiting != null) {
      waiting.await(ns);
    } else if (descriptor != null) {
      descriptor.await(ns);
    } else {
      LockSupport.parkNanos(this, Math.min(ns, LOOK_NS));
    }
  }

  @Override
  public void wake() {
    if (waiting != null) {
      waiting.wake();
    } else if (descriptor != null) {
      descriptor.wake();
    } else {
      LockSupport.unpark(thread);
    }
  }
}
