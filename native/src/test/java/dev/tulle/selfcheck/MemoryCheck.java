// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.selfcheck;

import dev.tulle.buffer.ByteRing;
import dev.tulle.wire.Bytes;

/**
 * Random accesses to memory, right ones and wrong ones, summed up in one number: the JVM with the
 * core's {@code Bytes} and a native binary with its own must come to the same.
 */
public final class MemoryCheck {
  private static final int ROUNDS = 20_000;

  private long random;
  private long result;
  private byte[] bytes;
  private final byte[] other = new byte[300];
  private final int[] ints = new int[40];
  private final Object[] objects = new Object[10];
  private final Shape[] shapes = new Shape[10];
  private final Square[] squares = new Square[10];
  private final byte[][] rows = new byte[10][];
  private final ByteRing ring = new ByteRing(97);

  /** What an array's items are by an interface. */
  private interface Shape {
    int sides();
  }

  /** What an array's items are by a class. */
  private static class Square implements Shape {
    private final int number;

    Square(int number) {
      this.number = number;
    }

    @Override
    public int sides() {
      return number * 4;
    }
  }

  /** What only arrays of something above it hold. */
  private static final class Cube extends Square {
    Cube(int number) {
      super(number);
    }

    @Override
    public int sides() {
      return super.sides() + 1;
    }
  }

  private MemoryCheck(long seed) {
    random = seed;
  }

  public static long run(long seed) {
    MemoryCheck check = new MemoryCheck(seed);
    for (int round = 0; round < ROUNDS; round++) {
      if (round % 100 == 0) {
        check.bytes = new byte[check.below(200)];
      }
      check.tryOne();
    }
    return check.result;
  }

  private void tryOne() {
    int refused = 0;
    try {
      step(below(22));
    } catch (RuntimeException e) {
      refused = 1;
    }
    result = result * 31 + refused;
    for (int i = 0; i < bytes.length; i++) {
      result = result * 31 + bytes[i];
    }
  }

  /** An index that is wrong now and then, by a little or by a lot. */
  private int index() {
    switch (below(16)) {
      case 0:
        return -1 - below(9);
      case 1:
        return bytes.length - below(9) + 4;
      case 2:
        return 0x7FFFFFFF - below(9);
      case 3:
        return 0x80000000 + below(9);
      default:
        return bytes.length == 0 ? 0 : below(bytes.length);
    }
  }

  private void step(int kind) {
    int at = index();
    int room = bytes.length - at;
    // Ranges are right, or out of bounds from their start and without overflow: the core's loops
    // end
    // half way otherwise, or at once.
    if (kind >= 8 && kind <= 10 && at > 0x7FFFFF00) {
      at = bytes.length + 9;
    }
    int count = room > 0 && at >= 0 ? below(room + 1) : 1 + below(9);
    switch (kind) {
      case 0:
        result += Bytes.u8(bytes, at);
        break;
      case 1:
        result += Bytes.u16(bytes, at);
        break;
      case 2:
        result += Bytes.i32(bytes, at);
        break;
      case 3:
        result += Bytes.i64(bytes, at);
        break;
      case 4:
        Bytes.put8(bytes, at, (int) next());
        break;
      case 5:
        Bytes.put16(bytes, at, (int) next());
        break;
      case 6:
        Bytes.put32(bytes, at, (int) next());
        break;
      case 7:
        Bytes.put64(bytes, at, next());
        break;
      case 8:
        Bytes.zero(bytes, at, count);
        break;
      case 9:
      case 10:
        result += Bytes.sum(bytes, at, count);
        break;
      case 11:
        result += Bytes.equal(bytes, at, other, 0, count) ? 1 : 2;
        break;
      case 12:
        System.arraycopy(bytes, at, other, below(100), count);
        break;
      case 13:
        System.arraycopy(bytes, at, bytes, index(), count);
        break;
      case 14:
        ints[below(40)] = at;
        System.arraycopy(ints, below(42) - 1, ints, below(42) - 1, below(20));
        result += ints[below(41)];
        break;
      case 15:
        objects[below(10)] = bytes;
        System.arraycopy(objects, below(6), objects, below(6), below(6));
        result += objects[below(11)] != null ? 1 : 0;
        break;
      case 16:
        shapes[below(10)] = new Cube(below(99));
        System.arraycopy(shapes, below(6), shapes, below(6), below(6));
        result += sides(shapes);
        break;
      case 17:
        squares[below(10)] = below(2) == 0 ? new Cube(below(99)) : new Square(below(99));
        System.arraycopy(squares, below(6), squares, below(6), below(6));
        result += sides(squares);
        break;
      case 18:
        System.arraycopy(squares, below(11), shapes, below(11), below(6));
        result += sides(shapes);
        break;
      case 19:
        rows[below(10)] = bytes;
        System.arraycopy(rows, below(11), objects, below(11), below(6));
        result += objects[below(11)] != null ? 1 : 0;
        break;
      case 20:
        // Nothing may be taken for what it is not: octets, numbers and objects.
        boolean octets = below(2) == 0;
        System.arraycopy(octets ? bytes : objects, 0, octets ? objects : ints, 0, below(2));
        break;
      default:
        result += ring.append(other, 0, below(60));
        ring.copy(0, other, below(100), ring.length());
        ring.consume(below(ring.length() + 1));
        break;
    }
  }

  private static int sides(Shape[] of) {
    int sum = 0;
    for (Shape shape : of) {
      sum = sum * 5 + (shape == null ? 1 : shape.sides());
    }
    return sum;
  }

  private int below(int limit) {
    return (int) ((next() >>> 33) % limit);
  }

  /** Any generator will do that both sides compute alike. */
  private long next() {
    random ^= random << 13;
    random ^= random >>> 7;
    random ^= random << 17;
    return random;
  }
}
