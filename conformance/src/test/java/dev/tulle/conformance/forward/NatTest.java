// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.forward;

import static dev.tulle.testkit.RouterHarness.ABSENT;
import static dev.tulle.testkit.RouterHarness.GATEWAY;
import static dev.tulle.testkit.RouterHarness.HOST;
import static dev.tulle.testkit.RouterHarness.INSIDE;
import static dev.tulle.testkit.RouterHarness.OTHER;
import static dev.tulle.testkit.RouterHarness.OUTSIDE;
import static dev.tulle.testkit.RouterHarness.SERVER;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.ip.Endpoint;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.Ipv4Datagram;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.RouterHarness;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.udp.UdpSocket;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** One address for many: RFC 4787, 5382, 5508. */
class NatTest {
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int SYN = 2;
  private static final int ACK = 16;

  private final RouterHarness h = new RouterHarness().nat();

  private static Ipv4Datagram udp(int from, int fromPort, int to, int toPort) {
    return Frames.ipv4(from, to).udp(Frames.udp(fromPort, toPort).data(0, 33));
  }

  private static void assertFlow(SeenFrame f, int from, int fromPort, int to, int toPort) {
    assertEquals(
        Octets.dotted(from) + ":" + fromPort, Octets.dotted(f.source()) + ":" + f.sourcePort());
    assertEquals(
        Octets.dotted(to) + ":" + toPort,
        Octets.dotted(f.destination()) + ":" + f.destinationPort());
  }

  @Test
  void datagramsGoOutFromTheOutsideAddressAndAnswersComeBack() {
    h.fromInside(udp(HOST, 5000, SERVER, 53));
    SeenFrame out = h.outside();
    assertFlow(out, OUTSIDE, 5000, SERVER, 53); // the port is kept where it is free
    assertArrayEquals(Octets.pattern(0, 33), out.data());
    h.fromOutside(udp(SERVER, 53, OUTSIDE, 5000));
    assertFlow(h.inside(), SERVER, 53, HOST, 5000);
    assertEquals(1, h.router.nat.count());
    assertEquals(1, h.router.tracker.count());
    h.nothing();
  }

  @Test
  void req1_theSamePortOutsideWhoeverIsCalled() {
    h.fromInside(udp(HOST, 5000, SERVER, 53));
    h.fromInside(udp(OTHER, 5000, SERVER, 53));
    h.outside();
    int port = h.outside().sourcePort();
    assertNotEquals(5000, port);
    for (int to = 1; to < 20; to++) {
      h.fromInside(udp(OTHER, 5000, SERVER + to, 50 + to));
      assertFlow(h.outside(), OUTSIDE, port, SERVER + to, 50 + to);
    }
    assertEquals(2, h.router.nat.count());
  }

  @Test
  void req3AndReq4_noTwoSharePortsAndRangeAndParityAreKept() {
    for (int port : new int[] {1000, 1001, 5000, 5001}) {
      Set<Integer> ports = new HashSet<>();
      for (int host = 2; host < 90; host++) {
        h.fromInside(udp(INSIDE + host, port, SERVER, 53));
        int outside = h.outside().sourcePort();
        assertTrue(ports.add(outside), "shared: " + outside);
        assertEquals(port & 1, outside & 1);
        assertEquals(port < 1024, outside < 1024);
      }
    }
    h.nothing();
  }

  @Test
  void portOfASocketOfOurOwnIsNobodysInside() {
    UdpSocket own = h.router.udp.bind(5000);
    h.fromInside(udp(HOST, 5000, SERVER, 53));
    assertNotEquals(5000, h.outside().sourcePort());
    h.fromOutside(udp(SERVER, 53, OUTSIDE, 5000));
    assertTrue(own.readable());
    own.close();
    h.fromInside(udp(OTHER, 5000, SERVER, 53));
    assertEquals(5000, h.outside().sourcePort());
  }

  @Test
  void socketOfOurOwnIsNotGivenAPortThatSomebodyInsideHas() {
    int drawn = h.router.udp.bind(0).port();
    RouterHarness same = new RouterHarness().nat();
    same.fromInside(udp(HOST, drawn, SERVER, 53));
    assertEquals(drawn, same.outside().sourcePort());
    assertNotEquals(drawn, same.router.udp.bind(0).port());
  }

