// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.buffer.Packet;
import java.lang.reflect.Field;
import org.junit.jupiter.api.Test;

class StackTest {
  /** An interface that a peer floods. */
  private static final class Flooded extends Interface {
    int waiting;
    int received;

    @Override
    public int mtu() {
      return 1500;
    }

    @Override
    public boolean input(int budget, long nowNs) {
      int n = Math.min(budget, waiting);
      waiting -= n;
      received += n;
      return n == budget;
    }

    @Override
    public void output(Packet packet, int nextHop, long nowNs) {}
  }

  private static final class Timer implements Part {
    int runs;
    long deadlineNs = 5_000;

    @Override
    public long poll(long nowNs) {
      runs++;
      return deadlineNs;
    }

    @Override
    public long deadlineNs() {
      return deadlineNs;
    }
  }

  @Test
  void aFloodDoesNotKeepTimersFromRunning() {
    Flooded flooded = new Flooded();
    Timer timer = new Timer();
    Stack stack = new Stack(new Interface[] {flooded}, new Part[] {timer});
    flooded.waiting = 1000;
    assertTrue(stack.poll(100) <= 100, "more is left, so poll at once");
    assertEquals(0, stack.deadlineNs());
    assertEquals(1, timer.runs);
    assertTrue(flooded.received < 1000);
    int turns = 1;
    while (flooded.waiting > 0) {
      stack.poll(100);
      turns++;
    }
    stack.poll(100);
    assertEquals(turns + 1, timer.runs);
    assertEquals(5_000, stack.deadlineNs());
  }

  @Test
  void anInterfaceHasABroadcastAddressUnlessItsSubnetIsTooSmall() {
    Flooded port = new Flooded();
    port.address = 0x0A090002;
    port.mask = 0xFFFFFF00;
    assertTrue(port.broadcast(-1));
    assertTrue(port.broadcast(0x0A0900FF));
    assertEquals(false, port.broadcast(0x0A090002));
    assertEquals(false, port.broadcast(0x0A0901FF));
    assertEquals(false, port.onLink(0x0A090102));
    port.mask = 0xFFFFFFFE; // RFC 3021
    assertEquals(false, port.broadcast(0x0A090003));
    assertTrue(port.onLink(0x0A090003));
    port.mask = 0x80000000;
    assertTrue(port.broadcast(0x7FFFFFFF));
  }

  @Test
  void withoutAMaskNothingIsOnTheLink() {
    Flooded port = new Flooded();
    assertEquals(false, port.onLink(0));
    assertEquals(false, port.onLink(0x0A090002));
    assertEquals(false, port.broadcast(0x0A0900FF));
    assertTrue(port.broadcast(-1));
  }

  @Test
  void everyCounterHasANumberOfItsOwnAndTheNameOfItsConstant() throws Exception {
    boolean[] taken = new boolean[Counter.COUNT];
    for (Field field : Counter.class.getFields()) {
      int number = field.getInt(null);
      if (field.getName().equals("COUNT")) {
        continue;
      }
      assertEquals(false, taken[number], field.getName());
      taken[number] = true;
      String[] words = field.getName().toLowerCase(java.util.Locale.ROOT).split("_", 2);
      assertEquals(words[0] + "." + words[1], CounterNames.of(number));
    }
    for (int i = 0; i < taken.length; i++) {
      assertTrue(taken[i], "no counter has the number " + i);
      assertNotNull(CounterNames.of(i));
    }
  }
}
