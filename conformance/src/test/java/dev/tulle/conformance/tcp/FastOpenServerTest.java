// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.tcp;

import static dev.tulle.testkit.Segment.ack;
import static dev.tulle.testkit.Segment.data;
import static dev.tulle.testkit.Segment.fin;
import static dev.tulle.testkit.Segment.rst;
import static dev.tulle.testkit.Segment.syn;
import static dev.tulle.testkit.Segment.synAck;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.profile.Full;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.tcp.TcpInfo;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.Segment;
import dev.tulle.testkit.TcpHarness;
import dev.tulle.testkit.TcpPeer;
import dev.tulle.testkit.TcpSegment;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Data on a SYN, as a server takes it. RFC 7413. */
class FastOpenServerTest {
  private static final int ISS = 7_000_000;
  private static final int PENDING = 3;
  private static final int DAY_MS = 24 * 3600 * 1000;

  private final TcpHarness h =
      new TcpHarness((link, mac, entropy) -> Full.host(link, mac, entropy, 16, 32 * 1024));

  private byte[] cookie;

  @AfterEach
  void noInternalError() {
    h.net.expectNoInternalError();
  }

  private long counter(int counter) {
    return h.net.counter(counter);
  }

  private static Segment fastSyn(byte[] cookie) {
    byte[] option = Octets.concat(Octets.of(34, 2 + cookie.length), cookie);
    return syn().options(Octets.concat(Octets.of(2, 4, 5, 180), option));
  }

  private void listen() {
    h.listen(80);
    h.host.fastOpen.accept(h.listener, PENDING);
  }

  /** A first connection, which brings the cookie, and is over. */
  private void known() {
    listen();
    h.newPeer(ISS);
    h.inject(fastSyn(new byte[0]));
    cookie = h.expect(synAck().acknowledges(0)).tcpOption(34);
    assertEquals(8, cookie.length);
    h.inject(rst(0));
    h.expectNothing();
  }

  /** A connection with data on its SYN, accepted. */
  private void opened(int length) {
    known();
    h.newPeer(ISS);
    h.inject(fastSyn(cookie).carrying(0, length));
    h.expect(synAck().acknowledges(length));
    h.socket = h.listener.accept();
    assertNotNull(h.socket);
  }

  @Test
  void dataOnASynWithACookieIsDeliveredAndAcknowledgedAtOnce() {
    opened(1000);
    h.expectStatus(Status.OK);
    h.expectRead(1000);
    h.write(300);
    h.expect(data(0, 300).acknowledges(1000).push());
    h.inject(ack(300));
    h.inject(data(1000, 10));
    h.expectAck(1010);
    h.expectRead(10);
    assertEquals(0, h.socket.unacknowledged());
    assertEquals(1, counter(Counter.TCP_FAST_OPEN_ACCEPTED));
  }

  @Test
  void anAnswerInTheSamePollFollowsTheSynAck() {
    known();
    h.newPeer(ISS);
    h.net.queue(h.frame(fastSyn(cookie).carrying(0, 100)));
    h.host.stack.input(h.net.nowNs());
    h.socket = h.listener.accept();
    h.writeOnly(20_000);
    h.poll();
    h.expect(synAck().acknowledges(100));
    for (int i = 0; i < 9; i++) {
      h.expect(data(1460 * i, 1460)); // with the SYN-ACK the initial window, and no more
    }
    h.expectNothing();
    h.inject(ack(13_140));
    for (int i = 9; i < 13; i++) {
      h.expect(data(1460 * i, 1460));
    }
  }

  @Test
  void aWholeConversationBeforeTheHandshakeIsComplete() {
    opened(100);
    h.expectRead(100);
    h.writeOnly(50);
    h.close();
    h.expect(data(0, 50).fin());
    h.inject(fin(100).acknowledges(51));
    h.expectAck(101);
    h.advanceMs(60_001);
    assertEquals(0, h.host.tcp.connections());
  }

