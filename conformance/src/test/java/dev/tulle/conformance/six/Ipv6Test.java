// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.six;

import static dev.tulle.conformance.six.SixBench.HOST;
import static dev.tulle.conformance.six.SixBench.PEER;
import static dev.tulle.conformance.six.SixBench.endpoint;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.ip.Endpoint;
import dev.tulle.ip.IcmpError;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.tcp.Listener;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.Ipv6Packet;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.TcpSegment;
import dev.tulle.udp.UdpSocket;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class Ipv6Test {
  private static final byte[] ECHO = Octets.concat(Octets.of(0, 1, 0, 2), Octets.pattern(0, 56));

  private final SixBench bench = new SixBench();
  private final HostHarness h = bench.h;

  @Test
  void anEchoRequestIsAnsweredOnceTheNeighbourIsKnown() {
    bench.inject(new Ipv6Packet(PEER, HOST).icmp(128, 0, ECHO));
    bench.answerSolicitation();
    SixBench.Seen reply = bench.expect(129);
    assertEquals(SixBench.PEER_MAC, reply.destinationMac());
    assertEquals("fd00:0:0:0:0:0:0:2", reply.source());
    assertArrayEquals(ECHO, Arrays.copyOfRange(reply.payload(), 4, reply.payload().length));
    bench.inject(new Ipv6Packet(PEER, HOST).icmp(128, 0, ECHO));
    bench.expect(129);
    assertNull(bench.next());
  }

  @Test
  void aPingIsAnsweredAndMatched() {
    assertEquals(0, h.host.ping.send(endpoint(PEER, 0), 56, h.nowNs()));
    bench.answerSolicitation();
    SixBench.Seen request = bench.expect(128);
    byte[] body = Arrays.copyOfRange(request.payload(), 4, request.payload().length);
    bench.inject(new Ipv6Packet(PEER, HOST).hopLimit(61).icmp(129, 0, body));
    assertTrue(h.host.ping.next());
    assertEquals(0, h.host.ping.error);
    assertEquals(61, h.host.ping.timeToLive);
  }

  @Test
  void aDatagramGoesBothWaysAndTellsItsSender() {
    UdpSocket socket = h.host.udp.bind(7);
    bench.inject(new Ipv6Packet(PEER, HOST).udp(4000, 7, Octets.pattern(0, 100)));
    h.inject(
        h.fromPeer(
            Frames.ipv4(HostHarness.PEER, HostHarness.HOST).udp(Frames.udp(4001, 7).data(0, 5))));
    byte[] buffer = new byte[200];
    Endpoint from = new Endpoint();
    assertEquals(100, socket.receive(buffer, 0, 200, from));
    assertEquals(4000, from.port);
    assertEquals(0xFD00L << 48, from.high);
    assertEquals(1, from.low);
    Endpoint second = new Endpoint();
    assertEquals(5, socket.receive(buffer, 0, 200, second));
    assertEquals(HostHarness.PEER, second.address);
    assertEquals(Status.OK, socket.send(buffer, 0, 3, from, h.nowNs()));
    bench.answerSolicitation();
    SixBench.Seen sent = bench.next();
    assertEquals(17, sent.protocol());
    assertEquals(4000, Octets.u16(sent.payload(), 2));
  }

  @Test
  void aListenerTakesConnectionsOfBothFamilies() {
    Listener listener = h.host.tcp.listen(80, 4);
    bench.inject(
        new Ipv6Packet(PEER, HOST).tcp(Frames.tcp(5000, 80).flags(TcpSegment.SYN).sequence(1)));
    bench.answerSolicitation();
    SixBench.Seen synAck = bench.next();
    assertEquals(6, synAck.protocol());
    int iss = Octets.i32(synAck.payload(), 4);
    // RFC 6691, RFC 8200 8.3: 1,500 less 40 and 20
    assertEquals(1440, Octets.u16(synAck.payload(), 22));
    bench.inject(
        new Ipv6Packet(PEER, HOST)
            .tcp(
                Frames.tcp(5000, 80)
                    .flags(TcpSegment.ACK)
                    .sequence(2)
                    .acknowledgment(iss + 1)
                    .data(0, 10)));
    TcpSocket socket = listener.accept();
    assertNotNull(socket);
    assertEquals(10, socket.read(new byte[20], 0, 20));
    Endpoint remote = new Endpoint();
    socket.remote(remote);
    assertTrue(remote.six());
    assertEquals(5000, remote.port);
  }

  @Test
  void aDatagramToNoPortIsToldOfWithinAThousandTwoHundredAndEightyOctets() {
    bench.inject(new Ipv6Packet(PEER, HOST).udp(4000, 9, new byte[1400]));
    bench.answerSolicitation();
    SixBench.Seen error = bench.expect(1);
    assertEquals(4, error.code());
    assertEquals(1280, error.b.length - 14);
    assertEquals(1, h.counter(Counter.UDP_NO_PORT));
  }

  @Test
  void anErrorReachesTheSocketThatItIsAbout() {
    UdpSocket socket = h.host.udp.bind(0);
    assertEquals(Status.OK, socket.connect(endpoint(PEER, 9)));
    socket.send(new byte[4], 0, 4, null, h.nowNs());
    bench.answerSolicitation();
    byte[] sent = bench.next().b;
    byte[] quote = Octets.concat(new byte[4], Arrays.copyOfRange(sent, 14, sent.length));
    bench.inject(new Ipv6Packet(PEER, HOST).icmp(1, 4, quote));
    assertEquals(Status.REFUSED, socket.receive(new byte[1], 0, 1, null));
  }

  @Test
  void aNarrowPathIsBelievedDownTo1280AndNotBelow() {
    UdpSocket socket = h.host.udp.bind(0);
    assertEquals(Status.OK, socket.connect(endpoint(PEER, 9)));
    socket.send(new byte[1400], 0, 1400, null, h.nowNs());
    bench.answerSolicitation();
    byte[] sent = Arrays.copyOfRange(bench.next().b, 14, 14 + 1200);
    bench.inject(new Ipv6Packet(PEER, HOST).icmp(2, 0, Octets.concat(Octets.of(0, 0, 4, 0), sent)));
    assertEquals(1, h.counter(Counter.ICMP6_PTB_SMALL));
    assertEquals(Status.WOULD_BLOCK, socket.receive(new byte[1], 0, 1, null));
    bench.inject(new Ipv6Packet(PEER, HOST).icmp(2, 0, Octets.concat(Octets.of(0, 0, 5, 0), sent)));
    assertEquals(Status.TOO_LARGE, socket.receive(new byte[1], 0, 1, null));
    assertEquals(Status.TOO_LARGE, socket.send(new byte[1233], 0, 1233, null, h.nowNs()));
    assertEquals(Status.OK, socket.send(new byte[1232], 0, 1232, null, h.nowNs()));
  }

  @Test
  void aNeighbourThatDoesNotAnswerIsUnreachable() {
    h.host.ping.send(endpoint(PEER, 0), 56, h.nowNs());
    for (int i = 0; i < 3; i++) {
      assertEquals("fd00:0:0:0:0:0:0:1", bench.expect(135).target());
      assertNull(bench.next());
      h.advanceMs(1000);
    }
    assertTrue(h.host.ping.next());
    assertEquals(IcmpError.UNREACHABLE, h.host.ping.error);
    assertEquals(1, h.counter(Counter.ND_UNREACHABLE));
  }

  @Test
  void withoutARouterNothingElseIsReached() {
    assertEquals(Status.UNREACHABLE, h.host.ping.send(endpoint("2001:db8::1", 0), 8, h.nowNs()));
    byte[] router = Ipv6Packet.address(SixBench.ROUTER);
    h.host.ipv6Port.routers.add(SixBench.high(router), SixBench.low(router));
    assertEquals(0, h.host.ping.send(endpoint("2001:db8::1", 0), 8, h.nowNs()));
    assertEquals("fe80:0:0:0:0:0:0:1", bench.expect(135).target());
  }

  @Test
  void tcpConnectsOverIpv6() {
    TcpSocket socket = h.host.tcp.connect(endpoint(PEER, 80));
    h.poll();
    bench.answerSolicitation();
    SixBench.Seen syn = bench.next();
    int port = Octets.u16(syn.payload(), 0);
    int iss = Octets.i32(syn.payload(), 4);
    bench.inject(
        new Ipv6Packet(PEER, HOST)
            .tcp(
                Frames.tcp(80, port)
                    .flags(TcpSegment.SYN | TcpSegment.ACK)
                    .sequence(100)
                    .acknowledgment(iss + 1)));
    assertEquals(Status.OK, socket.status());
  }
}
