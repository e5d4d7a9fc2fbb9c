// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.bench;

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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a segment costs among ten connections and among a hundred thousand, from the link to the
 * application: all to one of them, one to each in turn, and to whichever is drawn.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class CrowdBenchmark {
  @Param({"10", "100000"})
  private int connections;

  @Param({"1", "1460"})
  private int octets;

  private final byte[] buffer = new byte[BenchPeer.DATA];
  private BenchCrowd crowd;
  private int turn;
  private long drawn = 1;

  @Setup
  public void connect() {
    crowd = new BenchCrowd(connections, octets);
  }

  @TearDown
  public void nothingWentWrong() {
    if (crowd.errors() != 0 || crowd.sent() == 0) {
      throw new IllegalStateException(crowd.errors() + " errors, " + crowd.sent() + " frames sent");
    }
  }

  @Benchmark
  public int one() {
    return crowd.receive(0, buffer);
  }

  @Benchmark
  public int each() {
    turn++;
    if (turn == connections) {
      turn = 0;
    }
    return crowd.receive(turn, buffer);
  }

  @Benchmark
  public int any() {
    drawn = drawn * 6364136223846793005L + 1442695040888963407L;
    return crowd.receive((int) ((drawn >>> 33) * connections >>> 31), buffer);
  }
}
