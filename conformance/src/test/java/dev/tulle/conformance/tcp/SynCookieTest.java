// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.tcp;

import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.Segment.ack;
import static dev.tulle.testkit.Segment.data;
import static dev.tulle.testkit.Segment.rst;
import static dev.tulle.testkit.Segment.segment;
import static dev.tulle.testkit.Segment.syn;
import static dev.tulle.testkit.Segment.synAck;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.buffer.BlockPool;
import dev.tulle.profile.Full;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.tcp.TcpInfo;
import dev.tulle.tcp.TcpMemory;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.TcpHarness;
import dev.tulle.testkit.TcpPeer;
import dev.tulle.testkit.TcpSegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A listener whose backlog is full answers with cookies. RFC 4987 3.6. */
class SynCookieTest {
  private static final int ISS = 7_000_000;
  private static final int BACKLOG = 4;
  private static final int SPOOFED = Octets.address("198.51.100.0");
  private static final int BUFFER = 256 * 1024;

  private final TcpHarness h =
      new TcpHarness((link, mac, entropy) -> Full.host(link, mac, entropy, 16, BUFFER));

  private int floods;

  @AfterEach
  void noInternalError() {
    h.net.expectNoInternalError();
  }

  private long counter(int counter) {
    return h.net.counter(counter);
  }

  /** One SYN more from an address that nobody has. */
  private void flood(byte[] options) {
    int i = floods++;
    TcpSegment t = Frames.tcp(1024 + i % 60_000, 80).flags(TcpSegment.SYN).sequence(i * 7919);
    h.net.queue(h.net.fromPeer(Frames.ipv4(SPOOFED + i % 250, HOST).tcp(t.options(options))));
  }

  /** The backlog is full of connections whose peers will never answer. */
  private void full() {
    h.listen(80, BACKLOG);
    fill();
  }

  private void fill() {
    for (int i = 0; i < BACKLOG; i++) {
      flood(new byte[0]);
    }
    h.poll();
    h.net.takeSent();
  }

  private static byte[] synOptions(int stamp) {
    return Octets.concat(
        Octets.of(2, 4, 1300 >> 8, 1300 & 255, 4, 2, 8, 10),
        word(stamp),
        Octets.of(0, 0, 0, 0, 1, 3, 3, 5));
  }

  private static byte[] stamps(int value, int echo) {
    return Octets.concat(Octets.of(1, 1, 8, 10), word(value), word(echo));
  }

  private static byte[] word(int value) {
    return Octets.of(value >>> 24, value >>> 16, value >>> 8, value);
  }

