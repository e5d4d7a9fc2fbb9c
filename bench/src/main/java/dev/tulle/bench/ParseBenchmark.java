// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.bench;

import dev.tulle.testkit.Frames;
import dev.tulle.testkit.TcpSegment;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Ethernet;
import dev.tulle.wire.Ipv4;
import dev.tulle.wire.TcpHeader;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Every field of the three headers of a TCP segment, read from its frame. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class ParseBenchmark {
  private static final int IP = Ethernet.HEADER;

  private final byte[] frame =
      Frames.ethernet(1, 2)
          .ipv4(
              Frames.ipv4(0x0A090001, 0x0A090002)
                  .tcp(Frames.tcp(1, 2).flags(TcpSegment.ACK).data(0, BenchPeer.DATA)))
          .build();

  @Benchmark
  public int headers() {
    byte[] b = frame;
    int seen = Ethernet.destinationHigh(b, 0) ^ Ethernet.destinationLow(b, 0);
    seen ^= Ethernet.sourceHigh(b, 0) ^ Ethernet.sourceLow(b, 0) ^ Ethernet.type(b, 0);
    seen ^= Ipv4.version(b, IP) ^ Ipv4.totalLength(b, IP) ^ Ipv4.protocol(b, IP);
    seen ^= Ipv4.timeToLive(b, IP) ^ Ipv4.source(b, IP) ^ Ipv4.destination(b, IP);
    int tcp = IP + Ipv4.headerLength(b, IP);
    seen ^= Bytes.u16(b, tcp + TcpHeader.SOURCE_PORT);
    seen ^= Bytes.u16(b, tcp + TcpHeader.DESTINATION_PORT);
    seen ^= Bytes.i32(b, tcp + TcpHeader.SEQUENCE) ^ Bytes.i32(b, tcp + TcpHeader.ACKNOWLEDGMENT);
    seen ^= Bytes.u8(b, tcp + TcpHeader.FLAGS) ^ Bytes.u16(b, tcp + TcpHeader.WINDOW);
    return seen ^ TcpHeader.length(b, tcp) ^ Bytes.sum(b, IP, Ipv4.HEADER);
  }
}
