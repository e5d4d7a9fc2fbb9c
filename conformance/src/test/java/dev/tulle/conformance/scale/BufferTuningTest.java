// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.scale;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.buffer.BlockPool;
import dev.tulle.ip.Endpoint;
import dev.tulle.link.ImpairmentSettings;
import dev.tulle.profile.Full;
import dev.tulle.stack.Counter;
import dev.tulle.tcp.Listener;
import dev.tulle.tcp.TcpMemory;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.testkit.Flow;
import dev.tulle.testkit.TwoHosts;
import org.junit.jupiter.api.Test;

/** Buffers that grow with the path: 100 Mbit/s over a round trip of 100 ms. */
class BufferTuningTest {
  private static final long RATE_BITS = 100_000_000;
  private static final int CONNECTIONS = 1024;
  private static final int START_BYTES = 128 * 1024;
  private static final int MOST_BYTES = 4 * 1024 * 1024;
  private static final int SECONDS = 10;

  private final BlockPool sending = new BlockPool(4096, 32 * 1024);
  private final BlockPool receiving = new BlockPool(4096, 32 * 1024);

  private static ImpairmentSettings path() {
    ImpairmentSettings settings = new ImpairmentSettings();
    settings.rateBits = RATE_BITS;
    settings.delayNs = 50_000_000;
    settings.queueFrames = 800; // a round trip's
    return settings;
  }

  private static TcpMemory memory(BlockPool blocks, int mostBytes) {
    TcpMemory memory = new TcpMemory(blocks, CONNECTIONS + 1, START_BYTES, START_BYTES, 64);
    if (mostBytes > 0) {
      memory.tune(mostBytes, mostBytes);
    }
    return memory;
  }

  private TwoHosts hosts(int mostBytes) {
    return new TwoHosts(
        (link, mac, entropy) ->
            Full.host(link, mac, entropy, CONNECTIONS, memory(sending, mostBytes)),
        (link, mac, entropy) ->
            Full.host(link, mac, entropy, CONNECTIONS, memory(receiving, mostBytes)),
        path());
  }

  /** Octets in some seconds, once the first few are over; in percent of what the path carries. */
  private static long percent(TwoHosts net, Flow flow) {
    net.advanceMs(5000);
    long before = flow.received();
    net.advanceMs(SECONDS * 1000);
    long percent = (flow.received() - before) * 8 * 100 / SECONDS / RATE_BITS;
    System.out.println("throughput: " + percent + " % of 100 Mbit/s over 100 ms");
    assertEquals(0, net.counter(Counter.STACK_INTERNAL_ERROR));
    return percent;
  }

  @Test
  void aLongPathIsFilled() {
    TwoHosts net = hosts(MOST_BYTES);
    Flow flow = net.flow(1L << 40);
    long percent = percent(net, flow);
    assertTrue(percent >= 90, percent + " % of the rate");
    assertTrue(flow.receiver().receiveBuffer() <= MOST_BYTES);
  }

  @Test
  void aProgramOfTheProfileFullFillsItWithTheMemoryOfItsConnections() {
    TwoHosts net =
        new TwoHosts(
            (link, mac, entropy) -> Full.growing(link, mac, entropy, CONNECTIONS / 4, START_BYTES),
            path());
    long percent = percent(net, net.flow(1L << 40));
    assertTrue(percent >= 90, percent + " % of the rate");
  }

  @Test
  void withBuffersThatStayItIsNot() {
    TwoHosts net = hosts(0);
    assertTrue(percent(net, net.flow(1L << 40)) <= 11); // 128 KB each 100 ms
  }

  @Test
  void aSizeThatTheApplicationChoseStays() {
    TwoHosts net = hosts(MOST_BYTES);
    Flow flow = net.flow(1L << 40);
    net.run(() -> flow.receiver() != null, 1000);
    flow.receiver().receiveBuffer(START_BYTES);
    long percent = percent(net, flow);
    assertEquals(START_BYTES, flow.receiver().receiveBuffer());
    assertTrue(percent <= 11, percent + " %");
  }

  @Test
  void aThousandIdleConnectionsTakeNothingAndHinderNobody() {
    TwoHosts net = hosts(MOST_BYTES);
    Listener listener = net.right.tcp.listen(80, 8);
    Endpoint to = new Endpoint(TwoHosts.RIGHT, 80);
    int open = 0;
    for (int i = 0; i < 1000; i += 4) {
      for (int k = 0; k < 4; k++) {
        net.left.tcp.connect(to);
      }
      net.advanceMs(200);
      for (TcpSocket s = listener.accept(); s != null; s = listener.accept()) {
        open++;
      }
    }
    assertEquals(1000, open);
    assertEquals(0, sending.used());
    assertEquals(0, receiving.used());
    long percent = percent(net, net.flow(1L << 40));
    assertTrue(percent >= 90, percent + " % of the rate");
  }
}
