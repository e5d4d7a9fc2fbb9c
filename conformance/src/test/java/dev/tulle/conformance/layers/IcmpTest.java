// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.layers;

import static dev.tulle.testkit.FrameChecks.atMost;
import static dev.tulle.testkit.FrameChecks.data;
import static dev.tulle.testkit.FrameChecks.fromAddress;
import static dev.tulle.testkit.FrameChecks.icmp;
import static dev.tulle.testkit.FrameChecks.rest;
import static dev.tulle.testkit.FrameChecks.toAddress;
import static dev.tulle.testkit.FrameChecks.toMac;
import static dev.tulle.testkit.FrameChecks.ttl;
import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.HostHarness.PEER_MAC;
import static dev.tulle.testkit.HostHarness.STRANGER;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.ip.Endpoint;
import dev.tulle.ip.IcmpError;
import dev.tulle.ip.Ping;
import dev.tulle.profile.Client;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.IcmpMessage;
import dev.tulle.testkit.Ipv4Datagram;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IcmpTest {
  private HostHarness h;
  private Ping ping;

  @BeforeEach
  void assemble() {
    h = new HostHarness(Client::host);
    ping = h.host.ping;
  }

  private void inject(IcmpMessage message) {
    h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).icmp(message)));
  }

  /** The reply to a request that the host sent. */
  private static IcmpMessage replyTo(SeenFrame request) {
    return Frames.icmp(0, 0).rest(request.icmpRest()).data(request.data());
  }

  @Test
  void anEchoRequestComesBackWithItsData() {
    for (int length : new int[] {0, 1, 2, 0x7F, 0x80, 0xFF, 1472}) {
      inject(Frames.echoRequest(0x8000, 0xFFFF, length));
      h.expect(
          icmp(0, 0)
              .and(rest(0x8000FFFF))
              .and(data(Octets.pattern(0, length)))
              .and(fromAddress(HOST))
              .and(toAddress(PEER))
              .and(ttl(64)));
    }
    h.expectNothing();
    assertEquals(h.host.pool.capacity(), h.host.pool.available());
  }

  @Test
  void anEchoRequestFromBehindTheGatewayIsAnsweredThroughIt() {
    h.inject(h.fromPeer(Frames.ipv4(STRANGER, HOST).icmp(Frames.echoRequest(1, 2, 8))));
    h.expect(icmp(0, 0).and(toAddress(STRANGER)).and(toMac(PEER_MAC)));
  }

  @Test
  void echoesAreLimited() {
    for (int i = 0; i < 60_000; i++) {
      inject(Frames.echoRequest(1, i & 0xFFFF, 8));
    }
    assertEquals(50_000, h.takeSent().size());
    assertEquals(10_000, h.counter(Counter.ICMP_RATELIMITED));
    h.advanceMs(1000);
    inject(Frames.echoRequest(1, 1, 8));
    h.expect(icmp(0, 0));
  }

  @Test
  void aPingIsAnsweredWithItsTime() {
    int sequence = ping.send(new Endpoint(PEER, 0), 56, h.nowNs());
    assertEquals(0, sequence);
    SeenFrame request = h.expect(icmp(8, 0).and(toAddress(PEER)));
    assertEquals(56, request.data().length);
    h.advanceMs(3);
    assertFalse(ping.next());
    h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).ttl(61).icmp(replyTo(request))));
    assertTrue(ping.next());
    assertEquals(0, ping.error);
    assertEquals(sequence, ping.sequence);
    assertEquals(3_000_000, ping.rttNs);
    assertEquals(61, ping.timeToLive);
    assertEquals(56, ping.dataBytes);
    assertFalse(ping.next());
    inject(replyTo(request)); // a second time
    assertFalse(ping.next());
    assertEquals(1, h.counter(Counter.ICMP_UNMATCHED));
  }

  @Test
  void aReplyThatDiffersInAnythingIsNotOurs() {
    ping.send(new Endpoint(PEER, 0), 56, h.nowNs());
    SeenFrame request = h.expect(icmp(8, 0));
    byte[] sent = request.data();
    byte[] changed = sent.clone();
    changed[55] ^= 1;
    byte[] guessed = sent.clone();
    guessed[0] ^= 0x40;
    inject(Frames.icmp(0, 0).rest(request.icmpRest() ^ 0x10000).data(sent));
    inject(Frames.icmp(0, 0).rest(request.icmpRest() + 1).data(sent));
    inject(Frames.icmp(0, 0).rest(request.icmpRest() + 8).data(sent));
    inject(Frames.icmp(0, 0).rest(request.icmpRest()).data(changed));
    inject(Frames.icmp(0, 0).rest(request.icmpRest()).data(guessed));
    inject(Frames.icmp(0, 0).rest(request.icmpRest()).data(Arrays.copyOf(sent, 55)));
    inject(Frames.icmp(0, 0).rest(request.icmpRest()).data(Arrays.copyOf(sent, 57)));
    h.inject(h.fromPeer(Frames.ipv4(STRANGER, HOST).icmp(replyTo(request))));
    assertFalse(ping.next());
    assertEquals(8, h.counter(Counter.ICMP_UNMATCHED));
    inject(replyTo(request));
    assertTrue(ping.next());
  }

  @Test
  void pingsMayOverlapAndTheSequenceWrapsAround() {
    SeenFrame[] requests = new SeenFrame[Ping.OUTSTANDING];
    for (int i = 0; i < 0x10000 - 4; i++) {
      ping.send(new Endpoint(PEER, 0), 0, h.nowNs());
      h.next();
    }
    for (int i = 0; i < Ping.OUTSTANDING; i++) {
      assertEquals(0xFFFC + i & 0xFFFF, ping.send(new Endpoint(PEER, 0), 10, h.nowNs()));
      requests[i] = h.next();
    }
    for (SeenFrame request : requests) {
      inject(replyTo(request));
    }
    for (int i = 0; i < Ping.OUTSTANDING; i++) {
      assertTrue(ping.next());
    }
    assertFalse(ping.next());
  }

  @Test
  void anErrorAboutAPingIsItsResult() {
    ping.send(new Endpoint(STRANGER, 0), 56, h.nowNs());
    SeenFrame request = h.expect(icmp(8, 0));
    byte[] datagram = Octets.concat(request.ipv4Header(), request.ipv4Payload());
    h.advanceMs(20);
    inject(Frames.icmp(11, 0).data(Arrays.copyOf(datagram, 28)));
    assertTrue(ping.next());
    assertEquals(IcmpError.TIME_EXCEEDED, ping.error);
    assertEquals(20_000_000, ping.rttNs);
  }

  @Test
  void aPingThatFitsNoPacketOrLeadsNowhereIsRefused() {
    assertEquals(Status.TOO_LARGE, ping.send(new Endpoint(PEER, 0), 65_508, h.nowNs()));
    assertEquals(Status.TOO_LARGE, ping.send(new Endpoint(PEER, 0), -1, h.nowNs()));
    assertEquals(Status.UNREACHABLE, ping.send(new Endpoint(0, 0), 8, h.nowNs()));
    assertTrue(ping.send(new Endpoint(PEER, 0), 1472, h.nowNs()) >= 0);
    h.expect(icmp(8, 0).and(atMost(1514)));
  }

  @Test
  void anUnknownProtocolIsToldToItsSenderWithAQuote() {
    Ipv4Datagram datagram = Frames.ipv4(PEER, HOST).payload(99, Octets.pattern(0, 1000));
    h.inject(h.fromPeer(datagram));
    SeenFrame error = h.expect(icmp(3, 2).and(rest(0)).and(atMost(14 + 576)));
    assertArrayEquals(Arrays.copyOf(datagram.build(), 548), error.data());
    assertEquals(1, h.counter(Counter.IP_UNKNOWN_PROTOCOL));
    assertEquals(1, h.counter(Counter.ICMP_ERROR_SENT));
  }

  @Test
  void anErrorIsNoLargerThanItsCauseUnlessTheQuoteWouldBeTooShort() {
    for (int length : new int[] {0, 7, 8, 9, 28, 100, 500}) {
      Ipv4Datagram datagram = Frames.ipv4(PEER, HOST).payload(99, Octets.pattern(0, length));
      h.inject(h.fromPeer(datagram));
      SeenFrame error = h.next();
      int whole = 20 + length;
      int quote = Math.min(whole, Math.max(28, whole - 28));
      assertArrayEquals(Arrays.copyOf(datagram.build(), quote), error.data(), "length " + length);
    }
  }

  @Test
  void errorsAreLimitedForEachDestination() {
    for (int i = 0; i < 100; i++) {
      h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).udp(Frames.udp(1, 2).data(0, 1))));
    }
    assertEquals(10, h.takeSent().size());
    assertEquals(90, h.counter(Counter.ICMP_RATELIMITED));
    assertEquals(100, h.counter(Counter.UDP_NO_PORT));
  }

  @Test
  void theLimitForAllIsNotToBePredicted() {
    boolean[] seen = new boolean[10_000];
    int different = 0;
    for (int seed = 0; seed < 10; seed++) {
      HostHarness other = new HostHarness(Client::host, seed);
      // so that the gateway is known before the flood
      other.inject(other.fromPeer(Frames.ipv4(STRANGER, HOST).icmp(Frames.echoRequest(1, 1, 0))));
      other.expect(icmp(0, 0));
      for (int i = 0; i < 1000; i++) {
        int source = Octets.address("192.0.2.0") + (i << 8);
        other.queue(other.fromPeer(Frames.ipv4(source, HOST).udp(Frames.udp(1, 2).data(0, 1))));
      }
      int sent = other.takeSent().size();
      assertTrue(sent >= 256 && sent < 512, sent + " errors");
      different += seen[sent] ? 0 : 1;
      seen[sent] = true;
    }
    assertTrue(different > 3, different + " different limits in 10 hosts");
  }
}
