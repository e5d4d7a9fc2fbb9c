// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.forward;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.nd.RouteTable6;
import dev.tulle.nd.Routes6;
import dev.tulle.stack.Counter;
import dev.tulle.testkit.Ipv6Packet;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What a router does with IPv6: RFC 8200, RFC 4443, RFC 4861 6 and 8. */
final class SixForwardingTest {
  private static final String ALL_NODES = "ff02:0:0:0:0:0:0:1";
  private static final String ALL_ROUTERS = "ff02:0:0:0:0:0:0:2";
  private static final String LINK_LOCAL = "fe80:0:0:0:0:0:0:5";

  private final SixRow row = new SixRow();

  private static Ipv6Packet datagram(String from, String to) {
    return new Ipv6Packet(from, to).udp(4000, 53, new byte[100]);
  }

  private void assertError(int side, int type, int code, int rest, Ipv6Packet about) {
    SeenFrame error = row.next(side);
    assertEquals(type, error.icmpType());
    assertEquals(code, error.icmpCode());
    assertEquals(rest, error.icmpRest());
    byte[] packet = about.build();
    int quoted = Math.min(packet.length, 1280 - 48);
    byte[] f = error.bytes();
    assertArrayEquals(
        Arrays.copyOf(packet, quoted), Arrays.copyOfRange(f, 14 + 48, 14 + 48 + quoted));
    row.nothing();
  }

  @Test
  void packetIsPassedOnAsItIsButOneHopLess() {
    Ipv6Packet packet =
        datagram(SixRow.HOST, SixRow.PEER)
            .trafficClass(0xB9)
            .extensions(60, Octets.of(17, 0, 1, 4, 0, 0, 0, 0))
            .hopLimit(7);
    row.give(0, packet);
    byte[] wanted = packet.hopLimit(6).build();
    byte[] got = row.next(1).bytes();
    assertArrayEquals(wanted, Arrays.copyOfRange(got, 14, got.length));
    assertEquals(1, row.counter(Counter.FORWARD_SENT));
    row.nothing();
  }

  @Test
  void lastHopIsTold() {
    Ipv6Packet packet = datagram(SixRow.HOST, SixRow.PEER).hopLimit(1);
    row.give(0, packet);
    assertError(0, 3, 0, 0, packet);
    assertEquals(1, row.counter(Counter.FORWARD_TTL));
    row.give(0, datagram(SixRow.HOST, SixRow.PEER).hopLimit(0));
    assertEquals(2, row.counter(Counter.FORWARD_TTL));
  }

  @Test
  void packetThatIsTooBigIsAnsweredWithTheSizeThatFits() {
    row.router.ports[1].mtu = 1300;
    Ipv6Packet packet = new Ipv6Packet(SixRow.HOST, SixRow.PEER).udp(1, 2, new byte[1300 - 47]);
    row.give(0, packet);
    assertError(0, 2, 0, 1300, packet);
    row.give(0, new Ipv6Packet(SixRow.HOST, SixRow.PEER).udp(1, 2, new byte[1300 - 48]));
    assertEquals(14 + 1300, row.next(1).length());
  }

  @Test
  void destinationsThatNoRouteLeadsToAreTold() {
    Ipv6Packet packet = datagram(SixRow.HOST, "2001:db8::1");
    row.give(0, packet);
    assertError(0, 1, 0, 0, packet);
    assertEquals(1, row.counter(Counter.FORWARD_NO_ROUTE));
  }

  @Test
  void longestRouteDecides() {
    long peer = 0xFD00_0000_0000_0002L;
    long host = 0xFD00_0000_0000_0001L;
    assertEquals(0, row.router.routes6.add(0x20010DB8_00000000L, 0, 32, peer, 2));
    assertEquals(0, row.router.routes6.add(0x20010DB8_00070000L, 0, 48, host, 3));
    row.give(0, datagram(SixRow.HOST, "2001:db8:8::1"));
    assertEquals("2001:db8:8:0:0:0:0:1", row.next(1).destination6());
    row.give(1, datagram(SixRow.PEER, "2001:db8:7::1"));
    assertEquals("2001:db8:7:0:0:0:0:1", row.next(0).destination6());
    row.nothing();
  }

  @Test
  void longerRouteWinsAgainstASubnetAndTheSubnetAgainstOneAsLong() {
    long peer = 0xFD00_0000_0000_0002L;
    assertEquals(0, row.router.routes6.add(0xFD00_0000_0000_0001L, 0, 64, peer, 2));
    row.give(1, datagram(SixRow.PEER, SixRow.OTHER));
    assertEquals(SixRow.OTHER, row.next(0).destination6());
    assertEquals(0, row.router.routes6.add(0xFD00_0000_0000_0001L, 3, 128, peer, 2));
    row.give(0, datagram(SixRow.HOST, SixRow.OTHER));
    assertEquals(SixRow.OTHER, row.next(1).destination6());
    row.nothing();
  }

