// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class WaiterTest {
  private final Libc libc = new Libc();

  @Test
  void sleepsUntilTheTimeIsOver() {
    try (Waiter waiter = new Waiter(libc, 1)) {
      long startNs = System.nanoTime();
      assertFalse(waiter.waitFor(20_000_000));
      assertTrue(System.nanoTime() - startNs >= 20_000_000);
    }
  }

  @Test
  void onlyLooksWhereTheDeadlineIsPast() {
    try (Waiter waiter = new Waiter(libc, 1)) {
      assertFalse(waiter.waitFor(0));
      assertFalse(waiter.waitFor(-5));
      assertFalse(waiter.waitFor(Long.MIN_VALUE));
    }
  }

  @Test
  void wakeBeforeTheWaitEndsItOnce() {
    try (Waiter waiter = new Waiter(libc, 1)) {
      waiter.wake();
      waiter.wake();
      assertTrue(waiter.waitFor(Long.MAX_VALUE));
      assertFalse(waiter.waitFor(0));
    }
  }

  @Test
  void anotherThreadEndsTheWait() throws InterruptedException {
    try (Waiter waiter = new Waiter(libc, 1)) {
      Thread thread = new Thread(waiter::wake);
      thread.start();
      assertTrue(waiter.waitFor(10_000_000_000L));
      thread.join();
    }
  }

  @Test
  void descriptorsCountWhileTheyAreWanted() {
    int event = libc.eventfd(1, 0);
    int zero = libc.open("/dev/null".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, 0);
    try (Waiter waiter = new Waiter(libc, 2)) {
      int first = waiter.add(event, Waiter.IN);
      int second = waiter.add(zero, Waiter.IN);
      assertEquals(1, first);
      assertEquals(2, second);
      waiter.enable(second, false);
      assertTrue(waiter.waitFor(0));
      assertTrue(waiter.ready(first));
      assertFalse(waiter.ready(second));
      waiter.enable(first, false);
      waiter.enable(first, false);
      assertFalse(waiter.waitFor(0));
      waiter.enable(first, true);
      assertTrue(waiter.waitFor(0));
    } finally {
      libc.close(event);
      libc.close(zero);
    }
  }
}
