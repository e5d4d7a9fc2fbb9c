// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.tcp;

import static dev.tulle.testkit.Segment.ack;
import static dev.tulle.testkit.Segment.data;
import static dev.tulle.testkit.Segment.rstAck;
import static dev.tulle.testkit.Segment.syn;
import static dev.tulle.testkit.Segment.synAck;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.tulle.profile.Full;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.Segment;
import dev.tulle.testkit.TcpHarness;
import dev.tulle.testkit.TcpSegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Data on a SYN, as a client sends it. RFC 7413. */
class FastOpenClientTest {
  private static final int ISS = 7_000_000;
  private static final byte[] COOKIE = Octets.of(1, 2, 3, 4, 5, 6);

  private final TcpHarness h =
      new TcpHarness((link, mac, entropy) -> Full.host(link, mac, entropy, 16, 32 * 1024));

  @AfterEach
  void noInternalError() {
    h.net.expectNoInternalError();
  }

  private long counter(int counter) {
    return h.net.counter(counter);
  }

  /** The host's SYN, which asks for congestion marks as well. */
  private static Segment ours() {
    return syn().with(TcpSegment.ECE | TcpSegment.CWR);
  }

  private static Segment synAckWith(byte[] cookie, int mss) {
    byte[] option = Octets.concat(Octets.of(34, 2 + cookie.length), cookie);
    return synAck().options(Octets.concat(Octets.of(2, 4, mss >> 8, mss), option));
  }

  /** A first connection, with whose SYN-ACK the cookie comes. */
  private void known(byte[] cookie) {
    h.connectFast(80, 0);
    h.peer.iss = ISS;
    assertArrayEquals(new byte[0], h.expect(ours()).tcpOption(34), "a request");
    h.inject(synAckWith(cookie, 1400).acknowledges(0));
    h.expectAck(0);
    h.abort();
    h.takeSent();
  }

