// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.link.ImpairmentSettings;
import dev.tulle.link.ImpairmentText;
import dev.tulle.profile.Client;
import dev.tulle.profile.Full;
import dev.tulle.stack.Counter;
import dev.tulle.tcp.TcpInfo;
import dev.tulle.testkit.Assembly;
import dev.tulle.testkit.Flow;
import dev.tulle.testkit.MtuLimit;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.TcpHarness;
import dev.tulle.testkit.TwoHosts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transfers over paths that carry less than their first link and may not tell. RFC 4821. */
class BlackHoleTest {
  private static final Assembly CLIENT =
      (link, mac, entropy) -> Client.host(link, mac, entropy, 8, 64 * 1024);

  private static final Assembly FULL =
      (link, mac, entropy) -> Full.host(link, mac, entropy, 8, 128 * 1024);

  private static final long MB = 1 << 20;
  private static final long TEN_MINUTES_MS = 600_000;

  /** Who talks over what: a host with RACK or NewReno, what the path carries and what it tells. */
  record Path(String name, Assembly host, int mtu, int tells) {
    @Override
    public String toString() {
      return name + " over " + mtu + (tells == MtuLimit.SILENT ? ", silent" : " told " + tells);
    }
  }

  static List<Path> silent() {
    List<Path> paths = new ArrayList<>();
    for (int mtu : new int[] {1492, 1400, 1064, 1000, 576, 552, 300}) {
      paths.add(new Path("RACK", CLIENT, mtu, MtuLimit.SILENT));
      paths.add(new Path("CUBIC", FULL, mtu, MtuLimit.SILENT));
      paths.add(new Path("NewReno", NewRenoHost::host, mtu, MtuLimit.SILENT));
    }
    return paths;
  }

  static List<Path> told() {
    List<Path> paths = new ArrayList<>();
    for (int[] p : new int[][] {{1400, 1400}, {1400, 0}, {1006, 0}, {576, 576}, {300, 300}}) {
      paths.add(new Path("RACK", CLIENT, p[0], p[1]));
      paths.add(new Path("CUBIC", FULL, p[0], p[1]));
      paths.add(new Path("NewReno", NewRenoHost::host, p[0], p[1]));
    }
    return paths;
  }

  private MtuLimit limit;

  /** Two hosts alike, the left one behind a router with a narrow link. */
  private TwoHosts hosts(Path path, String impairment) {
    ImpairmentSettings settings = new ImpairmentSettings();
    byte[] bytes = impairment.getBytes(StandardCharsets.US_ASCII);
    assertTrue(new ImpairmentText().parse(bytes, 0, bytes.length, settings));
    Assembly narrow =
        (link, mac, entropy) -> {
          limit = new MtuLimit(link, path.mtu, path.tells);
          return path.host.host(limit, mac, entropy);
        };
    return new TwoHosts(narrow, path.host, settings);
  }

  private static int mss(Flow flow) {
    TcpInfo info = new TcpInfo();
    flow.sender().info(info);
    return info.sndMss;
  }

  @ParameterizedTest
  @MethodSource("silent")
  void aTransferThroughASilentPathRecoversInSeconds(Path path) {
    TwoHosts net = hosts(path, "delay=10ms");
    Flow flow = net.flow(MB);
    net.run(
        () -> flow.received() > 100_000, path.mtu > 1064 ? 3_000 : path.mtu > 552 ? 6_000 : 30_000);
    net.run(flow::done, 90_000);
    assertTrue(net.left.counters.value(Counter.TCP_BLACK_HOLE) > 0);
    assertEquals(0, net.left.counters.value(Counter.PMTU_LOWERED));
  }

  @ParameterizedTest
  @MethodSource("silent")
  void oneOfASingleSegmentThatIsNotFullRecoversToo(Path path) {
    for (int octets : new int[] {513, 540, 886, 1018, 1024, 1030, 1200}) {
      TwoHosts net = hosts(path, "delay=10ms");
      Flow flow = net.flow(octets);
      net.run(flow::done, path.mtu > 552 ? 10_000 : 30_000);
    }
  }

