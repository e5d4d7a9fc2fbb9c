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