  @Test
  void portsOfOurOwnConnectionsAndListenersAreNobodysInsideEither() {
    RouterHarness gateway = RouterHarness.gateway().nat();
    assertNotNull(gateway.router.tcp.listen(8080, 4));
    assertNotNull(gateway.router.tcp.connect(new Endpoint(SERVER, 80)));
    gateway.poll();
    int port = gateway.outside().sourcePort();
    for (int taken : new int[] {8080, port}) {
      gateway.fromInside(
          Frames.ipv4(HOST, SERVER).tcp(Frames.tcp(taken, 80).flags(SYN).sequence(7)));
      assertNotEquals(taken, gateway.outside().sourcePort());
    }
  }

  @Test
  void req8_whoeverSendsToThePortReachesTheHostInside() {
    h.fromInside(udp(HOST, 5000, SERVER, 53));
    h.outside();
    h.fromOutside(udp(SERVER + 1, 999, OUTSIDE, 5000));
    assertFlow(h.inside(), SERVER + 1, 999, HOST, 5000);
    h.fromInside(udp(HOST, 5000, SERVER + 1, 999));
    assertFlow(h.outside(), OUTSIDE, 5000, SERVER + 1, 999);
    h.nothing();
  }

  @Test
  void req9_twoInsideReachEachOtherByTheirOutsidePorts() {
    h.fromInside(udp(HOST, 5000, SERVER, 53));
    h.fromInside(udp(OTHER, 6000, SERVER, 53));
    h.discard();
    h.fromInside(udp(HOST, 5000, OUTSIDE, 6000));
    assertFlow(h.inside(), OUTSIDE, 5000, OTHER, 6000);
    h.fromInside(udp(OTHER, 6000, OUTSIDE, 5000));
    assertFlow(h.inside(), OUTSIDE, 6000, HOST, 5000);
    h.nothing();
  }

  @Test
  void aForwardedPortReachesItsHostFromOutsideAndFromInside() {
    assertEquals(Status.OK, h.router.nat.forward(TCP, 8080, HOST, 80));
    assertEquals(Status.IN_USE, h.router.nat.forward(TCP, 8080, OTHER, 80));
    assertEquals(Status.INVALID, h.router.nat.forward(1, 8080, OTHER, 80));
    assertEquals(Status.INVALID, h.router.nat.forward(TCP, 0, OTHER, 80));
    assertEquals(Status.INVALID, h.router.nat.forward(TCP, 0x10000, OTHER, 80));
    assertEquals(Status.INVALID, h.router.nat.forward(TCP, 8081, OTHER, 0x10000));
    h.fromOutside(Frames.ipv4(SERVER, OUTSIDE).tcp(Frames.tcp(4000, 8080).flags(SYN).sequence(7)));
    assertFlow(h.inside(), SERVER, 4000, HOST, 80);
    h.fromInside(
        Frames.ipv4(HOST, SERVER)
            .tcp(Frames.tcp(80, 4000).flags(SYN | ACK).sequence(9).acknowledgment(8)));
    assertFlow(h.outside(), OUTSIDE, 8080, SERVER, 4000);
    h.fromInside(Frames.ipv4(OTHER, OUTSIDE).tcp(Frames.tcp(4001, 8080).flags(SYN).sequence(7)));
    assertFlow(h.inside(), OUTSIDE, 4001, HOST, 80);
    h.advanceMs(10_000_000);
    assertEquals(0, h.router.tracker.count());
    assertEquals(1, h.router.nat.count()); // the port forward stays
    h.nothing();
  }

  @Test
  void echoRequestsGoOutWithAnIdentifierOfTheirOwn() {
    for (int host : new int[] {HOST, OTHER}) {
      h.fromInside(Frames.ipv4(host, SERVER).icmp(Frames.echoRequest(7, 3, 20)));
    }
    SeenFrame first = h.outside();
    SeenFrame second = h.outside();
    assertEquals(OUTSIDE, first.source());
    assertEquals(7 << 16 | 3, first.icmpRest());
    int id = second.icmpRest() >>> 16;
    assertNotEquals(7, id);
    h.fromOutside(Frames.ipv4(SERVER, OUTSIDE).icmp(Frames.echoReply(id, 3, 20)));
    SeenFrame reply = h.inside();
    assertEquals(OTHER, reply.destination());
    assertEquals(7 << 16 | 3, reply.icmpRest());
    h.nothing();
  }