  /** What waits in a cork goes out in the end as a probe of the window does, and may be too big. */
  @Test
  void whatProbesTheWindowInVainGetsSmallerToo() {
    TcpHarness h = new TcpHarness(CLIENT);
    h.listen(80);
    h.connected(1_000_000, 65_535);
    h.socket.cork(true);
    h.write(1400);
    for (int i = 0; i < 20; i++) {
      h.advanceMs(1000);
    }
    List<SeenFrame> sent = h.takeSent();
    int last = sent.get(sent.size() - 1).data().length;
    assertTrue(last <= 1024, "still " + last + " octets");
    h.net.expectNoInternalError();
  }

  @ParameterizedTest
  @MethodSource("silent")
  void soDoesOneInTheOtherDirection(Path path) {
    TwoHosts net = hosts(path, "delay=10ms");
    Flow flow = net.flowBack(MB / 4);
    net.run(flow::done, 90_000);
  }

  @ParameterizedTest
  @MethodSource("told")
  void aRouterThatTellsCostsARoundTrip(Path path) {
    TwoHosts net = hosts(path, "delay=10ms");
    Flow flow = net.flow(MB);
    Flow back = net.flowBack(MB);
    if (path.mtu >= 552) {
      net.run(() -> flow.done() && back.done(), 10_000);
      assertEquals(0, net.counter(Counter.TCP_TIMEOUT));
      assertEquals(0, net.counter(Counter.TCP_FAST_RETRANSMIT));
    } else {
      net.run(() -> flow.done() && back.done(), 120_000);
    }
    assertTrue(net.left.counters.value(Counter.PMTU_LOWERED) > 0);
    assertTrue(net.right.counters.value(Counter.PMTU_LOWERED) > 0);
  }

  @ParameterizedTest
  @MethodSource("silent")
  void probesFindWhatThePathCarriesAndCostNoWindow(Path path) {
    TwoHosts net = hosts(path, "delay=5ms");
    Flow flow = net.flow(4 * MB);
    net.run(() -> flow.received() > 2 * MB, 120_000);
    int carried = path.mtu - (path.name.equals("NewReno") ? 40 : 52);
    assertTrue(mss(flow) <= carried && mss(flow) > carried - 8, "mss " + mss(flow));
    assertTrue(net.left.counters.value(Counter.TCP_MTU_PROBE) > 0);
    long reductions = net.left.counters.value(Counter.TCP_TIMEOUT);
    net.run(flow::done, 120_000);
    assertEquals(reductions, net.left.counters.value(Counter.TCP_TIMEOUT));
  }

  @Test
  void anOutageIsNoBlackHoleForLong() {
    Path path = new Path("RACK", CLIENT, 1500, MtuLimit.SILENT);
    TwoHosts net = hosts(path, "delay=5ms");
    Flow flow = net.flow(8 * MB);
    net.run(() -> flow.received() > MB, 10_000);
    limit.mtu = 0;
    net.advanceMs(20_000);
    limit.mtu = 1500;
    assertTrue(mss(flow) < 600);
    net.run(() -> flow.received() > 4 * MB, 60_000);
    assertEquals(1448, mss(flow));
    net.run(flow::done, 60_000);
  }

  @ParameterizedTest
  @MethodSource("told")
  void whenThePathGrowsAgainSoDoSegmentsAfterTenMinutes(Path path) {
    TwoHosts net = hosts(path, "delay=10ms");
    Flow flow = net.flow(4 * MB);
    net.run(() -> flow.received() > MB / 4, 60_000);
    assertTrue(mss(flow) < 1400);
    limit.mtu = 1500;
    flow.readBytes = 0;
    net.advanceMs(TEN_MINUTES_MS);
    flow.readBytes = 16_384;
    net.run(() -> mss(flow) > 1400, 60_000);
  }

