// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.tcp;

import static dev.tulle.testkit.Segment.ack;
import static dev.tulle.testkit.Segment.data;
import static dev.tulle.testkit.Segment.segment;
import static dev.tulle.testkit.Segment.syn;
import static dev.tulle.testkit.Segment.synAck;
import static dev.tulle.testkit.TcpSegment.ACK;
import static dev.tulle.testkit.TcpSegment.CWR;
import static dev.tulle.testkit.TcpSegment.ECE;
import static dev.tulle.testkit.TcpSegment.FIN;
import static dev.tulle.testkit.TcpSegment.RST;
import static dev.tulle.testkit.TcpSegment.SYN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.link.ImpairmentSettings;
import dev.tulle.profile.Client;
import dev.tulle.profile.Full;
import dev.tulle.stack.Counter;
import dev.tulle.tcp.TcpInfo;
import dev.tulle.testkit.Assembly;
import dev.tulle.testkit.Flow;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.Segment;
import dev.tulle.testkit.TcpHarness;
import dev.tulle.testkit.TwoHosts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Explicit congestion notification on the wire. RFC 3168. */
class EcnTest {
  private static final int ISS = 1_000_000;
  private static final int MSS = 1460;
  private static final int CAPABLE = 2;
  private static final int MARKED = 3;

  private static final Assembly FULL =
      (link, mac, entropy) -> Full.host(link, mac, entropy, 4, 64 * 1024);

  private TcpHarness h = new TcpHarness(FULL);
  private final TcpInfo info = new TcpInfo();

  @AfterEach
  void noInternalError() {
    h.net.expectNoInternalError();
  }

  /** A peer that asks, with its largest window. */
  private void established() {
    h.listen(80);
    h.newPeer(ISS);
    h.peer.window = 65_535;
    h.inject(h.peerSyn().with(ECE | CWR));
    h.expect(synAck().acknowledges(0).with(ECE).trafficClass(0));
    h.inject(ack(0));
    h.socket = h.listener.accept();
    h.poll();
  }

  private int window() {
    h.socket.info(info);
    return info.cwnd;
  }

  @Test
  void bothRolesAgreeAndOnlyNewDataMayBeMarked() {
    established();
    h.write(100);
    h.expect(data(0, 100).trafficClass(CAPABLE));
    h.advanceMs(1500);
    for (SeenFrame frame : h.takeSent()) {
      assertEquals(0, frame.trafficClass(), "sent again");
    }
    h.inject(data(0, 100));
    h.expect(ack(100).trafficClass(0));

    TcpHarness other = new TcpHarness(FULL);
    other.connect(80);
    other.expect(syn().with(ECE | CWR).trafficClass(0));
    other.inject(synAck().mss(MSS).acknowledges(0).with(ECE));
    other.expect(ack(0).trafficClass(0));
    other.write(100);
    other.expect(data(0, 100).trafficClass(CAPABLE));
    other.net.expectNoInternalError();
  }

  @Test
  void aSynInAMarkedPacketIsNotAnswered() {
    // Somebody on the way writes into the field: its marks would mean nothing. As Linux.
    for (int field = 1; field < 4; field++) {
      h = new TcpHarness(FULL);
      h.listen(80);
      h.newPeer(ISS);
      h.inject(h.peerSyn().with(ECE | CWR).trafficClass(field));
      h.expect(synAck().acknowledges(0));
      h.inject(ack(0));
      h.inject(data(0, 100).trafficClass(MARKED));
      h.expectAck(100);
    }
  }

  @Test
  void aPeerThatRepeatsItsSynWithoutAskingIsNotAsked() {
    h.listen(80);
    h.newPeer(ISS);
    h.inject(h.peerSyn().with(ECE | CWR));
    h.expect(synAck().with(ECE));
    h.inject(h.peerSyn());
    h.expect(synAck());
    h.inject(ack(0));
    h.socket = h.listener.accept();
    h.write(100);
    h.expect(data(0, 100).trafficClass(0));
  }

  @Test
  void bothOpenAtOnceAndAgree() {
    h.connect(80);
    h.expect(syn().with(ECE | CWR));
    h.peer.iss = ISS;
    h.inject(syn().mss(MSS).with(ECE | CWR));
    h.expect(synAck().with(ECE));
    h.inject(synAck().mss(MSS).acknowledges(0).with(ECE));
    h.takeSent();
    h.write(100);
    h.expect(data(0, 100).trafficClass(CAPABLE));
  }

  @Test
  void aMarkIsEchoedByEverySegmentUntilThePeerSaysThatItSlowedDown() {
    established();
    h.inject(data(0, 10).trafficClass(MARKED));
    h.expect(ack(10).with(ECE));
    h.write(100);
    h.expect(data(0, 100).with(ECE).trafficClass(CAPABLE));
    h.inject(data(10, 10));
    h.expect(ack(20).with(ECE));
    h.inject(data(20, 10).with(CWR));
    h.expect(ack(30));
    assertEquals(1, h.net.counter(Counter.TCP_CE_RECEIVED));
  }

  @Test
  void aMarkIsAnsweredWithoutDelay() {
    established();
    for (int i = 0; i < TcpTest.QUICK; i++) {
      h.inject(data(i, 1));
      h.expectAck(i + 1);
    }
    h.inject(data(16, 1));
    h.expectNothing();
    h.inject(data(17, 1).trafficClass(MARKED));
    h.expect(ack(18).with(ECE));
  }