  @Test
  void aValidCookieOpensWithoutDataAsWell() {
    opened(0);
    h.write(100);
    h.expect(data(0, 100));
  }

  @Test
  void theSynAckIsSentAgainUntilItIsAcknowledged() {
    opened(100);
    h.write(10);
    h.expect(data(0, 10));
    h.advanceMs(999);
    h.expectNothing();
    h.advanceMs(2);
    h.expect(synAck().acknowledges(100));
    h.inject(ack(0)); // the data was lost
    SeenFrame again = h.expectWithinMs(0, 3100, data(0, 10));
    assertNotNull(again);
    h.inject(ack(10));
    assertEquals(0, h.socket.unacknowledged());
  }

  @Test
  void aSynThatComesTwiceIsAnsweredTwiceAndDeliveredOnce() {
    opened(100);
    h.inject(fastSyn(cookie).carrying(0, 100).sequence(-1));
    h.expect(synAck().acknowledges(100));
    h.inject(syn().mss(1460)); // and without data, as clients send it again
    h.expect(synAck().acknowledges(100));
    h.expectRead(100);
    h.expectReadStatus(Status.WOULD_BLOCK);
    h.inject(ack(0));
    h.expectStatus(Status.OK);
  }

  @Test
  void aCookieThatIsWrongBringsANewOneAndNoData() {
    known();
    for (int bit = 0; bit < 64; bit++) {
      byte[] forged = cookie.clone();
      forged[bit / 8] ^= (byte) (1 << bit % 8);
      h.newPeer(ISS);
      h.inject(fastSyn(forged).carrying(0, 10));
      assertArrayEquals(cookie, h.expect(synAck().acknowledges(0)).tcpOption(34));
      assertNull(h.listener.accept(), "bit " + bit);
      h.inject(rst(0).sequence(0));
    }
    assertEquals(64, counter(Counter.TCP_FAST_OPEN_REFUSED));
    h.newPeer(ISS);
    h.inject(fastSyn(Arrays.copyOf(cookie, 16)).carrying(0, 10));
    h.expect(synAck().acknowledges(0)); // another size
    h.inject(data(0, 10)); // again, as clients do
    h.socket = h.listener.accept();
    h.expectAck(10);
    h.expectRead(10);
  }

  @Test
  void anothersCookieIsWrong() {
    known();
    h.newPeer(Octets.address("10.9.0.77"), 4000, ISS);
    h.inject(fastSyn(cookie).carrying(0, 10));
    h.expect(synAck().acknowledges(0));
    assertNull(h.listener.accept());
  }

  @Test
  void optionsOfOtherLengthsAreIgnored() {
    listen();
    for (int size : new int[] {1, 2, 3, 5, 7, 15, 17, 18}) {
      h.newPeer(ISS);
      h.inject(fastSyn(new byte[size]).carrying(0, 10));
      SeenFrame answer = h.expect(synAck().acknowledges(0));
      assertEquals(null, answer.tcpOption(34), size + " octets");
      h.inject(rst(0).sequence(0));
      h.takeSent();
    }
  }

  @Test
  void aCookieLastsADayAndTheNextAndIsRenewedInTime() {
    known();
    h.newPeer(ISS);
    h.advanceMs(DAY_MS);
    h.inject(fastSyn(cookie).carrying(0, 10));
    byte[] renewed = h.expect(synAck().acknowledges(10)).tcpOption(34);
    assertFalse(Arrays.equals(cookie, renewed));
    h.inject(ack(0));
    h.advanceMs(DAY_MS);
    h.newPeer(ISS);
    h.inject(fastSyn(cookie).carrying(0, 10));
    h.expect(synAck().acknowledges(0));
    h.newPeer(ISS);
    h.inject(fastSyn(renewed).carrying(0, 10));
    h.expect(synAck().acknowledges(10));
  }

