// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.bench;

import dev.tulle.forward.RouteTrie;
import dev.tulle.nd.RouteTable6;
import dev.tulle.stack.Interface;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The longest prefix for an address, drawn among all that the routes cover: of a few routes, and of
 * as many as a small Internet exchange has, with the lengths that these have.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class RouteBenchmark {
  private static final int ADDRESSES = 1 << 16;

  @Param({"10", "1000", "100000"})
  public int routes;

  private final int[] addresses = new int[ADDRESSES];
  private final long[] wide = new long[ADDRESSES];
  private RouteTrie trie;
  private RouteTable6 table;
  private int next;

  /** Three in five prefixes have 24 bits, as in the Internet's table, the others from 8 to 23. */
  @Setup
  public void fill() {
    SplittableRandom random = new SplittableRandom(1);
    trie = new RouteTrie(new Interface[0], routes);
    int[] prefixes = new int[routes];
    int[] masks = new int[routes];
    for (int i = 0; i < routes; ) {
      masks[i] = -1 << (random.nextInt(5) < 3 ? 8 : 9 + random.nextInt(16));
      prefixes[i] = random.nextInt() & masks[i];
      if (trie.add(prefixes[i], masks[i], i + 1) == 0 && trie.count() > i) {
        i++;
      }
    }
    for (int i = 0; i < ADDRESSES; i++) {
      int route = random.nextInt(routes);
      addresses[i] = prefixes[route] | random.nextInt() & ~masks[route];
    }
  }

  /** Half the prefixes have 48 bits, as in the Internet's table, the others from 20 to 64. */
  @Setup
  public void fillWide() {
    SplittableRandom random = new SplittableRandom(2);
    table = new RouteTable6(routes);
    long[] prefixes = new long[routes];
    int[] bits = new int[routes];
    for (int i = 0; i < routes; ) {
      bits[i] = random.nextInt(2) == 0 ? 48 : 20 + 4 * random.nextInt(12);
      prefixes[i] = (0x2000L << 48 | random.nextLong() >>> 3) & -1L << 64 - bits[i];
      if (table.add(prefixes[i], 0, bits[i], 0, i + 1, 0, 0) == 0 && table.count() > i) {
        i++;
      }
    }
    for (int i = 0; i < ADDRESSES; i++) {
      int route = random.nextInt(routes);
      wide[i] = prefixes[route] | random.nextLong() & (1L << 64 - bits[route]) - 1;
    }
  }

  @Benchmark
  public int lookup6() {
    return table.find(wide[next++ & ADDRESSES - 1], 1);
  }

  @Benchmark
  public int lookup() {
    return trie.gateway(addresses[next++ & ADDRESSES - 1]);
  }
}
