// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.six;

import static dev.tulle.conformance.six.SixBench.HOST;
import static dev.tulle.conformance.six.SixBench.PEER;
import static dev.tulle.conformance.six.SixBench.PEER_MAC;
import static dev.tulle.conformance.six.SixBench.ROUTER_MAC;
import static dev.tulle.conformance.six.SixBench.endpoint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.testkit.Discovery;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.Ipv6Packet;
import dev.tulle.testkit.Octets;
import org.junit.jupiter.api.Test;

/** Neighbour discovery, the test as the neighbours. */
class NeighbourDiscoveryTest {
  private final SixBench bench = new SixBench();
  private final HostHarness h = bench.h;

  private void refused(int counter, Ipv6Packet packet) {
    long before = h.counter(counter);
    bench.inject(packet);
    assertEquals(before + 1, h.counter(counter));
    assertNull(bench.next(), "it was answered");
    h.expectNoInternalError();
  }

  private static byte[] body(String target, byte[] options) {
    return Octets.concat(new byte[4], Ipv6Packet.address(target), options);
  }

  @Test
  void whoAsksForTheAddressIsAnswered() {
    byte[] link = Discovery.linkOption(1, PEER_MAC);
    bench.injectGroup(PEER_MAC, Discovery.solicitation(PEER, HOST, link));
    SixBench.Seen answer = bench.expect(136);
    assertEquals(0x60, answer.rest() >>> 24);
    assertEquals(255, answer.hopLimit());
    assertEquals(PEER_MAC, answer.destinationMac());
  }

  @Test
  void anOptionOfLengthZeroIsRefused() {
    byte[] body = body(HOST, new byte[8]);
    refused(Counter.ND_BADOPT, new Ipv6Packet(PEER, HOST).hopLimit(255).icmp(135, 0, body));
  }

  @Test
  void anOptionPastTheEndIsRefused() {
    byte[] option = Octets.of(1, 2, 2, 0, 0, 0, 0, 9);
    byte[] body = body(HOST, option);
    refused(Counter.ND_BADOPT, new Ipv6Packet(PEER, HOST).hopLimit(255).icmp(135, 0, body));
  }

  @Test
  void aHopLimitThatARouterHasLoweredIsRefused() {
    byte[] body = body(HOST, Discovery.linkOption(1, PEER_MAC));
    refused(Counter.ND_INVALID, new Ipv6Packet(PEER, HOST).hopLimit(254).icmp(135, 0, body));
    refused(Counter.ND_INVALID, new Ipv6Packet(PEER, HOST).hopLimit(255).icmp(135, 1, body));
  }

  @Test
  void anAdvertisementThatNobodyAskedForIsRefused() {
    refused(Counter.ND_IGNORED, Discovery.advertisement(PEER, HOST, PEER_MAC, 0x20));
    refused(
        Counter.ND_CONFLICT,
        new Ipv6Packet(PEER, HOST)
            .hopLimit(255)
            .icmp(136, 0, body(HOST, Discovery.linkOption(2, PEER_MAC))));
  }

  @Test
  void aSolicitationInAFragmentIsRefused() {
    byte[] body = body(HOST, Discovery.linkOption(1, PEER_MAC));
    byte[] fragment = Octets.of(58, 0, 0, 0, 0, 0, 0, 9);
    refused(
        Counter.ND_FRAGMENTED,
        new Ipv6Packet(PEER, HOST).hopLimit(255).extensions(44, fragment).icmp(135, 0, body));
  }

  @Test
  void aMessageThatIsCutShortIsRefused() {
    for (int length = 1; length < 8; length++) {
      refused(Counter.ICMP_SHORT, new Ipv6Packet(PEER, HOST).payload(58, new byte[length]));
    }
  }

  @Test
  void aPayloadLongerThanTheFrameIsRefused() {
    refused(
        Counter.IP6_TRUNCATED,
        new Ipv6Packet(PEER, HOST).payloadLength(1400).icmp(128, 0, new byte[4]));
    refused(Counter.IP6_TRUNCATED, new Ipv6Packet(PEER, HOST).payload(6, new byte[0]));
  }

  @Test
  void anOptionThatEndsPastItsHeaderIsRefused() {
    byte[] options = Octets.of(58, 0, 5, 255, 0, 0, 0, 0);
    refused(
        Counter.IP6_BADOPT,
        new Ipv6Packet(PEER, HOST).extensions(60, options).icmp(128, 0, new byte[4]));
    byte[] longer = Octets.of(58, 255, 1, 4, 0, 0, 0, 0);
    refused(
        Counter.IP6_BADOPT,
        new Ipv6Packet(PEER, HOST).extensions(0, longer).icmp(128, 0, new byte[4]));
  }

  @Test
  void tooManyHeadersIsRefused() {
    byte[] many = new byte[3 * 8];
    for (int i = 0; i < many.length; i += 8) {
      many[i] = (byte) (i + 8 == many.length ? 58 : 60);
      many[i + 2] = 1;
      many[i + 3] = 4;
    }
    refused(
        Counter.IP6_CHAIN_LIMIT,
        new Ipv6Packet(PEER, HOST).extensions(60, many).icmp(128, 0, new byte[4]));
  }

  @Test
  void aSourceThatIsNoHostsIsRefused() {
    for (String source : new String[] {"ff02::1", "::1", "::ffff:1.2.3.4", HOST}) {
      refused(Counter.IP6_MARTIAN, new Ipv6Packet(source, HOST).icmp(128, 0, new byte[4]));
    }
    refused(Counter.IP6_MARTIAN, new Ipv6Packet("::", HOST).udp(1, 7, new byte[4]));
  }

  @Test
  void aRouterGivesAnAddressAndTheWayOut() {
    h.host.ipv6Port.start(h.nowNs());
    h.advanceMs(3000);
    assertNotNull(bench.linkLocal());
    h.takeSent();
    bench.injectGroup(
        ROUTER_MAC,
        Discovery.router(
            1800,
            0,
            Discovery.linkOption(1, ROUTER_MAC),
            Discovery.prefix("2001:db8::", 64, -1, -1)));
    h.advanceMs(3000);
    h.takeSent();
    assertTrue(h.host.ping.send(endpoint("2001:db8:1::1", 0), 8, h.nowNs()) >= 0);
    SixBench.Seen request = bench.expect(128);
    assertEquals(ROUTER_MAC, request.destinationMac());
    assertTrue(request.source().startsWith("2001:db8:"), request.source());
    bench.injectGroup(ROUTER_MAC, Discovery.router(0, 0));
    assertEquals(Status.UNREACHABLE, h.host.ping.send(endpoint("2001:db8:1::1", 0), 8, h.nowNs()));
  }
}
