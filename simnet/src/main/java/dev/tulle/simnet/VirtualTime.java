// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.simnet;

import dev.tulle.nio.Pace;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A time that stands still while any thread of the process can run, and jumps to the next deadline
 * when all sleep: so a program's own speed takes no time, and an hour of waiting takes none either.
 */
final class VirtualTime implements Pace, Runnable {
  private static final long BEGIN_NS = 1_000_000_000L;

  private final BooleanSupplier framesWait;
  private final ProcessSleep process = new ProcessSleep();
  private final List<Paced> stacks = new CopyOnWriteArrayList<>();
  private final Thread thread;
  private volatile long nowNs = BEGIN_NS;

  /** Whether a stack was used since its last turn. */
  private volatile boolean used;

  /** Whether a thread was woken, or used a stack, since all slept. */
  private volatile boolean woken = true;

  VirtualTime(BooleanSupplier framesWait) {
    this.framesWait = framesWait;
    thread = new Thread(this, "virtual time");
    thread.setDaemon(true);
  }

  @Override
  public long nowNs() {
    return nowNs;
  }

  @Override
  public boolean direct() {
    return false;
  }

  /** Adds a stack before {@link #start}. */
  @Override
  public void begin(Paced stack) {
    stacks.add(stack);
  }

  void start() {
    thread.start();
  }

  @Override
  public void wake() {
    used = true;
    woken = true;
    LockSupport.unpark(thread);
  }

  @Override
  public void woke() {
    woken = true;
  }

  @Override
  public void run() {
    process.ours();
    for (; ; ) {
      settle();
      used = false;
      long nextNs = turns();
      if (stacks.isEmpty()) {
        return;
      }
      if (onTheWay() || nextNs - nowNs <= 0) {
        continue;
      }
      settle(); // who was woken may want something at this time
      if (used || onTheWay()) {
        continue;
      }
      if (nextNs == Long.MAX_VALUE) {
        LockSupport.park(this);
        woken = true;
      } else {
        nowNs = nextNs;
      }
    }
  }

  /** Whether there are frames that somebody will take in. */
  private boolean onTheWay() {
    return stacks.size() > 1 && framesWait.getAsBoolean();
  }

  /** Waits until all sleep, where somebody may not. */
  private void settle() {
    while (woken) {
      woken = false;
      process.await();
    }
  }

  private long turns() {
    long nextNs = Long.MAX_VALUE;
    for (Paced stack : stacks) {
      long deadlineNs = stack.turn();
      if (deadlineNs == Long.MIN_VALUE) {
        stacks.remove(stack);
      } else {
        nextNs = Math.min(nextNs, deadlineNs);
      }
    }
    return nextNs;
  }
}