  @Test
  void sourceOfAPacketPicksItsRoutes() {
    RouteTable6 others = new RouteTable6(4);
    Routes6 routes = row.router.routes6;
    long doc = 0x20010DB8_00000000L;
    assertEquals(0, routes.add(doc, 0, 32, 0xFD00_0000_0000_0001L, 2));
    assertEquals(0, others.add(doc, 0, 32, 0xFD00_0000_0000_0002L, 2, 0, RouteTable6.ANY_PORT));
    assertEquals(0, routes.rule(0xFD00_0000_0000_0001L, 3, 128, others));
    row.give(0, datagram(SixRow.OTHER, "2001:db8::1"));
    assertEquals("2001:db8:0:0:0:0:0:1", row.next(1).destination6());
    row.give(1, datagram(SixRow.PEER, "2001:db8::1"));
    assertEquals("2001:db8:0:0:0:0:0:1", row.next(0).destination6());
    row.nothing();
  }

  @Test
  void routeThatNamesItsPortMayHaveALinkLocalGateway() {
    RouteTable6 main = row.router.routes6.main();
    assertEquals(0, main.add(0x20010DB8_00000000L, 0, 32, 0xFE80L << 48, 9, 5, 1));
    row.give(0, datagram(SixRow.HOST, "2001:db8::1"));
    assertEquals("2001:db8:0:0:0:0:0:1", row.next(1).destination6());
    assertEquals(0, main.add(0x20010DB8_00000000L, 0, 32, 0, 0, 0, RouteTable6.ANY_PORT));
    Ipv6Packet packet = datagram(SixRow.HOST, "2001:db8::1");
    row.give(0, packet);
    assertError(0, 1, 0, 0, packet); // a way of metric 0 that leads nowhere
  }

  @Test
  void linkLocalAddressesStayOnTheirLink() {
    row.give(0, datagram(SixRow.HOST, LINK_LOCAL));
    row.nothing();
    Ipv6Packet packet = datagram(LINK_LOCAL, SixRow.PEER);
    row.give(0, packet);
    assertError(0, 1, 2, 0, packet); // RFC 4443 3.1: beyond the scope of the source
    assertEquals(2, row.counter(Counter.FORWARD_SCOPE));
    row.give(0, new Ipv6Packet("::", SixRow.PEER).icmp(128, 0, new byte[4]));
    assertEquals(3, row.counter(Counter.FORWARD_SCOPE));
    row.nothing();
  }

  @Test
  void groupsAndWhatCameToAGroupOfTheLinkAreNotForwarded() {
    row.give(0, 0x333300000101L, datagram(SixRow.HOST, "ff0e::101"));
    row.give(0, 0x333300000001L, datagram(SixRow.HOST, SixRow.PEER));
    row.nothing();
    assertEquals(1, row.counter(Counter.IP_L2BCAST_UNICAST));
  }

  @Test
  void hostThatIsNotThereIsTold() {
    Ipv6Packet packet = datagram(SixRow.PEER, SixRow.ABSENT);
    row.give(1, packet);
    row.advanceMs(3100);
    assertError(1, 1, 3, 0, packet.hopLimit(63)); // as it would have left
    assertEquals(1, row.counter(Counter.FORWARD_UNREACHABLE));
  }

  @Test
  void errorsAreNotAnsweredAndAreLimited() {
    byte[] body = Octets.concat(new byte[4], datagram(SixRow.PEER, SixRow.HOST).build());
    row.give(0, new Ipv6Packet(SixRow.HOST, "2001:db8::1").icmp(1, 0, body));
    row.nothing();
    for (int i = 0; i < 50; i++) {
      row.give(0, datagram(SixRow.HOST, "2001:db8::1"));
    }
    assertEquals(10, row.sent.get(0).size());
    assertEquals(40, row.counter(Counter.ICMP_RATELIMITED));
  }

  @Test
  void routerAnswersPingsToItsAddressesFromEitherSide() {
    row.give(0, new Ipv6Packet(SixRow.HOST, SixRow.OUTSIDE).icmp(128, 0, Octets.of(0, 7, 0, 1)));
    SeenFrame answer = row.next(0);
    assertEquals(129, answer.icmpType());
    assertEquals(SixRow.OUTSIDE, answer.source6());
    row.nothing();
  }

