// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.tcp;

import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.Segment.ack;
import static dev.tulle.testkit.Segment.data;
import static dev.tulle.testkit.Segment.syn;
import static dev.tulle.testkit.Segment.synAck;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.profile.Client;
import dev.tulle.stack.Counter;
import dev.tulle.tcp.TcpInfo;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.testkit.Assembly;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.TcpHarness;
import dev.tulle.testkit.TcpPeer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What "fragmentation needed" does to connections, octet by octet. RFC 1191, RFC 5927 7. */
class PathMtuTest {
  private static final int ISS = 1_000_000;
  private static final int MSS = 1460;
  private static final long TEN_MINUTES_MS = 600_000;

  private TcpHarness h;

  static List<Arguments> hosts() {
    Assembly client = (link, mac, entropy) -> Client.host(link, mac, entropy, 4, 64 * 1024);
    Assembly newReno = NewRenoHost::host;
    return List.of(
        Arguments.of("NewReno", newReno, false),
        Arguments.of("NewReno of the client", client, false),
        Arguments.of("RACK", client, true));
  }

  @AfterEach
  void noInternalError() {
    h.net.expectNoInternalError();
  }

  /** The peer's SYN, with the option where it acknowledges selectively. */
  private static byte[] options(boolean selective) {
    return selective ? Octets.of(2, 4, 5, 180, 4, 2, 1, 1) : Octets.of(2, 4, 5, 180);
  }

  private void connected(Assembly host, boolean selective) {
    h = new TcpHarness(host);
    h.listen(80);
    open(selective);
  }

  private void open(boolean selective) {
    h.newPeer(ISS);
    h.inject(syn().options(options(selective)));
    h.expect(synAck());
    h.advanceMs(20);
    h.inject(ack(0));
    h.socket = h.listener.accept();
    h.socket.noDelay(true);
  }

  /** A router's message about a segment that was seen. */
  private void tooBig(SeenFrame about, int mtu) {
    tooBig(about, about.sequence(), mtu);
  }

  private void tooBig(SeenFrame about, int sequence, int mtu) {
    byte[] segment = Arrays.copyOf(about.ipv4Payload(), 8);
    Octets.put32(segment, 4, sequence);
    byte[] quote = Octets.concat(about.ipv4Header(), segment);
    h.net.inject(
        h.net.fromPeer(Frames.ipv4(PEER, HOST).icmp(Frames.icmp(3, 4).rest(mtu).data(quote))));
  }

