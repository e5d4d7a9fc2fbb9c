// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.link.ImpairmentSettings;
import dev.tulle.link.ImpairmentText;
import dev.tulle.profile.Client;
import dev.tulle.profile.Full;
import dev.tulle.profile.Host;
import dev.tulle.profile.Minimal;
import dev.tulle.testkit.Assembly;
import dev.tulle.testkit.Flow;
import dev.tulle.testkit.TwoHosts;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole transfers between two hosts over a bad network: all arrives, nothing leaks. */
class TransferTest {
  private static final Assembly CLIENT =
      (link, mac, entropy) -> Client.host(link, mac, entropy, 8, 64 * 1024);

  private static final Assembly FULL =
      (link, mac, entropy) -> Full.host(link, mac, entropy, 8, 128 * 1024);

  private static final long MB = 1 << 20;

  private static ImpairmentSettings settings(String text) {
    ImpairmentSettings settings = new ImpairmentSettings();
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    assertTrue(new ImpairmentText().parse(bytes, 0, bytes.length, settings));
    return settings;
  }

  /** After everything is over, each packet is back in its pool and each connection is free. */
  private static void nothingLeaks(TwoHosts net) {
    net.advanceMs(300_000);
    for (Host host : new Host[] {net.left, net.right}) {
      assertEquals(host.pool.capacity(), host.pool.available());
      assertEquals(0, host.tcp.connections());
    }
    assertEquals(0, net.impairment.waiting());
  }

  private static long seconds(TwoHosts net, Flow flow, long limitSeconds) {
    long startNs = net.clock.nowNs();
    net.run(flow::done, limitSeconds * 1000);
    return (net.clock.nowNs() - startNs) / 1_000_000_000L;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "delay=0ms",
        "delay=20ms",
        "delay=200ms",
        "delay=20ms,jitter=10ms",
        "delay=5ms,reorder=1%",
        "delay=20ms,reorder=10%",
        "delay=5ms,duplicate=5%",
        "delay=5ms,corrupt=1%",
        "rate=10mbit,delay=10ms",
        "rate=1mbit,delay=50ms,queue=10",
        "loss=1%,delay=20ms",
        "loss=5%,delay=5ms",
        "loss=5%",
        "loss=10%,delay=10ms",
        "loss=2%,burst=4,delay=10ms",
        "loss=2%,delay=5ms,reorder=1%",
        "loss=2%,delay=10ms,jitter=3ms,reorder=2%,duplicate=1%,corrupt=0.5%,rate=20mbit",
      })
  void everythingArrives(String spec) {
    for (int seed = 1; seed <= 4; seed++) {
      TwoHosts net = new TwoHosts(CLIENT, settings(spec + ",seed=" + seed));
      Flow flow = net.flow(MB);
      seconds(net, flow, 600);
      nothingLeaks(net);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"delay=1ms", "loss=3%,delay=10ms", "loss=20%,delay=1ms"})
  void minimalHostsTransferAsWell(String spec) {
    for (int seed = 1; seed <= 4; seed++) {
      TwoHosts net = new TwoHosts(Minimal::host, settings(spec + ",seed=" + seed));
      Flow flow = net.flow(100_000);
      seconds(net, flow, 3600);
      nothingLeaks(net);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "delay=1ms",
        "loss=3%,delay=10ms",
        "rate=20mbit,delay=10ms",
        "loss=2%,delay=10ms,jitter=3ms,reorder=2%,duplicate=1%,corrupt=0.5%,rate=20mbit",
      })
  void fullHostsTransferAsWell(String spec) {
    for (int seed = 1; seed <= 4; seed++) {
      TwoHosts net = new TwoHosts(FULL, settings(spec + ",seed=" + seed));
      Flow flow = net.flow(MB);
      seconds(net, flow, 600);
      nothingLeaks(net);
    }
  }

  @Test
  void differentProfilesUnderstandEachOther() {
    TwoHosts net = new TwoHosts(CLIENT, Minimal::host, settings("loss=1%,delay=5ms,seed=3"));
    Flow there = net.flow(MB);
    Flow back = net.flowBack(MB);
    net.run(() -> there.done() && back.done(), 600_000);
    nothingLeaks(net);
  }

  @Test
  void severalFlowsShareALossyLink() {
    TwoHosts net = new TwoHosts(CLIENT, settings("loss=1%,delay=5ms,rate=50mbit,seed=9"));
    Flow[] flows = {net.flow(MB), net.flowBack(MB), net.flow(MB / 2), net.flowBack(MB / 2)};
    net.run(
        () -> {
          boolean done = true;
          for (Flow flow : flows) {
            done &= flow.done();
          }
          return done;
        },
        600_000);
    nothingLeaks(net);
  }

  @Test
  void aSlowReaderClosesTheWindowAndLosesNothing() {
    for (int seed = 1; seed <= 4; seed++) {
      TwoHosts net = new TwoHosts(CLIENT, settings("loss=2%,delay=2ms,seed=" + seed));
      Flow flow = net.flow(300_000);
      flow.readBytes = 100;
      seconds(net, flow, 3600);
      nothingLeaks(net);
    }
  }

  @Test
  void manyShortConnectionsLeaveNothingBehind() {
    TwoHosts net = new TwoHosts(CLIENT, settings("loss=3%,delay=1ms,seed=5"));
    for (int i = 0; i < 200; i++) {
      Flow flow = net.flow(i);
      net.run(flow::done, 300_000);
      if (i % 5 == 4) {
        net.advanceMs(130_000); // TIME-WAIT, and FINs that were lost
      }
    }
    nothingLeaks(net);
  }

  /** What a lossy path must still carry: far below what is reached, far above a collapse. */
  @ParameterizedTest
  @CsvSource({"0, 200", "1, 80", "5, 15"})
  void throughputDoesNotCollapse(int lossPercent, int leastKilobytes) {
    long octets = 2 * MB;
    TwoHosts net = new TwoHosts(CLIENT, settings("delay=50ms,seed=2,loss=" + lossPercent + "%"));
    Flow flow = net.flow(octets);
    long seconds = Math.max(1, seconds(net, flow, 3600));
    long kilobytes = octets / 1000 / seconds;
    assertTrue(kilobytes >= leastKilobytes, () -> kilobytes + " KB/s");
  }
}