  /** The SYN of the next connection, with this much of its data. */
  private SeenFrame fast(int length, int sent) {
    h.connectFast(80, length);
    h.peer.iss = ISS;
    return h.expect(ours().carrying(0, sent));
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 6, 8, 16})
  void theFirstConnectionAsksAndTheNextSendsDataWithTheCookie(int size) {
    byte[] cookie = Octets.pattern(0, size);
    known(cookie);
    assertArrayEquals(cookie, fast(100, 100).tcpOption(34));
    h.inject(synAck().acknowledges(100).mss(1400));
    h.expectAck(0);
    h.expectStatus(Status.OK);
    assertEquals(0, h.socket.unacknowledged());
    h.write(50);
    h.expect(data(100, 50));
    h.inject(data(0, 10));
    h.expectRead(10);
    assertEquals(1, counter(Counter.TCP_FAST_OPEN_SENT));
    assertEquals(0, counter(Counter.TCP_FAST_OPEN_FAILED));
  }

  @Test
  void aSynCarriesWhatTheKnownSegmentSizeAllowsAndTheRestFollows() {
    known(COOKIE);
    fast(4160, 1360);
    h.inject(synAck().acknowledges(1360).mss(1400));
    h.expect(data(1360, 1400));
    h.expect(data(2760, 1400));
  }

  @Test
  void dataThatWasNotTakenFollowsAtOnce() {
    known(COOKIE);
    fast(100, 100);
    h.inject(synAck().acknowledges(0).mss(1400));
    h.expect(data(0, 100).acknowledges(0));
    h.inject(ack(100));
    assertEquals(0, h.socket.unacknowledged());
    assertEquals(1, counter(Counter.TCP_FAST_OPEN_FAILED));
  }

  @Test
  void ofDataThatWasTakenInPartTheRestFollows() {
    known(COOKIE);
    fast(100, 100);
    h.inject(synAck().acknowledges(60).mss(1400));
    h.expect(data(60, 40));
    h.inject(ack(100));
    assertEquals(0, h.socket.unacknowledged());
  }

  @Test
  void aNewCookieTakesTheOldOnesPlace() {
    known(COOKIE);
    fast(100, 100);
    byte[] other = Octets.pattern(50, 8);
    h.inject(synAckWith(other, 1300).acknowledges(0));
    h.expect(data(0, 100));
    assertEquals(0, counter(Counter.TCP_FAST_OPEN_FAILED));
    h.abort();
    h.takeSent();
    assertArrayEquals(other, fast(2000, 1260).tcpOption(34));
  }

  @Test
  void aSynIsSentAgainWithoutDataAndOption() {
    known(COOKIE);
    fast(100, 100);
    SeenFrame again = h.expectWithinMs(999, 1001, syn());
    assertNull(again.tcpOption(34));
    h.inject(synAck().acknowledges(100).mss(1400)); // it was the first that has arrived
    h.expectAck(0);
    assertEquals(0, h.socket.unacknowledged());
  }

  @Test
  void aSynAckOfTheSecondSynLetsDataFollow() {
    known(COOKIE);
    fast(100, 100);
    h.expectWithinMs(999, 1001, syn());
    h.inject(synAck().acknowledges(0).mss(1400));
    h.expect(data(0, 100));
    assertEquals(1, counter(Counter.TCP_FAST_OPEN_FAILED), "once for one SYN");
  }

  @Test
  void afterTwoFailuresInARowNothingUnusualIsSentForAWhile() {
    known(COOKIE);
    for (int i = 0; i < 2; i++) {
      fast(100, 100);
      h.expectWithinMs(999, 1001, syn());
      h.abort();
    }
    h.connectFast(80, 100);
    h.peer.iss = ISS;
    assertNull(h.expect(ours()).tcpOption(34));
    h.inject(synAck().acknowledges(0).mss(1400));
    h.expect(data(0, 100));
    h.abort();
    h.takeSent();
    h.advanceMs(60_000);
    fast(100, 100); // one more try
    h.expectWithinMs(999, 1001, syn());
    h.abort();
    h.advanceMs(119_000);
    h.connectFast(80, 100);
    assertNull(h.expect(ours()).tcpOption(34), "twice as long");
    h.abort();
    h.advanceMs(2_000);
    fast(100, 100);
    h.inject(synAck().acknowledges(100).mss(1400));
    h.takeSent();
    h.abort();
    h.takeSent();
    fast(100, 100); // forgiven
    h.expectWithinMs(999, 1001, syn());
    h.abort();
    fast(100, 100);
  }

  @Test
  void aRequestThatNobodyAnswersIsNotRepeatedForEver() {
    for (int i = 0; i < 2; i++) {
      h.connectFast(80, 10);
      assertArrayEquals(new byte[0], h.expect(ours()).tcpOption(34));
      assertNull(h.expectWithinMs(999, 1001, syn()).tcpOption(34));
      h.abort();
    }
    h.connectFast(80, 10);
    assertNull(h.expect(ours()).tcpOption(34));
  }

  @Test
  void aResetRefuses() {
    known(COOKIE);
    fast(100, 100);
    h.inject(rstAck().sequence(-1).acknowledges(0));
    h.expectStatus(Status.REFUSED);
  }

  @Test
  void whereBothOpenAtOnceTheDataFollowsTheHandshake() {
    known(COOKIE);
    fast(100, 100);
    h.inject(syn().mss(1400));
    h.expect(synAck().acknowledges(0));
    h.expectStatus(Status.WOULD_BLOCK);
    h.inject(synAck().acknowledges(0).mss(1400));
    h.expect(data(0, 100).acknowledges(0));
    h.expectStatus(Status.OK);
    h.inject(ack(100));
    assertEquals(0, h.socket.unacknowledged());
  }

  @Test
  void anAckOfMoreThanWasSentIsReset() {
    known(COOKIE);
    fast(100, 100);
    h.inject(synAck().acknowledges(101).mss(1400));
    assertEquals("R", h.net.next().has(4) ? "R" : "no reset");
    h.expectStatus(Status.WOULD_BLOCK);
  }

  @Test
  void afterTheSynHasGoneItIsTooLate() {
    h.connect(80);
    h.expect(ours());
    assertEquals(Status.BAD_STATE, h.host.fastOpen.use(h.socket));
  }

  @Test
  void withoutBeingAskedNothingUnusualIsSent() {
    known(COOKIE);
    h.connect(80);
    assertNull(h.expect(ours()).tcpOption(34));
  }

  @Test
  void ofMoreServersThanFitTheOneAskedLongestAgoIsForgotten() {
    known(COOKIE);
    for (int i = 0; i < 64; i++) {
      h.advanceMs(1);
      h.connectFast(Octets.address("10.9.0.10") + i, 80, 0);
      h.peer.iss = ISS;
      h.expect(ours());
      h.inject(synAckWith(COOKIE, 1400).acknowledges(0));
      h.expectAck(0);
      h.abort();
      h.takeSent();
    }
    h.connectFast(80, 10);
    assertArrayEquals(new byte[0], h.expect(ours()).tcpOption(34), "asks anew");
  }
}