  private static int value(SeenFrame f) {
    byte[] option = f.tcpOption(8);
    return Octets.u16(option, 0) << 16 | Octets.u16(option, 2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aClientConnectsAndTransfersDuringAFloodOfAHundredThousand(boolean stamped) {
    h.listen(80, BACKLOG);
    byte[] options = stamped ? synOptions(1) : new byte[0];
    for (int i = 0; i < 50_000; i++) {
      flood(options);
      if (i % 60 == 0) {
        h.poll();
        h.net.takeSent();
      }
    }
    h.poll();
    h.net.takeSent();
    h.newPeer(ISS);
    h.inject(stamped ? syn().options(synOptions(5)) : h.peerSyn());
    SeenFrame answer = h.expect(synAck().acknowledges(0));
    for (int i = 0; i < 50_000; i++) {
      flood(options);
      if (i % 60 == 0) {
        h.poll();
        h.net.takeSent();
      }
    }
    h.poll();
    h.net.takeSent();
    assertTrue(counter(Counter.TCP_COOKIE_SENT) > 99_000);
    assertEquals(BACKLOG, h.host.tcp.connections(), "nothing is kept");

    byte[] stamps = stamped ? stamps(6, value(answer)) : new byte[0];
    h.inject(ack(0).options(stamps));
    h.socket = h.listener.accept();
    assertNotNull(h.socket);
    assertEquals(1, counter(Counter.TCP_COOKIE_ACCEPTED));
    h.expectStatus(Status.OK);
    h.inject(data(0, 1000).options(stamps));
    h.expectRead(1000);
    h.write(2 * (stamped ? 1288 : 1460));
    h.takeSent();
    h.inject(data(1000, 100).options(stamps));
    h.expectRead(100);
    assertEquals(0, h.socket.unacknowledged());
    TcpInfo info = new TcpInfo();
    h.socket.info(info);
    assertEquals(stamped ? 1300 - 12 : 1460, info.sndMss);
    assertEquals(stamped ? 65_535 << 5 : 65_535, info.sndWindow, "the scale came back");
  }

  @Test
  void withoutTimestampsWhatTheCookieCannotTellIsNotOffered() {
    full();
    h.newPeer(ISS);
    h.inject(syn().options(Octets.of(2, 4, 5, 180, 1, 1, 4, 2, 1, 3, 3, 7)));
    SeenFrame answer = h.expect(synAck().mss(1460));
    assertArrayEquals(Octets.of(2, 4, 5, 180), answer.tcpOptions());
  }

  @Test
  void withTimestampsNothingIsLost() {
    full();
    h.newPeer(ISS);
    h.inject(syn().options(synOptions(77)));
    SeenFrame answer = h.expect(synAck().mss(1460));
    assertNotNull(answer.tcpOption(4));
    assertEquals(3, answer.windowScale());
    h.inject(ack(0).options(stamps(78, value(answer))));
    h.socket = h.listener.accept();
    h.inject(data(100, 10).options(stamps(79, value(answer))));
    SeenFrame hole = h.expect(ack(0));
    assertNotNull(hole.tcpOption(5), "it acknowledges selectively");
    assertTrue(value(hole) - value(answer) >= 0, "stamps do not go back");
  }

  @Test
  void stampsNeverGoBackWheneverTheCookieWasMade() {
    full();
    for (int ms = 0; ms < 130; ms++) {
      h.net.advanceMs(1);
      fill();
      h.newPeer(ISS + ms);
      h.inject(syn().options(synOptions(77)));
      SeenFrame answer = h.expect(synAck());
      h.inject(ack(0).options(stamps(78, value(answer))));
      h.socket = h.listener.accept();
      h.write(1);
      SeenFrame later = h.expect(data(0, 1));
      int ahead = value(later) - value(answer);
      assertTrue(ahead >= 0 && ahead < 64, "from " + value(answer) + " to " + value(later));
      h.abort();
      h.takeSent();
    }
  }

  @Test
  void aSizeIsRoundedDownToOneThatTheCookieKnows() {
    int[][] sizes = {{1460, 1460}, {1459, 1440}, {1400, 1380}, {600, 536}, {300, 88}, {9000, 1460}};
    h.listen(80, BACKLOG);
    for (int[] size : sizes) {
      fill();
      h.newPeer(ISS);
      h.inject(syn().mss(size[0]));
      h.expect(synAck());
      h.inject(ack(0));
      h.socket = h.listener.accept();
      TcpInfo info = new TcpInfo();
      h.socket.info(info);
      assertEquals(size[1], info.sndMss, "offered " + size[0]);
      h.abort();
      h.takeSent();
    }
  }

  @Test
  void theListenersSegmentSizeBoundsWhatIsSentAndOffered() {
    full();
    h.listener.maxSegment(1000);
    h.newPeer(ISS);
    h.inject(syn().mss(1460));
    h.expect(synAck().mss(1000));
    h.inject(ack(0));
    h.socket = h.listener.accept();
    h.write(2000);
    h.expect(data(0, 1000));
  }

  @Test
  void theFirstDataBringsTheCookieAsWell() {
    full();
    h.newPeer(ISS);
    h.inject(h.peerSyn());
    h.expect(synAck());
    h.inject(data(0, 100)); // the ACK before it was lost
    h.socket = h.listener.accept();
    h.expectAck(100);
    h.expectRead(100);
  }

  @Test
  void aCookieOfMoreThanTwoMinutesIsRefused() {
    full();
    h.newPeer(ISS);
    h.inject(h.peerSyn());
    h.expect(synAck());
    h.net.advanceMs(119_000);
    h.takeSent();
    TcpPeer late = h.peer;
    h.listener.close();
    full(); // others have been sent meanwhile
    h.newPeer(1);
    h.inject(h.peerSyn());
    h.takeSent();
    h.use(late);
    h.net.advanceMs(1_500);
    h.takeSent();
    h.inject(ack(0));
    SeenFrame answer = h.net.next();
    assertTrue(answer.has(TcpSegment.RST), "after two minutes");
    assertEquals(1, counter(Counter.TCP_COOKIE_REFUSED));
  }

  @Test
  void aCookieOfTheMinuteBeforeIsGood() {
    full();
    h.net.advanceMs(58_000); // the clock began at one second
    h.takeSent();
    h.listener.close();
    full();
    h.newPeer(ISS);
    h.inject(h.peerSyn());
    h.expect(synAck());
    h.net.advanceMs(59_000);
    h.takeSent();
    h.inject(ack(0));
    assertNotNull(h.listener.accept());
  }

  @Test
  void everyForgedCookieIsRefusedWithAReset() {
    full();
    h.newPeer(ISS);
    h.inject(h.peerSyn());
    SeenFrame answer = h.expect(synAck());
    int cookie = answer.sequence() + 1;
    int refused = 0;
    for (int bit = 4; bit < 32; bit++) {
      h.inject(segment(TcpSegment.ACK).sequence(0).absoluteAcknowledgment(cookie ^ 1 << bit));
      assertTrue(h.net.next().has(TcpSegment.RST), "bit " + bit);
      assertEquals(++refused, counter(Counter.TCP_COOKIE_REFUSED));
    }
    h.inject(ack(0).absoluteSequence(h.peer.iss + 2));
    assertTrue(h.net.next().has(TcpSegment.RST), "another number of the peer's");
    h.inject(ack(0));
    assertNotNull(h.listener.accept(), "the true one is good all the same");
  }

  @Test
  void anothersCookieIsOfNoUse() {
    full();
    TcpPeer one = h.newPeer(ISS);
    h.inject(h.peerSyn());
    SeenFrame answer = h.expect(synAck());
    h.newPeer(ISS);
    h.inject(ack(0).absoluteAcknowledgment(answer.sequence() + 1));
    assertTrue(h.net.next().has(TcpSegment.RST));
    assertNotEquals(one, h.peer);
    assertNull(h.listener.accept());
  }

  @Test
  void whereNoCookieWasSentNobodyLooksForOne() {
    h.listen(80, BACKLOG);
    h.newPeer(ISS);
    h.inject(segment(TcpSegment.ACK).sequence(0).absoluteAcknowledgment(1234));
    assertTrue(h.net.next().has(TcpSegment.RST));
    assertEquals(0, counter(Counter.TCP_COOKIE_REFUSED));
  }

  @Test
  void whileThereIsRoomHandshakesAreAsUsual() {
    h.listen(80, BACKLOG);
    h.connected(ISS, 1000);
    assertEquals(0, counter(Counter.TCP_COOKIE_SENT));
  }

  @Test
  void theAcceptQueueStillLimits() {
    full();
    TcpPeer[] peers = new TcpPeer[BACKLOG + 1];
    for (int i = 0; i < peers.length; i++) {
      peers[i] = h.newPeer(ISS + i);
      h.inject(h.peerSyn());
      h.expect(synAck());
    }
    for (TcpPeer peer : peers) {
      h.use(peer);
      h.inject(ack(0)); // the first four take the places of the flood's
    }
    h.expectNothing();
    assertEquals(BACKLOG, counter(Counter.TCP_COOKIE_ACCEPTED));
    assertEquals(1, counter(Counter.TCP_BACKLOG_FULL));
    h.newPeer(ISS);
    h.inject(h.peerSyn());
    h.expectNothing();
    assertEquals(2, counter(Counter.TCP_BACKLOG_FULL), "no cookie that would find no room");

    h.use(peers[BACKLOG]);
    h.socket = h.listener.accept();
    h.socket.abort();
    h.poll();
    h.net.takeSent();
    h.inject(data(0, 10)); // the peer thinks that it is connected, and sends
    h.expectAck(10);
    assertEquals(BACKLOG + 1, counter(Counter.TCP_COOKIE_ACCEPTED));
  }

  @Test
  void whereConnectionsAreShortACookieFindsAPlaceAmongTheHalfOpen() {
    h.listen(80, 100); // more than there are connections
    for (int i = 0; i < 16; i++) {
      flood(new byte[0]);
    }
    h.poll();
    h.net.takeSent();
    h.newPeer(ISS);
    h.inject(h.peerSyn());
    h.expect(synAck());
    assertEquals(1, counter(Counter.TCP_COOKIE_SENT));
    h.inject(ack(0));
    assertNotNull(h.listener.accept());
    assertEquals(1, counter(Counter.TCP_HALF_OPEN_EVICTED));
  }

  @Test
  void aCookieCountsAlsoWhereARepeatedSynHasFoundRoomMeanwhile() {
    h.listen(80, 1);
    TcpPeer first = h.newPeer(ISS);
    h.inject(h.peerSyn());
    h.expect(synAck());
    TcpPeer second = h.newPeer(ISS + 1);
    h.inject(h.peerSyn());
    SeenFrame cookie = h.expect(synAck());
    h.use(first);
    h.inject(rst(0)); // there is room again
    h.use(second);
    h.inject(h.peerSyn()); // the answer was on its way
    assertNotEquals(cookie.sequence(), h.expect(synAck()).sequence());
    TcpSegment data = Frames.tcp(second.port, 80).flags(TcpSegment.ACK | TcpSegment.PSH);
    data.sequence(ISS + 2).acknowledgment(cookie.sequence() + 1).window(65_535);
    data.data(new byte[10]);
    h.net.inject(h.net.fromPeer(Frames.ipv4(second.address, HOST).tcp(data)));
    assertEquals(ISS + 12, h.takeSent().get(0).acknowledgment());
    assertEquals(1, counter(Counter.TCP_COOKIE_ACCEPTED));
    byte[] read = new byte[20];
    assertEquals(10, h.listener.accept().read(read, 0, 20));
  }

  @Test
  void aCookieKeepsNoMemoryFromConnections() {
    assertEquals(offeredAfter(1), offeredAfter(2));
  }

  /** The window of a connection that begins after so many SYNs for a place, with little memory. */
  private static int offeredAfter(int syns) {
    int window = 32 * 1024;
    BlockPool blocks = new BlockPool(4096, 2 * window / 4096);
    TcpMemory memory = new TcpMemory(blocks, 17, window, window, 16);
    TcpHarness h =
        new TcpHarness((link, mac, entropy) -> Full.host(link, mac, entropy, 16, memory));
    h.listen(80, 1);
    for (int i = 0; i < syns; i++) {
      h.newPeer(ISS);
      h.inject(h.peerSyn());
      h.expect(synAck());
    }
    assertEquals(syns - 1, h.net.counter(Counter.TCP_COOKIE_SENT));
    h.connect(81);
    return h.expect(syn().with(TcpSegment.ECE | TcpSegment.CWR)).window();
  }
}
