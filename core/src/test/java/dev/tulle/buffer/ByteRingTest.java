// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.buffer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ByteRingTest {
  private static byte[] numbers(int from, int count) {
    byte[] b = new byte[count];
    for (int i = 0; i < count; i++) {
      b[i] = (byte) (from + i);
    }
    return b;
  }

  @Test
  void whatDoesNotFitIsNotTaken() {
    ByteRing ring = new ByteRing(5);
    assertEquals(3, ring.append(numbers(0, 3), 0, 3));
    assertEquals(2, ring.append(numbers(3, 4), 0, 4));
    assertEquals(0, ring.append(numbers(9, 1), 0, 1));
    assertEquals(5, ring.length());
    assertEquals(0, ring.free());
    byte[] all = new byte[5];
    ring.copy(0, all, 0, 5);
    assertArrayEquals(numbers(0, 5), all);
  }

  @Test
  void octetsPutBeyondTheEndCountOnceTheGapIsFilled() {
    ByteRing ring = new ByteRing(8);
    ring.append(numbers(0, 6), 0, 6);
    ring.consume(5); // so that what follows wraps around
    ring.put(4, numbers(104, 3), 0, 3);
    assertEquals(1, ring.length());
    assertEquals(3, ring.append(numbers(101, 3), 0, 3));
    ring.extend(3);
    byte[] all = new byte[7];
    ring.copy(0, all, 0, 7);
    assertArrayEquals(new byte[] {5, 101, 102, 103, 104, 105, 106}, all);
  }

  @Test
  void octetsPutBeyondTheEndStayInPlaceWhenAllThatIsHeldIsConsumed() {
    for (int offset = 0; offset < 8; offset++) { // wherever the ring wraps
      ByteRing ring = new ByteRing(8);
      ring.append(numbers(0, offset), 0, offset);
      ring.consume(offset);
      ring.append(numbers(0, 3), 0, 3);
      ring.put(5, numbers(105, 2), 0, 2); // two octets are missing before them
      ring.consume(3);
      assertEquals(0, ring.length());
      assertEquals(8, ring.free());
      ring.append(numbers(103, 2), 0, 2);
      ring.extend(2);
      byte[] all = new byte[4];
      ring.copy(0, all, 0, 4);
      assertArrayEquals(numbers(103, 4), all);
    }
  }

  @Test
  void aClearedRingIsEmptyWhereverItStood() {
    ByteRing ring = new ByteRing(4);
    ring.append(numbers(0, 4), 0, 4);
    ring.consume(3);
    ring.clear();
    assertEquals(0, ring.length());
    assertEquals(4, ring.append(numbers(7, 9), 0, 9));
    byte[] all = new byte[4];
    ring.copy(0, all, 0, 4);
    assertArrayEquals(numbers(7, 4), all);
  }

  @Test
  void aRingWithoutRoomTakesNothing() {
    ByteRing ring = new ByteRing(0);
    assertEquals(0, ring.append(numbers(0, 1), 0, 1));
    ring.consume(0);
    assertEquals(0, ring.free());
  }

  @Property
  void aRingIsAQueueWithALimit(
      @ForAll @IntRange(min = 1, max = 40) int capacity,
      @ForAll @Size(max = 60) List<@IntRange(min = -45, max = 45) Integer> steps) {
    ByteRing ring = new ByteRing(capacity);
    Deque<Byte> model = new ArrayDeque<>();
    int next = 0;
    for (int step : steps) {
      if (step >= 0) {
        int taken = ring.append(numbers(next, step), 0, step);
        assertEquals(Math.min(step, capacity - model.size()), taken);
        for (int i = 0; i < taken; i++) {
          model.add((byte) (next + i));
        }
        next += taken;
      } else {
        int count = Math.min(-step, ring.length());
        byte[] out = new byte[count];
        ring.copy(0, out, 0, count);
        ring.consume(count);
        for (int i = 0; i < count; i++) {
          assertEquals(model.remove().byteValue(), out[i]);
        }
      }
      assertEquals(model.size(), ring.length());
      assertEquals(capacity - model.size(), ring.free());
    }
  }
}
