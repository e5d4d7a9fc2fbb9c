// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.stack.Part;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
  static final int COUNT = 9;

  private static Connection[] connections() {
    Connection[] all = new Connection[COUNT];
    Arrays.setAll(all, i -> FakePath.connection());
    return all;
  }

  @Test
  void nobodyWaitsAtFirst() {
    Deadlines deadlines = new Deadlines(2);
    assertEquals(Part.NEVER, deadlines.earliestNs());
    assertNull(deadlines.due(Long.MAX_VALUE - 1));
    Connection c = FakePath.connection();
    deadlines.remove(c);
    deadlines.schedule(c);
    assertEquals(Part.NEVER, deadlines.earliestNs(), "it waits for nothing");
  }

  @Test
  void theEarliestComesFirstAndOnce() {
    Connection[] all = connections();
    Deadlines deadlines = new Deadlines(COUNT);
    for (int i = 0; i < COUNT; i++) {
      all[i].endNs = 100L - i * 4 % COUNT * 10L;
      deadlines.schedule(all[i]);
    }
    assertEquals(20, deadlines.earliestNs());
    assertNull(deadlines.due(19));
    long before = 0;
    for (int i = 0; i < COUNT; i++) {
      Connection c = deadlines.due(1000);
      assertTrue(c.endNs > before);
      before = c.endNs;
      c.endNs = Part.NEVER;
    }
    assertNull(deadlines.due(1000));
    assertEquals(Part.NEVER, deadlines.earliestNs());
  }

  @Test
  void aDelayCostsNothingUntilTheOldTimeHasCome() {
    Connection[] all = connections();
    Deadlines deadlines = new Deadlines(COUNT);
    all[0].endNs = 10;
    deadlines.schedule(all[0]);
    all[1].endNs = 15;
    deadlines.schedule(all[1]);
    all[0].endNs = 20;
    deadlines.schedule(all[0]);
    assertEquals(10, deadlines.earliestNs());
    assertNull(deadlines.due(10));
    assertEquals(15, deadlines.earliestNs());
    assertSame(all[1], deadlines.due(30));
    assertSame(all[0], deadlines.due(30));
    all[0].endNs = 5;
    deadlines.schedule(all[0]);
    assertSame(all[0], deadlines.due(30), "one that came up may be scheduled anew");
  }

  /** Each has the place that it says, in a heap without holes, and none waits below a later one. */
  private static void assertHeap(Connection[] all) {
    Connection[] places = new Connection[COUNT];
    int count = 0;
    for (Connection c : all) {
      if (c.heapIndex >= 0) {
        assertNull(places[c.heapIndex], "two say that they are there");
        places[c.heapIndex] = c;
        count++;
      }
    }
    for (int i = 0; i < COUNT; i++) {
      assertEquals(i < count, places[i] != null, "a hole at " + i);
      if (i > 0 && i < count) {
        assertTrue(places[(i - 1) / 2].heapKeyNs <= places[i].heapKeyNs, "too low: " + i);
      }
    }
    for (Connection c : all) {
      long deadlineNs = c.deadlineNs();
      boolean known = c.heapIndex >= 0 && c.heapKeyNs <= deadlineNs;
      assertTrue(known || deadlineNs == Part.NEVER, "one would come up too late");
    }
  }

  @Property
  void placesFormAHeapWhateverHappens(
      @ForAll @Size(max = 120) List<@IntRange(max = 40 * COUNT * 4 - 1) Integer> steps) {
    Connection[] all = connections();
    Deadlines deadlines = new Deadlines(COUNT);
    long nowNs = 0;
    for (int step : steps) {
      Connection c = all[step / 4 % COUNT];
      int time = step / 4 / COUNT;
      if (step % 4 == 0) {
        nowNs += time / 4;
        Connection due = deadlines.due(nowNs);
        if (due != null) {
          assertEquals(-1, due.heapIndex);
          due.endNs = nowNs + 1 + time; // as a timer that starts anew
          deadlines.schedule(due);
        }
        while ((due = deadlines.due(nowNs)) != null) {
          due.endNs = Part.NEVER;
        }
      } else if (step % 4 == 1) {
        deadlines.remove(c);
        c.endNs = Part.NEVER;
        assertEquals(-1, c.heapIndex);
      } else {
        c.endNs = time == 0 ? Part.NEVER : nowNs + time;
        deadlines.schedule(c);
      }
      assertHeap(all);
      long earliestNs = Part.NEVER;
      for (Connection each : all) {
        earliestNs = Math.min(earliestNs, each.deadlineNs());
      }
      assertTrue(deadlines.earliestNs() <= earliestNs);
    }
  }

  @Property
  void whatIsDueIsWhatASearchFinds(
      @ForAll @Size(max = 80) List<@IntRange(max = 40 * COUNT * 4 - 1) Integer> steps) {
    Connection[] all = connections();
    boolean[] waits = new boolean[COUNT];
    Deadlines deadlines = new Deadlines(COUNT);
    long nowNs = 0;
    for (int step : steps) {
      int what = step % 4;
      int which = step / 4 % COUNT;
      int time = step / 4 / COUNT;
      Connection c = all[which];
      if (what == 0) {
        nowNs += time / 4;
        Connection due = deadlines.due(nowNs);
        while (due != null) {
          int i = Arrays.asList(all).indexOf(due);
          assertTrue(waits[i] && due.endNs <= nowNs);
          waits[i] = false;
          due.endNs = Part.NEVER;
          due = deadlines.due(nowNs);
        }
        for (int i = 0; i < COUNT; i++) {
          assertTrue(!waits[i] || all[i].endNs > nowNs, "one was forgotten");
        }
        assertTrue(deadlines.earliestNs() > nowNs);
      } else if (what == 1) {
        deadlines.remove(c);
        waits[which] = false;
        c.endNs = Part.NEVER;
      } else {
        c.endNs = time == 0 ? Part.NEVER : nowNs + time;
        deadlines.schedule(c);
        waits[which] = c.endNs != Part.NEVER;
      }
      for (int i = 0; i < COUNT; i++) {
        assertTrue(!waits[i] || deadlines.earliestNs() <= all[i].endNs);
      }
    }
  }
}
