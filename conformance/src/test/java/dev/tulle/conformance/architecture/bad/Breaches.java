// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.architecture.bad;

import java.util.List;

/** Classes that each break one rule of limited Java, to prove that the rule can fail. */
@SuppressWarnings("unused")
public final class Breaches {
  private Breaches() {}

  interface Number {
    int next();
  }

  static final class Orderly {
    private static final byte[] TEXT = {'o', 'k'};
    private static final Number ONE = () -> 1;
    private final long[] table = new long[4];

    int run(int a, byte[] to) {
      if (a < 0) {
        throw new IllegalStateException("negative");
      }
      System.arraycopy(TEXT, 0, to, 0, TEXT.length);
      return Math.min(a, (int) table[a & 3]) + ONE.next() + Integer.numberOfLeadingZeros(a);
    }
  }

  static final class Thread {
    void run() {
      java.lang.Thread.onSpinWait();
    }
  }

  static final class Clock {
    long run() {
      return System.nanoTime();
    }
  }

  static final class WallClock {
    java.time.Instant at;
  }

  static final class Lock {
    final Object lock = new java.util.concurrent.locks.ReentrantLock();
  }

  static final class SynchronizedMethod {
    synchronized void run() {}
  }

  static final class SynchronizedBlock {
    int count;

    void run() {
      synchronized (this) {
        count++;
      }
    }
  }

  enum Kind {
    ONE
  }

  record Pair(int a, int b) {}

  static final class Collection {
    final Object map = new java.util.HashMap<String, String>();
  }

  static final class CollectionArgument {
    void run(List<?> list) {}
  }

  static final class Concatenation {
    String run(int a) {
      return "a" + a;
    }
  }

  static final class Building {
    final Object builder = new StringBuilder();
  }

  static final class Format {
    String run(Object... what) {
      return String.format("%s", what);
    }
  }

  static final class Print {
    void run() {
      System.out.println("text");
    }
  }

  static final class Streams {
    java.io.InputStream in;
  }

  static final class Channels {
    java.nio.channels.FileChannel channel;
  }

  static final class Generator {
    final Object random = new java.util.Random(1);
  }

  static final class StaticState {
    static int count;
  }

  static final class Assertion {
    void run(int a) {
      assert a > 0;
    }
  }

  static final class Capturing {
    Number run(int a) {
      return () -> a;
    }
  }

  static final class Boxing {
    Object run(int a) {
      return a;
    }
  }

  static final class Catching {
    int run(int[] a) {
      try {
        return a[9];
      } catch (RuntimeException e) {
        return 0;
      }
    }
  }
}