  @Test
  void beyondTheLimitTheHandshakeIsAsUsual() {
    known();
    TcpPeer first = null;
    for (int i = 0; i < PENDING; i++) {
      TcpPeer peer = h.newPeer(ISS);
      first = first == null ? peer : first;
      h.inject(fastSyn(cookie).carrying(0, 10));
      h.expect(synAck().acknowledges(10));
    }
    h.newPeer(ISS);
    h.inject(fastSyn(cookie).carrying(0, 10));
    h.expect(synAck().acknowledges(0));
    assertEquals(1, counter(Counter.TCP_FAST_OPEN_LIMIT));
    h.use(first);
    h.inject(ack(0)); // its handshake is complete: there is room again
    h.newPeer(ISS);
    h.inject(fastSyn(cookie).carrying(0, 10));
    h.expect(synAck().acknowledges(10));
  }

  @Test
  void whoIsResetKeepsHisPlaceForAMinute() {
    known();
    for (int i = 0; i < PENDING; i++) {
      h.newPeer(ISS);
      h.inject(fastSyn(cookie).carrying(0, 10));
      h.expect(synAck().acknowledges(10));
      h.inject(rst(10));
    }
    assertEquals(0, h.host.tcp.connections());
    h.newPeer(ISS);
    h.inject(fastSyn(cookie).carrying(0, 10));
    h.expect(synAck().acknowledges(0));
    h.inject(rst(0).sequence(0));
    h.advanceMs(64_000);
    h.newPeer(ISS);
    h.inject(fastSyn(cookie).carrying(0, 10));
    h.expect(synAck().acknowledges(10));
  }

  @Test
  void aResetEndsItForTheApplicationToo() {
    opened(10);
    h.inject(rst(10));
    h.expectRead(10);
    h.expectReadStatus(Status.RESET);
  }

  @Test
  void anAckOfWhatWasNeverSentIsReset() {
    opened(10);
    h.inject(ack(5000));
    assertTrue(h.net.next().has(TcpSegment.RST));
    TcpInfo info = new TcpInfo();
    h.socket.info(info);
    assertEquals(TcpInfo.SYN_RECEIVED, info.state);
  }

  @Test
  void whoeverNeverAnswersIsGivenUp() {
    opened(10);
    h.advanceMs(120_000);
    h.takeSent();
    h.expectStatus(Status.TIMED_OUT);
    h.abort();
    assertEquals(0, h.host.tcp.connections());
  }

  @Test
  void aListenerThatWasNotToldGivesNoCookieAndTakesNoData() {
    h.listen(80);
    h.newPeer(ISS);
    h.inject(fastSyn(new byte[8]).carrying(0, 100));
    assertNull(h.expect(synAck().acknowledges(0)).tcpOption(34));
    assertNull(h.listener.accept());
  }

  @Test
  void whatDoesNotFitIsLeftForThePeerToSendAgain() {
    h.listen(80);
    TcpHarness small =
        new TcpHarness((link, mac, entropy) -> Full.host(link, mac, entropy, 16, 1024));
    small.listen(80);
    small.host.fastOpen.accept(small.listener, PENDING);
    small.newPeer(ISS);
    small.inject(fastSyn(new byte[0]));
    byte[] given = small.expect(synAck()).tcpOption(34);
    small.newPeer(ISS);
    small.inject(fastSyn(given).carrying(0, 1300));
    small.expect(synAck().acknowledges(1024).window(0));
    small.socket = small.listener.accept();
    small.expectRead(1024);
    small.net.expectNoInternalError();
  }

  /** What times out then is the SYN-ACK, and says nothing of the size of data. */
  @Test
  void dataThatNobodyAcknowledgesBeforeTheHandshakeStartsWhereItDoes() {
    opened(10);
    h.writeOnly(2000);
    h.poll();
    h.takeSent();
    for (int i = 0; i < 31; i++) {
      h.advanceMs(1000);
    }
    for (SeenFrame f : h.takeSent()) {
      assertTrue(f.data().length == 0 || f.sequence() != h.peer.hostIss(), "" + f);
    }
    h.inject(ack(0).acknowledges(0));
    h.advanceMs(1);
    assertEquals(0, counter(Counter.TCP_BLACK_HOLE));
  }
}