  /** A time-out that finds nothing but bad luck must not make segments small for good. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void randomLossIsNoBlackHole(boolean cubic) {
    Assembly host =
        cubic
            ? (link, mac, entropy) -> Full.host(link, mac, entropy, 8, 32 * 1024)
            : (link, mac, entropy) -> Client.host(link, mac, entropy, 8, 32 * 1024);
    Path path = new Path("wide", host, 1500, MtuLimit.SILENT);
    long tookNs = 0;
    for (int seed = 1; seed <= 10; seed++) {
      TwoHosts net = hosts(path, "loss=20%,delay=50ms,seed=" + seed);
      long startNs = net.clock.nowNs();
      Flow flow = net.flow(MB);
      net.run(flow::done, 400_000);
      tookNs += net.clock.nowNs() - startNs;
    }
    // About a minute each, as where time-outs make no segment smaller.
    assertTrue(tookNs < 1_000_000_000_000L, "took " + tookNs / 1_000_000_000L + " s");
  }

  @Test
  void aSuspicionIsRefutedByTheFirstFullSegmentThatArrives() {
    Path path = new Path("RACK", CLIENT, 1500, MtuLimit.SILENT);
    TwoHosts net = hosts(path, "delay=50ms");
    Flow flow = net.flow(8 * MB);
    net.run(() -> flow.received() > MB, 10_000);
    limit.mtu = 0;
    net.run(() -> mss(flow) < 600, 20_000);
    limit.mtu = 1500;
    long read = flow.received();
    net.run(() -> flow.received() > read + 88, 60_000);
    net.run(() -> mss(flow) == 1448, 500);
    assertEquals(1, net.left.counters.value(Counter.TCP_MTU_PROBE));
  }

  @Test
  void inABlackHoleFullSegmentsAreTriedAtGrowingIntervals() {
    Path path = new Path("RACK", CLIENT, 1400, MtuLimit.SILENT);
    TwoHosts net = hosts(path, "delay=10ms");
    Flow flow = net.flow(Long.MAX_VALUE);
    net.run(() -> flow.received() > 4 * MB, 60_000);
    long timeouts = net.left.counters.value(Counter.TCP_TIMEOUT);
    long probes = net.left.counters.value(Counter.TCP_MTU_PROBE);
    flow.readBytes = 512;
    net.advanceMs(TEN_MINUTES_MS);
    assertEquals(timeouts, net.left.counters.value(Counter.TCP_TIMEOUT));
    long more = net.left.counters.value(Counter.TCP_MTU_PROBE) - probes;
    assertTrue(more > 3 && more < 40, "probes " + more);
    int mss = mss(flow);
    assertTrue(mss > 1340 && mss <= 1348, "mss " + mss);
  }

  @Test
  void whatAWiderPathCarriesIsFoundAfterTenMinutes() {
    Path path = new Path("RACK", CLIENT, 1300, MtuLimit.SILENT);
    TwoHosts net = hosts(path, "delay=10ms");
    Flow flow = net.flow(Long.MAX_VALUE);
    net.run(() -> flow.received() > 4 * MB, 60_000);
    limit.mtu = 1450; // no full segment
    net.run(() -> flow.received() > 8 * MB, 60_000);
    assertTrue(mss(flow) <= 1248);
    flow.readBytes = 0;
    net.advanceMs(TEN_MINUTES_MS);
    flow.readBytes = 16_384;
    net.run(() -> mss(flow) > 1390, 60_000);
    assertTrue(mss(flow) <= 1398);
  }

  @Test
  void lossAndANarrowPathTogetherAreSurvived() {
    for (int seed = 1; seed <= 5; seed++) {
      for (Path path : silent()) {
        if (path.mtu >= 576) {
          TwoHosts net = hosts(path, "delay=5ms,loss=2%,seed=" + seed);
          Flow flow = net.flow(MB / 4);
          net.run(flow::done, 300_000);
        }
      }
    }
  }
}
