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
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.stack.Counter;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.Ipv4Datagram;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.RouterHarness;
import dev.tulle.testkit.SeenFrame;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What a router does with packets that are for others. RFC 1812. */
class ForwarderTest {
  private final RouterHarness h = new RouterHarness();

  private static Ipv4Datagram ping(int from, int to) {
    return Frames.ipv4(from, to).icmp(Frames.echoRequest(1, 1, 56));
  }

  private static void assertError(SeenFrame frame, int type, int code, int about) {
    assertTrue(frame.isIcmp(), frame.toString());
    assertEquals(type, frame.icmpType(), frame.toString());
    assertEquals(code, frame.icmpCode(), frame.toString());
    assertEquals(about, Octets.i32(frame.data(), 16), "destination of the quoted packet");
  }

  @Test
  void aPacketForElsewhereIsPassedOnWithOneHopLess() {
    h.fromInside(ping(HOST, SERVER).ttl(17));
    SeenFrame out = h.outside();
    assertEquals(HOST, out.source());
    assertEquals(SERVER, out.destination());
    assertEquals(16, out.ttl());
    assertArrayEquals(Octets.pattern(0, 56), out.data());
    assertEquals(1, h.counter(Counter.FORWARD_SENT));
    h.fromOutside(ping(SERVER, HOST));
    assertEquals(HOST, h.inside().destination());
    h.nothing();
  }

  @Test
  void everyTimeToLiveAndIdentificationKeepsTheHeaderChecksumRight() {
    for (int ttl = 2; ttl < 256; ttl++) {
      h.fromInside(ping(HOST, SERVER).ttl(ttl).identification(ttl * 257));
      assertEquals(ttl - 1, h.outside().ttl()); // the harness checks the checksum
    }
  }

  @Test
  void theLastHopIsToldToTheSender() {
    for (int ttl = 0; ttl < 2; ttl++) {
      h.fromInside(ping(HOST, SERVER).ttl(ttl));
      SeenFrame error = h.inside();
      assertError(error, 11, 0, SERVER);
      assertEquals(INSIDE, error.source());
      assertEquals(HOST, error.destination());
    }
    assertEquals(2, h.counter(Counter.FORWARD_TTL));
    h.nothing();
  }

  @Test
  void bothAddressesAnswerWhicheverSideAsks() {
    h.fromInside(ping(HOST, INSIDE));
    assertEquals(INSIDE, h.inside().source());
    h.fromInside(ping(HOST, OUTSIDE));
    assertEquals(OUTSIDE, h.inside().source());
    h.fromOutside(ping(SERVER, INSIDE));
    assertEquals(INSIDE, h.outside().source());
    assertEquals(0, h.counter(Counter.FORWARD_SENT));
    h.nothing();
  }

  @Test
  void whereNoRouteLeadsTheNetworkIsUnreachable() {
    h.router.routes.clear();
    h.fromInside(ping(HOST, SERVER));
    assertError(h.inside(), 3, 0, SERVER);
    assertEquals(1, h.counter(Counter.FORWARD_NO_ROUTE));
    h.nothing();
  }

  @Test
  void whereNoNeighbourAnswersTheHostIsUnreachable() {
    h.fromOutside(ping(SERVER, ABSENT));
    h.nothing();
    h.advanceMs(5000);
    assertError(h.outside(), 3, 1, ABSENT);
    assertEquals(1, h.counter(Counter.FORWARD_UNREACHABLE));
    h.nothing();
  }

  @Test
  void whatMustNotBeCutIsTooBigAndTheNextLinkIsTold() {
    h.router.ports[1].mtu = 1400;
    h.fromInside(Frames.ipv4(HOST, SERVER).icmp(Frames.echoRequest(1, 1, 1472)));
    SeenFrame error = h.inside();
    assertError(error, 3, 4, SERVER);
    assertEquals(1400, error.icmpRest());
    assertEquals(1, h.counter(Counter.FORWARD_TOO_BIG));
    h.nothing();
  }

  @Test
  void whatMayBeCutIsCutAndKeepsItsIdentification() {
    h.router.ports[1].mtu = 600;
    h.fromInside(
        Frames.ipv4(HOST, SERVER)
            .flagsAndOffset(0)
            .identification(77)
            .udp(Frames.udp(1, 2).data(0, 1400)));
    assertArrayEquals(
        Frames.udp(1, 2).data(0, 1400).build(HOST, SERVER), together(3, 0, false, 77));
    h.nothing();
  }

  @Test
  void aFragmentIsCutAgainAndKnowsItsPlace() {
    h.router.ports[1].mtu = 600;
    byte[] part = Octets.pattern(0, 1400);
    h.fromInside(
        Frames.ipv4(HOST, SERVER).fragment(2800, true).identification(9).payload(17, part));
    assertArrayEquals(part, together(3, 2800, true, 9));
    h.nothing();
  }

  @Test
  void aFragmentThatReachesBeyondADatagramIsNotCut() {
    h.router.ports[1].mtu = 600;
    // Cut, its second piece would claim a place near the beginning.
    h.fromInside(
        Frames.ipv4(HOST, SERVER).fragment(65_528, false).payload(17, Octets.pattern(0, 1400)));
    h.nothing();
    assertEquals(1, h.counter(Counter.FRAG_TOOBIG));
  }

