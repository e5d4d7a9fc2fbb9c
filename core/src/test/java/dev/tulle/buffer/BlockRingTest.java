// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.buffer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BlockRingTest {
  private static final int BLOCK = 8;

  private static byte octet(int at) {
    return (byte) (at * 31 + (at >> 8));
  }

  private static byte[] octets(int from, int count) {
    byte[] b = new byte[count];
    for (int i = 0; i < count; i++) {
      b[i] = octet(from + i);
    }
    return b;
  }

  /** What a receiver does with a ring: promises, stores early and in order, reads. */
  private static final class Stream {
    final BlockRing ring;
    final boolean[] early = new boolean[4096];
    int start;
    int edge;

    Stream(BlockPool pool, int capacity) {
      ring = new BlockRing(pool, capacity);
    }

    int next() {
      return start + ring.length();
    }

    void promise() {
      edge = Math.max(edge, next() + ring.promise());
    }

    void store(int ahead, int wanted) {
      int from = Math.min(next() + ahead, edge);
      int count = Math.min(wanted, Math.min(edge, early.length) - from);
      if (count <= 0) {
        return;
      }
      if (from == next() && !early[from]) {
        count = 1; // the rest may be there already
        assertEquals(1, ring.append(octets(from, 1), 0, 1), "what was promised is not stored");
        while (next() < edge && early[next()]) {
          ring.extend(1);
        }
        return;
      }
      ring.put(from - next() + ring.length(), octets(from, count), 0, count);
      for (int i = from; i < from + count; i++) {
        early[i] = true;
      }
      if (from == next()) {
        while (next() < edge && early[next()]) {
          ring.extend(1);
        }
      }
    }

    void read(int wanted) {
      int count = Math.min(wanted, ring.length());
      byte[] seen = new byte[count];
      ring.copy(0, seen, 0, count);
      assertArrayEquals(octets(start, count), seen);
      ring.consume(count);
      start += count;
    }
  }

  @Property
  void whateverIsPromisedIsStored(
      @ForAll @IntRange(min = 0, max = 12) int shared,
      @ForAll @Size(max = 200) List<@IntRange(min = 0, max = 9999) Integer> steps) {
    BlockPool pool = new BlockPool(BLOCK, shared);
    Stream[] streams = {new Stream(pool, 40), new Stream(pool, 3), new Stream(pool, 70)};
    for (int step : steps) {
      Stream s = streams[step % 3];
      int amount = step / 15 % 25;
      switch (step / 3 % 5) {
        case 0:
          s.promise();
          break;
        case 1:
          s.store(0, amount + 1);
          break;
        case 2:
          s.store(amount, step / 375);
          break;
        case 3:
          s.read(amount);
          break;
        default:
          s.ring.capacity(3 + amount * 2);
          break;
      }
      assertTrue(pool.used() <= pool.capacity());
    }
    for (Stream s : streams) {
      s.read(Integer.MAX_VALUE);
      s.ring.clear();
    }
    assertEquals(0, pool.used());
    assertEquals(40, streams[0].ring.promise(), 40 - BLOCK); // all of the pool is there again
  }

  @Test
  void anEmptyRingTakesNothing() {
    BlockPool pool = new BlockPool(BLOCK, 10);
    BlockRing ring = new BlockRing(pool, 40);
    assertEquals(40, ring.promise());
    assertEquals(0, pool.used());
    ring.append(octets(0, 20), 0, 20);
    assertEquals(3 * BLOCK, pool.used());
    ring.consume(9);
    assertEquals(2 * BLOCK, pool.used());
    ring.consume(11);
    assertEquals(0, pool.used());
  }

  @Test
  void eachRingIsSureOfOneBlock() {
    BlockPool pool = new BlockPool(BLOCK, 0);
    int[] refused = new int[1];
    pool.attach(() -> refused[0]++);
    BlockRing[] rings = new BlockRing[5];
    for (int i = 0; i < rings.length; i++) {
      rings[i] = new BlockRing(pool, 40);
    }
    for (BlockRing ring : rings) {
      assertEquals(BLOCK, ring.free());
      assertEquals(BLOCK, ring.promise());
      assertEquals(BLOCK, ring.append(octets(0, 20), 0, 20));
    }
    assertEquals(5 * BLOCK, pool.used());
    assertEquals(10, refused[0]); // a promise and what is appended to each
  }

  @Test
  void greedyRingsLeaveSomethingForLaterOnes() {
    BlockPool pool = new BlockPool(BLOCK, 64);
    BlockRing greedy = new BlockRing(pool, 1000);
    BlockRing later = new BlockRing(pool, 1000);
    for (int i = 0; i < 100; i++) {
      greedy.promise(); // again and again
    }
    assertEquals(33 * BLOCK, greedy.promise());
    assertEquals(17 * BLOCK, later.promise());
  }

  @Test
  void whatWasGivenBackCanBeHadByOthers() {
    BlockPool pool = new BlockPool(BLOCK, 64);
    BlockRing first = new BlockRing(pool, 1000);
    BlockRing second = new BlockRing(pool, 1000);
    int most = first.promise();
    first.append(octets(0, most), 0, most);
    first.consume(most);
    assertEquals(most, second.promise());
    second.seal();
    assertEquals(0, second.promise());
    assertEquals(most, first.promise());
  }

  @Test
  void aCapacityThatShrinksTakesNoPromiseBack() {
    BlockRing ring = new BlockRing(new BlockPool(BLOCK, 64), 100);
    assertEquals(100, ring.promise());
    ring.capacity(10);
    assertEquals(100, ring.promise());
    assertEquals(10, ring.append(octets(0, 10), 0, 10));
    ring.put(10, octets(10, 90), 0, 90);
    ring.extend(90);
    ring.consume(95);
    assertEquals(5, ring.promise());
    ring.clear();
    assertEquals(100, ring.promise());
  }

  @Test
  void aPoolThatMadeAllMakesNoMore() {
    BlockPool pool = new BlockPool(BLOCK, 7);
    BlockRing ring = new BlockRing(pool, 100);
    pool.makeAll();
    assertEquals(pool.capacity(), pool.made());
    ring.append(octets(0, 100), 0, 100);
    assertEquals(pool.capacity(), pool.made());
  }

  @Test
  void readsJumpBetweenTheBeginningAndTheEnd() {
    BlockRing ring = new BlockRing(new BlockPool(BLOCK, 400), 1000);
    assertEquals(1000, ring.append(octets(0, 1000), 0, 1000));
    ring.consume(13);
    byte[] to = new byte[30];
    for (int i = 0; i < 400; i++) {
      int at = i % 2 == 0 ? i : 950 - i;
      ring.copy(at, to, 0, 30);
      assertArrayEquals(octets(13 + at, 30), to);
    }
  }
}
