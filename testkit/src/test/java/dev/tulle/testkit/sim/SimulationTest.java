// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.stack.Counter;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.TcpSegment;
import org.junit.jupiter.api.Test;

class SimulationTest {
  private static final int RUNS = 300;

  @Test
  void drawnScenariosSatisfyAllOracles() {
    for (long seed = 1; seed <= RUNS; seed++) {
      Result result = new Simulation(seed).run();
      assertNull(result.failure(), "./tulle sim --runs 1 --seed " + seed);
    }
  }

  @Test
  void sameSeedGivesTheSameFrames() {
    for (long seed = 1; seed <= 40; seed++) {
      Result once = new Simulation(seed).run();
      Result again = new Simulation(seed).run();
      assertEquals(once, again);
      assertNotEquals(once.digest(), new Simulation(seed + 1000).run().digest());
    }
  }

  @Test
  void octetsThatANetworkExchangesWithTheirChecksumAreFound() {
    assertFound("read something else than was sent", Cheats::swapsData);
  }

  @Test
  void silenceAfterTheFaultsIsFound() {
    assertFound(
        "conversations are not over", (frame, nowNs) -> nowNs > 300_000_000L ? null : frame);
  }

  @Test
  void packetThatIsMissingIsFound() {
    assertFound(
        "misses 1 packets",
        seed -> new Simulation(seed).sabotage(s -> s.scenario().hosts.get(0).host.pool.take()));
  }

  @Test
  void internalErrorIsFound() {
    assertFound(
        "stack.internal_error",
        seed ->
            new Simulation(seed)
                .sabotage(
                    s ->
                        s.scenario().hosts.get(0).host.counters.add(Counter.STACK_INTERNAL_ERROR)));
  }

  /** A network that forges is believed: then whoever obeys it looks wrong on the wire. */
  @Test
  void acknowledgementOfWhatNeverArrivedIsFound() {
    WireFlow flow = new WireFlow(false, false);
    byte[] syn = segment(1000, 0, 2, 100);
    flow.received(syn, 0, syn.length, 0);
    assertNull(flow.sent(segment(5000, 1001, 0x12, 500), 0, 20, 0));
    String wrong = flow.sent(segment(5001, 1002, 0x10, 500), 0, 20, 0);
    assertEquals("acknowledged 1 octets that have not arrived", wrong);
  }

  @Test
  void dataBeyondTheWindowIsFound() {
    WireFlow flow = new WireFlow(false, false);
    byte[] syn = segment(1000, 0, 2, 100);
    flow.received(syn, 0, syn.length, 0);
    assertNull(flow.sent(segment(5000, 1001, 0x12, 500), 0, 20, 0));
    assertNull(flow.sent(new Data(5001, 1001, 100).bytes, 0, 120, 0));
    assertNull(flow.sent(new Data(5101, 1001, 1).bytes, 0, 21, 0), "a probe");
    String wrong = flow.sent(new Data(5101, 1001, 2).bytes, 0, 22, 0);
    assertTrue(wrong.contains("2 octets beyond the right edge"), wrong);
  }

  @Test
  void windowTakenBackIsFound() {
    WireFlow flow = new WireFlow(false, false);
    byte[] syn = segment(1000, 0, 2, 100);
    flow.received(syn, 0, syn.length, 0);
    assertNull(flow.sent(segment(5000, 1001, 0x12, 500), 0, 20, 0));
    assertEquals(
        "took back 1 octets of its window", flow.sent(segment(5001, 1001, 0x10, 499), 0, 20, 0));
  }

  private record Data(byte[] bytes) {
    Data(int seq, int ack, int length) {
      this(Octets.resized(segment(seq, ack, 0x10, 500), 20 + length));
    }
  }

  private static byte[] segment(int seq, int ack, int flags, int window) {
    byte[] b = new byte[20];
    for (int i = 0; i < 4; i++) {
      b[4 + i] = (byte) (seq >> 24 - 8 * i);
      b[8 + i] = (byte) (ack >> 24 - 8 * i);
    }
    b[12] = 5 << 4;
    b[13] = (byte) flags;
    b[14] = (byte) (window >> 8);
    b[15] = (byte) window;
    return b;
  }

  private static void assertFound(String what, Meddler meddler) {
    assertFound(what, seed -> new Simulation(seed).meddle(meddler));
  }

  private interface Spoiled {
    Simulation with(long seed);
  }

  /** Not every scenario can show everything, but some must. */
  private static void assertFound(String what, Spoiled spoiled) {
    StringBuilder seen = new StringBuilder();
    for (long seed = 1; seed <= 20; seed++) {
      String failure = spoiled.with(seed).run().failure();
      if (failure != null && failure.contains(what)) {
        return;
      }
      seen.append(failure).append('\n');
    }
    throw new AssertionError("not found: " + what + " in\n" + seen);
  }

  @Test
  void aCookieMayForgetASynThatDidNotAskForCongestionMarks() {
    int both = TcpSegment.ECE | TcpSegment.CWR;
    int answer = TcpSegment.SYN | TcpSegment.ACK;
    for (boolean cookies : new boolean[] {false, true}) {
      EcnFlow flow = new EcnFlow(cookies);
      flow.received(0, TcpSegment.SYN | both, 0, 1, false, false);
      assertNull(flow.sent(0, answer | TcpSegment.ECE, 1, false, true));
      flow.received(0, TcpSegment.SYN, 0, 1, false, false);
      assertNull(flow.sent(0, answer, 1, false, true));
      assertEquals(cookies, flow.sent(2, TcpSegment.ACK, 1, true, true) == null);
    }
  }
}