  @Test
  void anEchoRequestFromOutsideIsTheRoutersWhateverIdentifierAHostHasUsed() {
    h.fromInside(Frames.ipv4(HOST, SERVER).icmp(Frames.echoRequest(0, 3, 20)));
    assertEquals(3, h.outside().icmpRest());
    h.fromOutside(Frames.ipv4(SERVER + 1, OUTSIDE).icmp(Frames.echoRequest(9, 1, 20)));
    assertEquals(9 << 16 | 1, h.outside().icmpRest());
    h.fromOutside(Frames.ipv4(SERVER, OUTSIDE).icmp(Frames.echoReply(0, 3, 20)));
    assertEquals(HOST, h.inside().destination());
    h.nothing();
  }

  @Test
  void anErrorFromOutsideFindsTheHostAndQuotesWhatThatHadSent() {
    h.fromInside(udp(OTHER, 5000, SERVER, 53));
    h.fromInside(udp(HOST, 5000, SERVER, 53).ttl(40));
    h.outside();
    byte[] sent = ipv4(h.outside());
    h.fromOutside(Frames.ipv4(GATEWAY, OUTSIDE).icmp(Frames.icmp(3, 4).rest(1200).data(sent)));
    SeenFrame error = h.inside();
    assertEquals(GATEWAY, error.source());
    assertEquals(HOST, error.destination());
    assertEquals(1200, error.icmpRest());
    byte[] original = udp(HOST, 5000, SERVER, 53).ttl(39).build();
    assertArrayEquals(original, error.data()); // all checksums in it included
    // Of RFC 792's least: header and 8 octets.
    byte[] least = Arrays.copyOf(sent, 28);
    h.fromOutside(Frames.ipv4(GATEWAY, OUTSIDE).icmp(Frames.icmp(11, 0).data(least)));
    assertArrayEquals(Arrays.copyOf(original, 28), h.inside().data());
    h.nothing();
  }

  @Test
  void anErrorFromInsideGoesOutFromTheOutsideAddress() {
    assertEquals(Status.OK, h.router.nat.forward(UDP, 9000, HOST, 53));
    h.fromOutside(udp(SERVER, 4000, OUTSIDE, 9000));
    byte[] got = ipv4(h.inside());
    h.fromInside(Frames.ipv4(HOST, SERVER).icmp(Frames.icmp(3, 3).data(got)));
    SeenFrame error = h.outside();
    assertEquals(OUTSIDE, error.source());
    assertEquals(SERVER, error.destination());
    byte[] original = udp(SERVER, 4000, OUTSIDE, 9000).ttl(63).build();
    assertArrayEquals(original, error.data());
    h.nothing();
  }

  @Test
  void errorsAboutNothingKnownOrBrokenOnesGoNowhere() {
    h.fromInside(udp(HOST, 5000, SERVER, 53));
    byte[] sent = ipv4(h.outside());
    byte[] other = udp(OUTSIDE, 5001, SERVER, 53).build();
    h.fromInside(Frames.ipv4(HOST, SERVER).icmp(Frames.icmp(3, 3).data(other)));
    assertEquals(1, h.counter(Counter.TRACK_INVALID));
    h.fromOutside(Frames.ipv4(GATEWAY, OUTSIDE).icmp(Frames.icmp(3, 3).data(sent).checksumOff(1)));
    h.fromOutside(Frames.ipv4(GATEWAY, OUTSIDE).icmp(Frames.icmp(3, 3).data(other)));
    h.nothing();
  }

  @Test
  void whatTheRouterSaysIsAboutWhatTheHostSent() {
    h.fromInside(udp(HOST, 5000, SERVER, 53).ttl(1));
    byte[] sent = udp(HOST, 5000, SERVER, 53).ttl(1).build();
    assertArrayEquals(sent, h.inside().data());
    assertEquals(Status.OK, h.router.nat.forward(UDP, 9000, ABSENT, 53));
    h.fromOutside(udp(SERVER, 4000, OUTSIDE, 9000));
    h.advanceMs(5000);
    SeenFrame error = h.outside();
    assertEquals(3 << 8 | 1, error.icmpType() << 8 | error.icmpCode());
    assertArrayEquals(udp(SERVER, 4000, OUTSIDE, 9000).ttl(63).build(), error.data());
    h.nothing();
  }

