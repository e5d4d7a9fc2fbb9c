// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SentSegmentsTest {
  private static final int[] FLAGS = {
    SentSegments.SACKED, SentSegments.LOST, SentSegments.AGAIN, SentSegments.EVER
  };

  @Property
  void theCountsAreThoseOfTheMarks(
      @ForAll @IntRange(min = 1, max = 6) int capacity,
      @ForAll @Size(max = 60) List<@IntRange(max = 6 * 16 * 5 - 1) Integer> steps) {
    SentSegments segments = new SentSegments(capacity);
    List<int[]> model = new ArrayList<>(); // end and marks
    int end = 0x7FFF_FFF0;
    for (int step : steps) {
      int i = step / 5 % 6;
      int flags = step / 30;
      if (step % 5 < 2) {
        end += 3;
        segments.add(end, end);
        if (model.size() < capacity) {
          model.add(new int[] {end, 0});
        } else {
          model.get(capacity - 1)[0] = end;
        }
      } else if (step % 5 == 2 && !model.isEmpty()) {
        segments.remove();
        model.remove(0);
      } else if (i < model.size() && step % 5 == 3) {
        segments.mark(i, flags);
        model.get(i)[1] |= flags;
      } else if (i < model.size()) {
        segments.unmark(i, flags);
        model.get(i)[1] &= ~flags;
      }
      int[] counts = new int[9];
      for (int k = 0; k < model.size(); k++) {
        assertEquals(model.get(k)[0], segments.end(k));
        for (int flag : FLAGS) {
          boolean has = (model.get(k)[1] & flag) != 0;
          assertEquals(has, segments.has(k, flag));
          counts[flag] += has ? 1 : 0;
        }
      }
      assertEquals(model.size(), segments.count());
      assertEquals(model.size() == capacity, segments.full());
      assertEquals(counts[SentSegments.SACKED], segments.sacked);
      assertEquals(counts[SentSegments.LOST], segments.lost);
      assertEquals(counts[SentSegments.AGAIN], segments.again);
    }
  }

  @Test
  void bothPiecesOfASegmentAreAsItWas() {
    SentSegments segments = new SentSegments(4);
    segments.add(10, 100);
    segments.remove(); // so that the ring wraps
    segments.add(20, 110);
    segments.add(50, 120);
    segments.add(60, 130);
    segments.mark(1, SentSegments.LOST);
    segments.mark(2, SentSegments.SACKED);
    segments.split(1, 35);
    int[] ends = {20, 35, 50, 60};
    long[] sent = {110, 120, 120, 130};
    for (int i = 0; i < 4; i++) {
      assertEquals(ends[i], segments.end(i));
      assertEquals(sent[i], segments.sentNs(i));
      assertEquals(i == 1 || i == 2, segments.missing(i));
    }
    assertTrue(segments.has(3, SentSegments.SACKED));
    assertEquals(2, segments.lost);
    assertEquals(1, segments.sacked);
    assertEquals(1, segments.inFlight());
    assertTrue(segments.full());
  }

  @Test
  void whatIsSentAgainIsMissingNoMore() {
    SentSegments segments = new SentSegments(2);
    segments.add(10, 100);
    segments.add(20, 110);
    segments.mark(0, SentSegments.LOST);
    assertTrue(segments.missing(0));
    assertEquals(1, segments.inFlight());
    segments.sentAgain(0, 300);
    assertEquals(false, segments.missing(0));
    assertEquals(300, segments.sentNs(0));
    assertEquals(2, segments.inFlight());
    segments.remove();
    assertEquals(1, segments.inFlight());
    segments.clear();
    assertEquals(0, segments.inFlight());
  }

  @Test
  void roomIsBorrowedInLargerSizesAndGivenBack() {
    SegmentRows rows = new SegmentRows(16);
    SentSegments segments = new SentSegments(rows);
    int end = 0;
    for (; end < 20; end++) {
      segments.add(end, end);
    }
    for (int i = 0; i < 10; i++) {
      segments.remove(); // so that the ring wraps when it grows
    }
    for (; segments.room(); end++) {
      segments.add(end, end);
    }
    assertEquals(32 * 64, segments.count());
    for (int i = 0; i < segments.count(); i++) {
      assertEquals(10 + i, segments.end(i));
      assertEquals(10 + i, segments.sentNs(i));
    }
    segments.release();
    assertEquals(0, segments.count());
    SentSegments other = new SentSegments(rows);
    for (end = 0; other.room(); end++) {
      other.add(end, end);
    }
    assertEquals(32 * 64, other.count());
  }

  @Test
  void whoGetsNoLargerSizeHasFewerInFlight() {
    SegmentRows rows = new SegmentRows(4); // one of each larger size
    rows.counters = new Counters();
    SentSegments[] all = {new SentSegments(rows), new SentSegments(rows)};
    for (SentSegments segments : all) {
      while (segments.room()) {
        segments.add(segments.count(), 0);
      }
    }
    assertEquals(32 * 64, all[0].count()); // which gave the sizes between back
    assertEquals(32 * 16, all[1].count());
    assertEquals(1, rows.counters.value(Counter.TCP_RECORDS_SHORT));
  }
}