  @Test
  void neighbourIsToldThatItsPartnerIsOne() {
    row.give(0, datagram(SixRow.HOST, SixRow.OTHER));
    SeenFrame first = row.next(0);
    SeenFrame second = row.next(0);
    SeenFrame redirect = first.isIcmpv6() ? first : second;
    assertEquals(137, redirect.icmpType());
    assertEquals(255, Octets.u8(redirect.bytes(), 21));
    assertEquals(SixRow.OTHER, redirect.target6());
    assertTrue(redirect.source6().startsWith("fe80:"));
    byte[] f = redirect.bytes();
    assertArrayEquals(Ipv6Packet.address(SixRow.OTHER), Arrays.copyOfRange(f, 78, 94));
    assertEquals(4, f[94]);
    row.nothing();
    row.give(1, datagram(SixRow.PEER, SixRow.OTHER));
    row.next(0);
    row.nothing();
  }

  @Test
  void hostThatAsksIsToldPrefixMtuAndNameServers() {
    assertEquals(0, row.router.ports6[0].advertiser.addServer(0xFD00_0000_0000_0001L, 0x53));
    byte[] body = Octets.concat(new byte[4], Octets.of(1, 1, 2, 0, 0, 0, 0, 9));
    row.give(
        0,
        0x333300000002L,
        new Ipv6Packet(LINK_LOCAL, ALL_ROUTERS).hopLimit(255).icmp(133, 0, body));
    row.advanceMs(3600);
    SeenFrame told = row.next(0);
    assertEquals(134, told.icmpType());
    assertEquals(ALL_NODES, told.destination6());
    assertEquals(255, Octets.u8(told.bytes(), 21));
    byte[] f = told.bytes();
    assertEquals(64 << 24 | 1800, Octets.i32(f, 58));
    assertEquals(0x0101, Octets.u16(f, 70)); // our link address
    assertEquals(0x0501, Octets.u16(f, 78));
    assertEquals(1500, Octets.i32(f, 82));
    assertEquals(0x030440C0, Octets.i32(f, 86));
    assertEquals(2_592_000, Octets.i32(f, 90));
    assertEquals(604_800, Octets.i32(f, 94));
    assertArrayEquals(Ipv6Packet.address("fd00:0:0:1::"), Arrays.copyOfRange(f, 102, 118));
    assertEquals(0x1903, Octets.u16(f, 118));
    assertArrayEquals(Ipv6Packet.address("fd00:0:0:1::53"), Arrays.copyOfRange(f, 126, 142));
    row.nothing();
  }

  @Test
  void advertisementsComeByThemselvesAndTheLastEndsThem() {
    row.advanceMs(40_000);
    assertEquals(2, row.sent.get(0).size()); // of three with 16 s between, one was before
    row.sent.get(0).clear();
    row.advanceMs(600_000);
    int later = row.sent.get(0).size();
    assertTrue(later >= 1 && later <= 3, "" + later);
    // Outside it is one that asks.
    assertTrue(row.sent.get(1).stream().allMatch(f -> f.icmpType() == 133));
    row.sent.get(0).clear();
    row.router.ports6[0].advertiser.stop(row.clock.nowNs());
    assertEquals(64 << 24, Octets.i32(row.next(0).bytes(), 58));
  }

  @Test
  void solicitationsThatARouterForwardedOrThatContradictThemselvesAreIgnored() {
    row.give(0, 0x333300000002L, new Ipv6Packet(LINK_LOCAL, ALL_ROUTERS).icmp(133, 0, new byte[4]));
    byte[] body = Octets.concat(new byte[4], Octets.of(1, 1, 2, 0, 0, 0, 0, 9));
    row.give(
        0, 0x333300000002L, new Ipv6Packet("::", ALL_ROUTERS).hopLimit(255).icmp(133, 0, body));
    assertEquals(2, row.counter(Counter.ND_INVALID));
    row.advanceMs(3600);
    row.nothing();
  }

  @Test
  void routerSaysThatItIsOneAndChangesNoWayForAnother() {
    byte[] target = Ipv6Packet.address(SixRow.INSIDE);
    byte[] body =
        Octets.concat(Octets.concat(new byte[4], target), Octets.of(1, 1, 2, 0, 0, 0, 0, 9));
    row.give(0, new Ipv6Packet(SixRow.HOST, SixRow.INSIDE).hopLimit(255).icmp(135, 0, body));
    SeenFrame answer = row.next(0);
    assertEquals(136, answer.icmpType());
    assertEquals(0xE0, Octets.u8(answer.bytes(), 58));
    Ipv6Packet other = new Ipv6Packet(LINK_LOCAL, ALL_NODES).hopLimit(255);
    row.give(
        0, 0x333300000001L, other.icmp(134, 0, Octets.of(64, 0, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0)));
    Ipv6Packet redirect = new Ipv6Packet(LINK_LOCAL, SixRow.OUTSIDE).hopLimit(255);
    row.give(1, redirect.icmp(137, 0, new byte[36]));
    assertEquals(2, row.counter(Counter.ND_IGNORED));
    row.nothing();
  }
}
