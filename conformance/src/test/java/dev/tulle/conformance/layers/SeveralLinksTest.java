// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.layers;

import static dev.tulle.testkit.RouterHarness.GATEWAY;
import static dev.tulle.testkit.RouterHarness.HOST;
import static dev.tulle.testkit.RouterHarness.INSIDE;
import static dev.tulle.testkit.RouterHarness.OUTSIDE;
import static dev.tulle.testkit.RouterHarness.SERVER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.ip.Endpoint;
import dev.tulle.nd.Ipv6Port;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.RouterHarness;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.TcpSegment;
import dev.tulle.udp.UdpSocket;
import org.junit.jupiter.api.Test;

/** A host with two links, which is no router: routes choose the link, and addresses have theirs. */
class SeveralLinksTest {
  private static final long NET = 0xFD00_0000_0000_0000L;

  private final RouterHarness h = RouterHarness.host();

  private static void assertFlow(SeenFrame frame, int source, int destination) {
    assertEquals(Octets.dotted(source), Octets.dotted(frame.source()));
    assertEquals(Octets.dotted(destination), Octets.dotted(frame.destination()));
  }

  @Test
  void datagramsLeaveByTheLinkOfTheirDestinationWithItsAddress() {
    UdpSocket socket = h.router.udp.bind(5000);
    byte[] data = new byte[10];
    assertEquals(Status.OK, socket.send(data, 0, 10, new Endpoint(HOST, 9), h.clock.nowNs()));
    assertEquals(Status.OK, socket.send(data, 0, 10, new Endpoint(SERVER, 9), h.clock.nowNs()));
    assertEquals(Status.OK, socket.send(data, 0, 10, new Endpoint(GATEWAY, 9), h.clock.nowNs()));
    h.poll();
    assertFlow(h.inside(), INSIDE, HOST);
    assertFlow(h.outside(), OUTSIDE, SERVER);
    assertFlow(h.outside(), OUTSIDE, GATEWAY);
    h.nothing();
  }

  @Test
  void datagramsFromEitherLinkReachASocketAndAreAnsweredThere() {
    UdpSocket socket = h.router.udp.bind(5000);
    Endpoint from = new Endpoint();
    byte[] data = new byte[10];
    h.fromInside(Frames.ipv4(HOST, INSIDE).udp(Frames.udp(7, 5000).data(0, 10)));
    h.fromOutside(Frames.ipv4(SERVER, OUTSIDE).udp(Frames.udp(8, 5000).data(0, 10)));
    assertEquals(10, socket.receive(data, 0, 10, from));
    assertEquals(Status.OK, socket.send(data, 0, 10, from, h.clock.nowNs()));
    assertEquals(10, socket.receive(data, 0, 10, from));
    assertEquals(Status.OK, socket.send(data, 0, 10, from, h.clock.nowNs()));
    h.poll();
    assertFlow(h.inside(), INSIDE, HOST);
    assertFlow(h.outside(), OUTSIDE, SERVER);
  }

  @Test
  void connectionsOpenOverEitherLink() {
    assertNotNull(h.router.tcp.listen(80, 4));
    TcpSegment syn = Frames.tcp(4000, 80).flags(TcpSegment.SYN).sequence(7);
    h.fromInside(Frames.ipv4(HOST, INSIDE).tcp(syn));
    assertFlow(h.inside(), INSIDE, HOST);
    h.fromOutside(Frames.ipv4(SERVER, OUTSIDE).tcp(syn));
    assertFlow(h.outside(), OUTSIDE, SERVER);
    TcpSocket socket = h.router.tcp.connect(new Endpoint(HOST, 80));
    assertNotNull(socket);
    h.poll();
    assertFlow(h.inside(), INSIDE, HOST);
  }

  @Test
  void nothingIsForwardedAndAnAddressIsHadByItsOwnLinkAlone() {
    h.fromInside(Frames.ipv4(HOST, SERVER).udp(Frames.udp(7, 53).data(0, 4)));
    // RFC 1122 3.3.4.2: the strong model, where an address belongs to an interface.
    h.fromInside(Frames.ipv4(HOST, OUTSIDE).udp(Frames.udp(7, 53).data(0, 4)));
    h.nothing();
    assertEquals(2, h.counter(Counter.IP_NOTOURS));
    assertEquals(0, h.counter(Counter.FORWARD_SENT));
  }

  @Test
  void overIpv6TheSubnetOfALinkGoesBeforeTheDefaultRouterOfAnother() {
    for (int i = 0; i < 2; i++) {
      Ipv6Port port = h.router.ports6[i];
      assertEquals(Status.OK, port.addresses.add(NET | i, 1, 64, false, 0));
      h.router.start6(i, false, h.clock.nowNs());
    }
    assertEquals(Status.OK, h.router.ports6[0].routers.add(NET, 9));
    h.advanceMs(5000);
    h.discard();
    UdpSocket socket = h.router.udp.bind(5000);
    Endpoint to = new Endpoint();
    for (int i = 0; i < 3; i++) {
      // Of the first link, of the second, and of neither.
      to.set(i < 2 ? NET | i : 0x20010DB8L << 32, 2, 9);
      assertEquals(Status.OK, socket.send(new byte[4], 0, 4, to, h.clock.nowNs()));
      h.poll();
      SeenFrame question = i == 1 ? h.outside() : h.inside();
      assertTrue(question.isIcmpv6(), question.toString());
      String target = question.target6();
      assertEquals(i == 2 ? "fd00:0:0:0:0:0:0:9" : "fd00:0:0:" + i + ":0:0:0:2", target);
      h.nothing();
    }
  }
}