  @Test
  void aDatagramWithoutChecksumStaysWithoutOneAndAWrongOneStaysWrong() {
    h.fromInside(Frames.ipv4(HOST, SERVER).udp(Frames.udp(5000, 53).data(0, 9).checksum(0)));
    SeenFrame out = h.outside();
    assertEquals(0, Octets.u16(out.ipv4Payload(), 6));
    AssertionError bad =
        org.junit.jupiter.api.Assertions.assertThrows(
            AssertionError.class,
            () ->
                h.fromInside(
                    Frames.ipv4(HOST, SERVER).udp(Frames.udp(5000, 53).data(0, 9).checksumOff(1))));
    assertTrue(bad.getMessage().contains("transport checksum wrong"), bad.getMessage());
  }

  @Test
  void fragmentsAreTranslatedInWhateverOrderTheyCome() {
    byte[] whole = Frames.udp(5000, 53).data(0, 2000).build(HOST, SERVER);
    for (boolean reversed : new boolean[] {false, true}) {
      int id = reversed ? 5 : 6;
      Ipv4Datagram[] parts = {
        part(whole, 0, 1000, id), part(whole, 1000, 2000, id), part(whole, 2000, 2008, id)
      };
      for (int i = 0; i < 3; i++) {
        h.fromInside(parts[reversed ? 2 - i : i]);
      }
      SeenFrame first = h.outside();
      SeenFrame second = h.outside();
      assertEquals(OUTSIDE, first.source());
      assertEquals(first.identification(), second.identification());
      byte[] sent = Arrays.copyOf(first.ipv4Payload(), whole.length);
      byte[] rest = second.ipv4Payload();
      System.arraycopy(rest, 0, sent, first.ipv4Payload().length, rest.length);
      assertArrayEquals(Frames.udp(5000, 53).data(0, 2000).build(OUTSIDE, SERVER), sent);
    }
    h.nothing();
  }

  @Test
  void oneMarkOfCongestionMarksTheWholeThatIsCutAgain() {
    byte[] whole = Frames.udp(5000, 53).data(0, 2000).build(HOST, SERVER);
    h.fromInside(part(whole, 0, 1000, 7).tos(0xB8 | 2));
    h.fromInside(part(whole, 1000, 2008, 7).tos(0xB8 | 3));
    assertEquals(0xB8 | 3, h.outside().trafficClass()); // RFC 3168 5.3 (MUST)
    assertEquals(0xB8 | 3, h.outside().trafficClass());
    h.nothing();
  }

  private static Ipv4Datagram part(byte[] whole, int from, int to, int id) {
    return Frames.ipv4(HOST, SERVER)
        .fragment(from, to < whole.length)
        .identification(id)
        .payload(UDP, Arrays.copyOfRange(whole, from, to));
  }

  @Test
  void connectionsEndAfterTheirTimes() {
    h.fromInside(udp(HOST, 5000, SERVER, 53));
    h.fromInside(Frames.ipv4(HOST, SERVER).icmp(Frames.echoRequest(7, 3, 20)));
    h.fromInside(Frames.ipv4(HOST, SERVER).tcp(Frames.tcp(5000, 80).flags(SYN).sequence(1)));
    h.discard();
    assertEquals(3, h.router.tracker.count());
    h.advanceMs(59_000);
    assertEquals(3, h.router.tracker.count());
    h.advanceMs(10_000);
    assertEquals(2, h.router.tracker.count()); // ICMP: 60 s
    h.advanceMs(50_000);
    assertEquals(2, h.router.tracker.count());
    h.advanceMs(10_000);
    assertEquals(1, h.router.tracker.count()); // UDP without an answer: 120 s
    h.advanceMs(120_000);
    assertEquals(0, h.router.tracker.count()); // TCP, not established: 240 s
    assertEquals(0, h.router.nat.count());
  }

