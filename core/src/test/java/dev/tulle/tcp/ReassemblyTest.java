// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ReassemblyTest {
  private static final int[] BASES = {0, 1000, 0x7FFF_FFE0, 0xFFFF_FFE0};

  /** Ranges of the model: runs of set bits. */
  private static int runs(BitSet bits) {
    int runs = 0;
    for (int i = bits.nextSetBit(0); i >= 0; i = bits.nextSetBit(bits.nextClearBit(i))) {
      runs++;
    }
    return runs;
  }

  private static void assertSame(BitSet model, Reassembly held, int base) {
    assertEquals(runs(model), held.count());
    assertEquals(model.isEmpty(), held.isEmpty());
    for (int i = 0; i < held.count(); i++) {
      int at = held.start(i) - base;
      assertTrue(model.get(at) && (at == 0 || !model.get(at - 1)), "a run starts there");
      assertEquals(base + model.nextClearBit(at), held.end(i));
    }
  }

  @Property
  void rangesAreASetOfOctets(
      @ForAll @IntRange(max = 3) int where,
      @ForAll @IntRange(min = 1, max = 5) int ranges,
      @ForAll @Size(max = 40) List<@IntRange(max = 64 * 16 - 1) Integer> steps) {
    int base = BASES[where];
    Reassembly held = new Reassembly(ranges);
    BitSet model = new BitSet();
    for (int step : steps) {
      int start = step % 64;
      int end = start + 1 + step / 64;
      BitSet after = (BitSet) model.clone();
      after.set(start, end);
      boolean fits = runs(after) <= ranges;
      assertEquals(fits, held.add(base + start, base + end));
      if (fits) {
        model = after;
        assertEquals(base + model.nextClearBit(start), held.end(0), "the latest is the first");
      }
      assertSame(model, held, base);
      for (int i = 0; i < 84; i++) {
        int gap = model.nextClearBit(i);
        assertEquals(base + gap, held.gapStart(base + i));
        if (gap == i) {
          int next = model.nextSetBit(i);
          int limit = i + 20;
          assertEquals(
              base + (next < 0 ? limit : Math.min(next, limit)),
              held.gapEnd(base + i, base + limit));
        }
      }
    }
  }

  @Property
  void advancingDropsWhatWasReachedAndAnswersWhatIsMissing(
      @ForAll @IntRange(max = 3) int where,
      @ForAll @Size(max = 6) List<@IntRange(max = 64 * 16 - 1) Integer> adds,
      @ForAll @IntRange(max = 90) int next) {
    int base = BASES[where];
    Reassembly held = new Reassembly(6);
    BitSet model = new BitSet();
    for (int add : adds) {
      int start = add % 64;
      int end = start + 1 + add / 64;
      assertTrue(held.add(base + start, base + end));
      model.set(start, end);
    }
    // All up to next is in order now, so what touches it is too.
    int missing = model.nextClearBit(next);
    assertEquals(base + missing, held.advance(base + next));
    model.clear(0, missing);
    assertSame(model, held, base);
  }

  @Test
  void aFullTableStillTakesWhatTouchesIt() {
    Reassembly held = new Reassembly(2);
    assertTrue(held.add(10, 20));
    assertTrue(held.add(30, 40));
    assertFalse(held.add(50, 60));
    assertFalse(held.add(0, 5));
    assertEquals(2, held.count());
    assertTrue(held.add(40, 45), "the end of one");
    assertTrue(held.add(25, 30), "the start of one");
    assertTrue(held.add(20, 25), "between two: they become one");
    assertEquals(1, held.count());
    assertEquals(10, held.start(0));
    assertEquals(45, held.end(0));
    assertTrue(held.add(50, 60));
  }

  @Test
  void oneThatCoversAllLeavesOne() {
    Reassembly held = new Reassembly(3);
    held.add(0xFFFF_FFF0, 0xFFFF_FFF2);
    held.add(0xFFFF_FFFE, 2);
    held.add(6, 8);
    assertTrue(held.add(0xFFFF_FFE0, 7));
    assertEquals(1, held.count());
    assertEquals(0xFFFF_FFE0, held.start(0));
    assertEquals(8, held.end(0));
    held.clear();
    assertTrue(held.isEmpty());
  }

  @Test
  void withoutAnyRangeNothingIsHeld() {
    Reassembly held = new Reassembly(0);
    assertFalse(held.add(1, 2));
    assertEquals(7, held.gapStart(7));
    assertEquals(9, held.gapEnd(7, 9));
    assertEquals(7, held.advance(7));
  }
}
