// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.tcp;

import static dev.tulle.testkit.Segment.ack;
import static dev.tulle.testkit.Segment.data;
import static dev.tulle.testkit.Segment.syn;
import static dev.tulle.testkit.Segment.synAck;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.tulle.profile.Full;
import dev.tulle.stack.Counter;
import dev.tulle.tcp.TcpInfo;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.TcpHarness;
import dev.tulle.testkit.TcpSegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a cookie knows of explicit congestion notification. RFC 3168 6.1.1, RFC 4987 3.6. */
class SynCookieEcnTest {
  private static final int ISS = 7_000_000;
  private static final int ASKS = TcpSegment.ECE | TcpSegment.CWR;
  private static final int CAPABLE = 2;
  private static final int MARKED = 3;

  private final TcpHarness h =
      new TcpHarness((link, mac, entropy) -> Full.host(link, mac, entropy, 16, 256 * 1024));

  @AfterEach
  void noInternalError() {
    h.net.expectNoInternalError();
  }

  private long counter(int counter) {
    return h.net.counter(counter);
  }

  /** The backlog has a place, and somebody has it who never answers. */
  private void full() {
    h.listen(80, 1);
    h.newPeer(1);
    h.inject(h.peerSyn());
    h.takeSent();
  }

  /** MSS, selective acknowledgements, a stamp and a window scale of 5. */
  private static byte[] synOptions(int stamp) {
    byte[] options = Octets.of(2, 4, 5, 20, 4, 2, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 3, 5);
    Octets.put32(options, 8, stamp);
    return options;
  }

  private static byte[] stamps(int value, int echo) {
    byte[] options = Octets.of(1, 1, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0);
    Octets.put32(options, 4, value);
    Octets.put32(options, 8, echo);
    return options;
  }

  private static int value(SeenFrame f) {
    return Octets.i32(f.tcpOption(8), 0);
  }

  /** The peer returns the cookie of an answer; data of both sides shows whether marks count. */
  private void expectCongestionNotification(boolean agreed, byte[] stamps) {
    h.inject(ack(0).options(stamps));
    h.socket = h.listener.accept();
    h.write(100);
    h.expect(data(0, 100).trafficClass(agreed ? CAPABLE : 0));
    h.inject(data(0, 100).options(stamps).trafficClass(MARKED));
    h.expect(ack(100).with(agreed ? TcpSegment.ECE : 0).trafficClass(0));
    assertEquals(agreed ? 1 : 0, counter(Counter.TCP_CE_RECEIVED));
    h.inject(ack(100).options(stamps).with(TcpSegment.ECE));
    assertEquals(agreed ? 1 : 0, counter(Counter.TCP_ECN_REDUCED));
    assertEquals(1, counter(Counter.TCP_COOKIE_ACCEPTED));
  }

  @Test
  void withTimestampsCongestionNotificationIsAgreedOn() {
    full();
    h.newPeer(ISS);
    h.inject(syn().options(synOptions(77)).with(ASKS));
    SeenFrame answer = h.expect(synAck().with(TcpSegment.ECE).trafficClass(0));
    assertEquals(3, answer.windowScale());
    assertNotNull(answer.tcpOption(4));
    expectCongestionNotification(true, stamps(78, value(answer)));
    TcpInfo info = new TcpInfo();
    h.socket.info(info);
    assertEquals(65_535 << 5, info.sndWindow, "the other bits are told apart");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, TcpSegment.ECE, TcpSegment.CWR})
  void congestionNotificationThatTheSynDoesNotAskForIsNotUsed(int flags) {
    full();
    h.newPeer(ISS);
    h.inject(syn().options(synOptions(77)).with(flags));
    SeenFrame answer = h.expect(synAck().trafficClass(0));
    expectCongestionNotification(false, stamps(78, value(answer)));
  }

  @Test
  void aSynThatIsMarkedItselfDoesNotAskForCongestionNotification() {
    full();
    h.newPeer(ISS);
    h.inject(syn().options(synOptions(77)).with(ASKS).trafficClass(CAPABLE));
    SeenFrame answer = h.expect(synAck().trafficClass(0));
    expectCongestionNotification(false, stamps(78, value(answer)));
  }

  @Test
  void withoutTimestampsACookieRefusesCongestionNotification() {
    full();
    h.newPeer(ISS);
    h.inject(h.peerSyn().with(ASKS));
    h.expect(synAck().trafficClass(0));
    expectCongestionNotification(false, new byte[0]);
  }

  @Test
  void theAnswerThatThePeerTakesSettlesCongestionNotification() {
    full();
    h.newPeer(ISS);
    h.inject(syn().options(synOptions(77)).with(ASKS));
    h.expect(synAck().with(TcpSegment.ECE)); // is lost
    h.inject(syn().options(synOptions(78))); // RFC 3168 6.1.1.1: the second SYN goes without
    SeenFrame answer = h.expect(synAck());
    expectCongestionNotification(false, stamps(79, value(answer)));
  }
}