  @Test
  void anEstablishedConnectionLastsTwoHoursAndFourMinutesAndAForgedResetDoesNotEndIt() {
    establish(5000);
    h.fromOutside(
        Frames.ipv4(SERVER, OUTSIDE).tcp(Frames.tcp(80, 5000).flags(4).sequence(0x60000000)));
    h.fromOutside(Frames.ipv4(SERVER, OUTSIDE).tcp(Frames.tcp(80, 5000).flags(4).sequence(900)));
    h.discard();
    h.advanceMs(7_430_000);
    assertEquals(1, h.router.tracker.count());
    h.advanceMs(20_000);
    assertEquals(0, h.router.tracker.count());
    establish(5000);
    h.fromOutside(Frames.ipv4(SERVER, OUTSIDE).tcp(Frames.tcp(80, 5000).flags(4).sequence(501)));
    h.discard();
    h.advanceMs(230_000);
    assertEquals(1, h.router.tracker.count());
    h.advanceMs(20_000);
    assertEquals(0, h.router.tracker.count()); // a real one: 4 minutes
  }

  private void establish(int port) {
    h.fromInside(Frames.ipv4(HOST, SERVER).tcp(Frames.tcp(port, 80).flags(SYN).sequence(100)));
    h.fromOutside(
        Frames.ipv4(SERVER, OUTSIDE)
            .tcp(Frames.tcp(80, port).flags(SYN | ACK).sequence(500).acknowledgment(101)));
    h.fromInside(
        Frames.ipv4(HOST, SERVER)
            .tcp(Frames.tcp(port, 80).flags(ACK).sequence(101).acknowledgment(501)));
    assertEquals(3, h.discard());
  }

  @Test
  void aConnectionThatBothHaveClosedIsSoonForgotten() {
    establish(5000);
    h.fromInside(
        Frames.ipv4(HOST, SERVER)
            .tcp(Frames.tcp(5000, 80).flags(ACK | 1).sequence(101).acknowledgment(501)));
    h.advanceMs(300_000);
    assertEquals(1, h.router.tracker.count()); // half closed is still open
    h.fromOutside(
        Frames.ipv4(SERVER, OUTSIDE)
            .tcp(Frames.tcp(80, 5000).flags(ACK | 1).sequence(501).acknowledgment(102)));
    h.advanceMs(260_000);
    assertEquals(0, h.router.tracker.count());
  }

  @Test
  void protocolsWithoutPortsAreNotTranslated() {
    h.fromInside(Frames.ipv4(HOST, SERVER).payload(47, new byte[30]));
    assertEquals(1, h.counter(Counter.NAT_PROTOCOL));
    h.nothing();
  }

  @Test
  void withANewOutsideAddressAllBeginsAnew() {
    h.fromInside(udp(HOST, 5000, SERVER, 53));
    h.outside();
    h.router.addressOf(1, OUTSIDE + 1, RouterHarness.MASK);
    h.fromInside(udp(HOST, 5000, SERVER, 53));
    assertFlow(h.outside(), OUTSIDE + 1, 5000, SERVER, 53);
    assertEquals(1, h.router.tracker.count());
    h.router.addressOf(1, 0, 0);
    h.fromInside(udp(HOST, 5000, SERVER, 53));
    h.discard();
    assertEquals(0, h.router.tracker.count());
  }

  @Test
  void oneHostCannotTakeAllConnectionsAndAScanMakesRoomForItself() {
    for (int i = 0; i < 5000; i++) {
      h.fromInside(udp(HOST, 1024 + i, SERVER, 53));
    }
    assertEquals(4096, h.router.tracker.count());
    assertEquals(5000 - 4096, h.counter(Counter.TRACK_HOST_LIMIT));
    for (int host = 0; host < 8; host++) {
      for (int i = 0; i < 3000; i++) {
        h.fromInside(udp(OTHER + host, 1024 + i, SERVER, 53 + host));
      }
    }
    assertTrue(h.router.tracker.count() <= 16_384);
    h.discard();
    h.advanceMs(130_000);
    assertEquals(0, h.router.tracker.count());
    assertEquals(0, h.router.nat.count());
    h.nothing();
  }

  private static byte[] ipv4(SeenFrame frame) {
    byte[] header = frame.ipv4Header();
    byte[] payload = frame.ipv4Payload();
    byte[] whole = Arrays.copyOf(header, header.length + payload.length);
    System.arraycopy(payload, 0, whole, header.length, payload.length);
    return whole;
  }
}
