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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A segment's whole way through the stack, checksum and copies included, without a device: from the
 * link to the application, and from the application to the link with the acknowledgement for it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class SegmentBenchmark {
  private final byte[] buffer = new byte[BenchPeer.DATA];
  private BenchPeer peer;

  @Setup
  public void connect() {
    peer = new BenchPeer();
  }

  @TearDown
  public void nothingWentWrong() {
    if (peer.socket.status() != 0) {
      throw new IllegalStateException("the connection ended: " + peer.socket.status());
    }
  }

  /** A data segment in, read by the application; every second one is acknowledged. */
  @Benchmark
  public int receive() {
    peer.data();
    int read = peer.socket.read(buffer, 0, buffer.length);
    if (read != BenchPeer.DATA) {
      throw new IllegalStateException("read " + read);
    }
    return read;
  }

  /** A data segment out, written by the application, and the acknowledgement for it in. */
  @Benchmark
  public int send() {
    int before = peer.sent;
    int written = peer.socket.write(buffer, 0, buffer.length);
    peer.poll();
    if (peer.sent == before) {
      throw new IllegalStateException("nothing was sent of " + written);
    }
    peer.acknowledge();
    return written;
  }
}