  @Test
  void forgedEchoesAndMarksMeanNothing() {
    established();
    h.write(10 * MSS);
    h.takeSent();
    int before = window();
    Segment[] forged = {
      ack(MSS).with(ECE).sequence(100_000), // outside our window
      ack(MSS).with(ECE).sequence(-100_000),
      ack(11 * MSS).with(ECE), // nothing that we sent
      ack(-100_000).with(ECE), // long ago
      data(100_000, 10).trafficClass(MARKED),
      data(-1000, 10).trafficClass(MARKED),
      data(0, 10).acknowledges(11 * MSS).trafficClass(MARKED),
      ack(0).trafficClass(MARKED),
    };
    for (Segment one : forged) {
      h.inject(one);
      for (SeenFrame answer : h.takeSent()) {
        assertEquals(0, answer.flags() & (ECE | CWR), one.toString());
      }
      assertEquals(before, window(), one.toString());
    }
    assertEquals(0, h.net.counter(Counter.TCP_ECN_REDUCED));
    assertEquals(0, h.net.counter(Counter.TCP_CE_RECEIVED));
  }

  @Test
  void noCombinationOfItsFlagsChangesWhatASegmentDoes() {
    // Flags and field in all combinations, on segments that are right otherwise.
    for (int flags : new int[] {0, ECE, CWR, ECE | CWR}) {
      for (int field = 0; field < 4; field++) {
        String which = "flags " + flags + ", field " + field;
        h = new TcpHarness(FULL);
        established();
        h.write(MSS);
        h.expect(data(0, MSS));
        h.inject(data(0, 10).with(flags).trafficClass(field));
        h.expectRead(10);
        h.takeSent();
        h.inject(segment(FIN | ACK | flags).sequence(10).trafficClass(field));
        assertTrue(h.socket.finished(), which);
        assertEquals(11, h.takeSent().get(0).acknowledgment() - ISS - 1, which);
        h.inject(segment(RST | flags).sequence(11).trafficClass(field));
        h.expectReadStatus(dev.tulle.stack.Status.CLOSED);
        assertEquals(0, h.takeSent().size(), which);
        h.net.expectNoInternalError();
      }
    }
  }

  @Test
  void everyFlagAndFieldAtAnyTimeIsSurvived() {
    for (int flags = 0; flags < 256; flags++) {
      for (int field = 0; field < 4; field++) {
        h = new TcpHarness(FULL);
        established();
        h.write(3 * MSS);
        h.takeSent();
        h.inject(segment(flags).carrying(0, 10).trafficClass(field));
        h.inject(segment(flags).acknowledges(MSS).trafficClass(field));
        for (SeenFrame f : h.takeSent()) {
          assertTrue(f.data().length > 0 || (f.trafficClass() & 3) == 0, "a pure ACK is capable");
          assertTrue((f.flags() & SYN) == 0, "a SYN");
        }
        assertTrue(h.net.counter(Counter.TCP_ECN_REDUCED) <= 1);
        h.advanceMs(5000);
        h.net.expectNoInternalError();
      }
    }
  }

  private static ImpairmentSettings marking(int ppm, int seed) {
    ImpairmentSettings settings = new ImpairmentSettings();
    settings.delayNs = 10_000_000;
    settings.markPpm = ppm;
    settings.seed = seed;
    return settings;
  }

  private static long milliseconds(TwoHosts net) {
    long startNs = net.clock.nowNs();
    Flow flow = net.flow(4 << 20);
    net.run(flow::done, 600_000);
    return (net.clock.nowNs() - startNs) / 1_000_000;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void marksSlowASenderDownAndNothingIsSentAgain(int seed) {
    TwoHosts open = new TwoHosts(FULL, marking(0, seed));
    TwoHosts marked = new TwoHosts(FULL, marking(20_000, seed));
    long fast = milliseconds(open);
    long slow = milliseconds(marked);
    assertTrue(slow > fast * 3 / 2, slow + " ms, without marks " + fast);
    assertEquals(0, open.impairment.marked());
    assertTrue(marked.impairment.marked() > 0);
    assertEquals(marked.impairment.marked(), marked.counter(Counter.TCP_CE_RECEIVED));
    assertTrue(marked.counter(Counter.TCP_ECN_REDUCED) > 0);
    assertEquals(0, marked.counter(Counter.TCP_RETRANSMITTED));
  }

  @Test
  void whoDoesNotKnowItIsNotMarked() {
    Assembly client = (link, mac, entropy) -> Client.host(link, mac, entropy, 4, 64 * 1024);
    TwoHosts net = new TwoHosts(FULL, client, marking(500_000, 1));
    milliseconds(net);
    assertEquals(0, net.impairment.marked());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void marksAndLossesTogetherLoseNothing(int seed) {
    ImpairmentSettings settings = marking(50_000, seed);
    settings.lossPpm = 20_000;
    settings.reorderPpm = 10_000;
    settings.duplicatePpm = 10_000;
    TwoHosts net = new TwoHosts(FULL, settings);
    milliseconds(net);
    assertTrue(net.counter(Counter.TCP_ECN_REDUCED) > 0);
    assertTrue(net.counter(Counter.TCP_RETRANSMITTED) > 0);
  }

  @Test
  void evenWhenEveryPacketIsMarkedItGoesOn() {
    TwoHosts net = new TwoHosts(FULL, marking(1_000_000, 1));
    Flow flow = net.flow(200_000);
    net.run(flow::done, 60_000);
    assertEquals(0, net.counter(Counter.TCP_RETRANSMITTED));
  }
}