  private byte[] together(int pieces, int at, boolean more, int identification) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (int i = 0; i < pieces; i++) {
      SeenFrame piece = h.outside();
      byte[] header = piece.ipv4Header();
      int word = Octets.u16(header, 6);
      assertEquals(at + whole.size(), (word & 0x1FFF) * 8);
      assertEquals(i < pieces - 1 || more, (word & 0x2000) != 0);
      assertEquals(identification, piece.identification());
      whole.writeBytes(piece.ipv4Payload());
    }
    return whole.toByteArray();
  }

  @Test
  void optionsStayWithTheFirstPieceUnlessTheyAreToBeCopied() {
    h.router.ports[1].mtu = 600;
    // Record route stays, the stream identifier is copied.
    byte[] options = {7, 7, 4, 0, 0, 0, 0, (byte) 136, 4, 1, 2, 0};
    h.fromInside(
        Frames.ipv4(HOST, SERVER)
            .options(options)
            .flagsAndOffset(0)
            .udp(Frames.udp(1, 2).data(0, 1000)));
    assertArrayEquals(options, Arrays.copyOfRange(h.outside().ipv4Header(), 20, 32));
    byte[] later = {1, 1, 1, 1, 1, 1, 1, (byte) 136, 4, 1, 2, 0};
    assertArrayEquals(later, Arrays.copyOfRange(h.outside().ipv4Header(), 20, 32));
  }

  @Test
  void aHostThatCouldGoThereItselfIsRedirectedAndItsPacketForwarded() {
    assertEquals(0, h.router.routes.add(Octets.address("172.16.0.0"), 0xFFFF0000, OTHER));
    int there = Octets.address("172.16.5.5");
    h.fromInside(ping(HOST, there));
    SeenFrame redirect = h.inside();
    assertError(redirect, 5, 1, there);
    assertEquals(OTHER, redirect.icmpRest());
    assertEquals(there, h.inside().destination());
    assertEquals(1, h.counter(Counter.FORWARD_REDIRECT));
    // One from another subnet is not the gateway's neighbour.
    h.fromInside(ping(Octets.address("172.17.0.1"), there));
    assertEquals(there, h.inside().destination());
    h.nothing();
  }

  @Test
  void broadcastsGroupsAndMartiansStayWhereTheyAre() {
    h.fromOutside(ping(SERVER, Octets.address("10.0.0.255")));
    assertEquals(1, h.counter(Counter.FORWARD_BROADCAST));
    for (String to : new String[] {"127.0.0.1", "240.0.0.1", "0.1.2.3"}) {
      h.fromInside(ping(HOST, Octets.address(to)));
    }
    h.fromInside(ping(HOST, Octets.address("224.0.0.251")));
    h.fromInside(ping(Octets.address("127.0.0.1"), SERVER));
    h.fromInside(ping(INSIDE, SERVER));
    h.fromInside(ping(Octets.address("10.0.0.255"), SERVER));
    assertEquals(7, h.counter(Counter.IP_MARTIAN));
    h.nothing();
    h.inject(
        0, Frames.ethernet(0x020000000009L, Frames.BROADCAST).ipv4(ping(HOST, SERVER)).build());
    assertEquals(1, h.counter(Counter.IP_L2BCAST_UNICAST));
    h.nothing();
  }

  @Test
  void errorsAboutForwardedPacketsAreLimitedAndNeverAboutErrors() {
    for (int i = 0; i < 100; i++) {
      h.fromInside(ping(HOST, SERVER).ttl(1));
    }
    assertEquals(10, h.discard());
    assertEquals(90, h.counter(Counter.ICMP_RATELIMITED));
    h.advanceMs(1100);
    byte[] quoted = ping(SERVER, HOST).build();
    h.fromInside(Frames.ipv4(HOST, SERVER).ttl(1).icmp(Frames.icmp(3, 1).data(quoted)));
    h.fromInside(Frames.ipv4(HOST, SERVER).ttl(1).fragment(8, true).payload(17, quoted));
    h.nothing();
  }

  @Test
  void anErrorQuotesWhatFitsInto576Octets() {
    h.fromInside(Frames.ipv4(HOST, SERVER).ttl(1).icmp(Frames.echoRequest(1, 1, 1400)));
    assertEquals(576 + 14, h.inside().length());
    h.fromInside(Frames.ipv4(HOST, SERVER).ttl(1).icmp(Frames.echoRequest(1, 1, 4)));
    assertEquals(28 + 20 + 8 + 4, h.inside().ipv4Header().length + 8 + 32);
  }

  @Test
  void theRouterItselfRefusesTcpWithAResetAndUdpWithAnError() {
    h.fromInside(Frames.ipv4(HOST, INSIDE).tcp(Frames.tcp(5000, 80).flags(2).sequence(100)));
    SeenFrame reset = h.inside();
    assertTrue(reset.isTcp() && reset.has(0x14), reset.toString());
    assertEquals(101, reset.acknowledgment());
    h.fromInside(Frames.ipv4(HOST, INSIDE).udp(Frames.udp(5000, 80)));
    assertError(h.inside(), 3, 3, INSIDE);
    h.nothing();
  }

  @Test
  void packetsThatAreForwardedLeaveThePoolAsFullAsItWas() {
    int before = h.router.pool.available();
    for (int i = 0; i < 3000; i++) {
      h.fromInside(ping(HOST, i % 2 == 0 ? SERVER : GATEWAY).ttl(1 + i % 3));
    }
    h.discard();
    h.advanceMs(10_000);
    assertEquals(before, h.router.pool.available());
  }
}