  private TcpInfo info() {
    TcpInfo info = new TcpInfo();
    h.socket.info(info);
    return info;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hosts")
  void whatWasTooBigGoesOutAgainAtOnceInSmallerPieces(
      String name, Assembly host, boolean selective) {
    connected(host, selective);
    h.write(2 * MSS + 500);
    SeenFrame first = h.expect(data(0, MSS));
    assertTrue(first.dontFragment());
    assertEquals(0, first.identification());
    h.expect(data(MSS, MSS));
    h.expect(data(2 * MSS, 500).push());
    int window = info().cwnd;
    tooBig(first, 1240);
    h.expect(data(0, 1200));
    if (selective) {
      h.expect(data(1200, 260));
      h.expect(data(MSS, 1200));
      SeenFrame piece = h.expect(data(MSS + 1200, 260));
      assertTrue(piece.dontFragment());
    } else {
      h.expect(data(1200, 1200));
      h.expect(data(2400, 1020));
    }
    h.expectNothing();
    assertEquals(1240, info().pathMtu);
    assertEquals(1200, info().sndMss);
    assertEquals(window, info().cwnd, "as many segments as before");
    assertEquals(0, info().backoff);
    assertEquals(TcpInfo.NO_THRESHOLD, info().ssthresh);
    assertEquals(0, h.net.counter(Counter.TCP_FAST_RETRANSMIT));
    assertEquals(0, h.net.counter(Counter.TCP_TIMEOUT));
    h.inject(ack(2 * MSS + 500));
    h.write(2400);
    h.expect(data(2 * MSS + 500, 1200));
    h.expect(data(2 * MSS + 1700, 1200).push());
    h.expectNothing();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hosts")
  void aMessageForEachSegmentOfTheFlightChangesNothingMore(
      String name, Assembly host, boolean selective) {
    connected(host, selective);
    h.write(4 * MSS);
    List<SeenFrame> flight = h.takeSent();
    assertEquals(4, flight.size());
    tooBig(flight.get(0), 1240);
    int again = h.takeSent().size();
    assertTrue(again >= 5, "all goes out again: " + again);
    for (SeenFrame f : flight) {
      tooBig(f, 1240);
      tooBig(f, 0); // a router from before RFC 1191 on the way as well
    }
    h.expectNothing();
    assertEquals(1240, info().pathMtu);
    assertEquals(1, h.net.counter(Counter.PMTU_LOWERED));
    h.inject(ack(4 * MSS));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hosts")
  void linksThatNarrowOneAfterTheOtherLowerTheSizeEachTime(
      String name, Assembly host, boolean selective) {
    connected(host, selective);
    h.write(MSS);
    tooBig(h.expect(data(0, MSS)), 1400);
    SeenFrame piece = h.expect(data(0, 1360));
    h.expect(data(1360, 100));
    tooBig(piece, 1000);
    h.expect(data(0, 960));
    h.takeSent();
    assertEquals(960, info().sndMss);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hosts")
  void whatIsNotInFlightOrCannotBeTrueIsIgnored(String name, Assembly host, boolean selective) {
    connected(host, selective);
    h.write(MSS + 200);
    SeenFrame full = h.expect(data(0, MSS));
    SeenFrame small = h.expect(data(MSS, 200).push());
    tooBig(full, full.sequence() - 1, 600); // not in flight
    tooBig(full, full.sequence() + MSS + 200, 600);
    tooBig(full, full.sequence() + 0x8000_0000, 600);
    tooBig(full, 1500); // it would have fitted
    tooBig(full, 0xFFFF);
    tooBig(full, 1);
    tooBig(full, 67);
    tooBig(small, 600); // no segment that starts there was as large
    h.expectNothing();
    assertEquals(1500, info().pathMtu);
    assertEquals(8, h.net.counter(Counter.TCP_ICMP_IGNORED));
    assertEquals(0, h.net.counter(Counter.PMTU_LOWERED));
    h.inject(ack(MSS + 200));
    tooBig(full, 600); // no longer in flight
    assertEquals(1500, info().pathMtu);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hosts")
  void aForgedMessageGainsNoMoreThanTheFloorForTenMinutes(
      String name, Assembly host, boolean selective) {
    connected(host, selective);
    h.write(MSS);
    tooBig(h.expect(data(0, MSS)), 68);
    h.expect(data(0, 512));
    h.expect(data(512, 512));
    h.expect(data(1024, 436));
    h.inject(ack(MSS));
    assertEquals(552, info().pathMtu);
    h.advanceMs(TEN_MINUTES_MS + 1000);
    h.write(MSS);
    h.expect(data(MSS, MSS).push());
    assertEquals(1500, info().pathMtu);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hosts")
  void otherConnectionsToTheSameAddressLearnItWhenTheyNextSend(
      String name, Assembly host, boolean selective) {
    connected(host, selective);
    TcpPeer first = h.peer;
    TcpSocket firstSocket = h.socket;
    open(selective);
    TcpPeer second = h.peer;
    TcpSocket secondSocket = h.socket;
    h.use(first);
    h.socket = firstSocket;
    h.write(MSS);
    tooBig(h.expect(data(0, MSS)), 1240);
    h.takeSent();
    h.use(second);
    h.socket = secondSocket;
    h.write(MSS);
    h.expect(data(0, 1200));
    h.inject(ack(1200));
    h.takeSent();
    // A connection that begins now asks for what the interface takes, and sends what the path does.
    h.newPeer(ISS);
    h.inject(syn().options(options(selective)));
    assertEquals(MSS, h.expect(synAck()).mss());
    h.inject(ack(0));
    h.socket = h.listener.accept();
    h.write(MSS);
    h.expect(data(0, 1200));
    h.takeSent();
    assertEquals(1200, info().sndMss);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hosts")
  void whatAnotherConnectionHasLearntMakesOnesOwnMessageCountAllTheSame(
      String name, Assembly host, boolean selective) {
    connected(host, selective);
    TcpPeer first = h.peer;
    TcpSocket firstSocket = h.socket;
    h.write(2 * MSS);
    SeenFrame mine = h.expect(data(0, MSS));
    h.takeSent();
    open(selective);
    h.write(MSS);
    tooBig(h.expect(data(0, MSS)), 1240);
    h.takeSent();
    h.use(first);
    h.socket = firstSocket;
    h.write(10); // segments are smaller from now on
    h.takeSent();
    tooBig(mine, 1240);
    h.expect(data(0, 1200));
    h.takeSent();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hosts")
  void oldRoutersThatTellNothingMeanTheNextPlateau(String name, Assembly host, boolean selective) {
    connected(host, selective);
    h.write(MSS);
    SeenFrame sent = h.expect(data(0, MSS));
    for (int mtu : new int[] {1492, 1006, 552}) {
      tooBig(sent, 0);
      assertEquals(mtu, info().pathMtu);
      sent = h.expect(data(0, mtu - 40));
      h.takeSent();
    }
    tooBig(sent, 0);
    assertEquals(552, info().pathMtu);
    h.expectNothing();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hosts")
  void aSegmentWithTheFinGoesOutAgainInPiecesAndTheFinWithTheLast(
      String name, Assembly host, boolean selective) {
    connected(host, selective);
    h.writeOnly(MSS);
    h.socket.shutdownWrite();
    h.poll();
    tooBig(h.expect(data(0, MSS).fin().push()), 1240);
    h.expect(data(0, 1200));
    h.expect(data(1200, 260).fin());
    h.inject(ack(MSS + 1));
    h.expectNothing();
  }
}
