// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.layers;

import static dev.tulle.conformance.layers.Dhcp6Server.ADVERTISE;
import static dev.tulle.conformance.layers.Dhcp6Server.DECLINE;
import static dev.tulle.conformance.layers.Dhcp6Server.INFORMATION_REQUEST;
import static dev.tulle.conformance.layers.Dhcp6Server.LENT;
import static dev.tulle.conformance.layers.Dhcp6Server.REBIND;
import static dev.tulle.conformance.layers.Dhcp6Server.RELEASE;
import static dev.tulle.conformance.layers.Dhcp6Server.RENEW;
import static dev.tulle.conformance.layers.Dhcp6Server.REPLY;
import static dev.tulle.conformance.layers.Dhcp6Server.REQUEST;
import static dev.tulle.conformance.layers.Dhcp6Server.SOLICIT;
import static dev.tulle.conformance.layers.Dhcp6Server.address;
import static dev.tulle.conformance.layers.Dhcp6Server.option;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.host.Dhcp6Client;
import dev.tulle.ip.Endpoint;
import dev.tulle.stack.Counter;
import dev.tulle.testkit.Discovery;
import dev.tulle.testkit.Ipv6Packet;
import dev.tulle.testkit.Octets;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Addresses of IPv6 from servers, on a virtual clock: RFC 8415. */
class Dhcp6Test {
  private static final byte[] NONE = {};

  private final Dhcp6Server server = new Dhcp6Server();
  private final Dhcp6Client client = server.h.host.dhcp6;

  private long seconds(long fromNs) {
    return (server.h.nowNs() - fromNs) / 1_000_000_000L;
  }

  private boolean has(String address) {
    ByteBuffer b = ByteBuffer.wrap(Ipv6Packet.address(address));
    return server.h.host.ipv6Port.addresses.ours(b.getLong(), b.getLong());
  }

  @Test
  void anAddressIsSolicitedRequestedAndAskedForOnTheLink() {
    server.begin(true);
    assertEquals(SOLICIT, server.hear());
    assertArrayEquals(Octets.of(0, 3, 0, 1, 2, 0, 0, 0, 0, 1), server.option(1), "DUID-LL");
    assertArrayEquals(Octets.of(0, 0), server.option(8), "no time has passed");
    assertNull(server.option(2));
    server.say(ADVERTISE, server.usual());
    assertEquals(REQUEST, server.hear(), "after the first wait");
    assertNotNull(server.option(2));
    assertEquals(40, server.option(3).length, "with the address that was offered");
    server.say(REPLY, server.usual());
    assertFalse(client.bound(), "RFC 4862: somebody may have it");
    server.h.advanceMs(3000);
    assertTrue(client.bound());
    assertTrue(has(LENT));
    Endpoint neighbour = new Endpoint();
    ByteBuffer b = ByteBuffer.wrap(Ipv6Packet.address("2001:db8:9::1"));
    neighbour.set(b.getLong(), b.getLong(), 0);
    assertFalse(
        server.h.host.ipv6Port.routers.onLink(neighbour.high, neighbour.low),
        "RFC 5942: an address is no prefix");
  }

  @Test
  void theServerThatPrefersItselfMostIsAskedAndASureOneAtOnce() {
    server.begin(true);
    server.hear();
    server.say(ADVERTISE, server.usual(), option(7, Octets.of(10)));
    byte[] other = server.identity(1, 2, address("2001:db8:9::88", 3600, 7200, NONE));
    server.say(ADVERTISE, other, option(7, Octets.of(9)));
    server.say(ADVERTISE, other, option(7, Octets.of(11)));
    assertEquals(REQUEST, server.hear());
    assertEquals(0x88, server.option(3)[31] & 0xFF);
    Dhcp6Server sure = new Dhcp6Server().begin(true);
    sure.hear();
    sure.say(ADVERTISE, sure.usual(), option(7, Octets.of(255)));
    assertEquals(REQUEST, sure.hear(0), "RFC 8415 18.2.1: without waiting for others");
  }

  @Test
  void solicitsComeLaterEachTimeUpToTheLimitThatServersMayMove() {
    server.begin(true);
    assertEquals(SOLICIT, server.hear());
    long beforeNs = server.h.nowNs();
    long[] waits = new long[15];
    for (int i = 0; i < waits.length; i++) {
      assertEquals(SOLICIT, server.hear(5000));
      waits[i] = (server.h.nowNs() - beforeNs) / 1_000_000;
      beforeNs = server.h.nowNs();
    }
    assertTrue(waits[0] >= 1000 && waits[0] <= 1100, "RFC 8415 18.2.1: not less than a second");
    for (int i = 1; i < 11; i++) {
      double factor = (double) waits[i] / waits[i - 1];
      assertTrue(factor >= 1.89 && factor <= 2.11, "RFC 8415 15: " + factor);
    }
    assertTrue(waits[14] >= 3_230_000 && waits[14] <= 3_960_000, "SOL_MAX_RT: " + waits[14]);
    // No address, but another limit: RFC 8415 21.24.
    server.say(ADVERTISE, option(82, Octets.of(0, 0, 0, 60)), option(13, Octets.of(0, 2)));
    assertEquals(SOLICIT, server.hear(5000));
    beforeNs = server.h.nowNs();
    assertEquals(SOLICIT, server.hear(5000));
    assertTrue(seconds(beforeNs) <= 66, "after " + seconds(beforeNs));
    assertEquals(1, server.h.counter(Counter.DHCP6_REFUSED));
  }

  @Test
  void aRequestThatNobodyAnswersIsGivenUpAfterTenTimes() {
    server.begin(true);
    server.hear();
    server.say(ADVERTISE, server.usual());
    for (int i = 0; i < 10; i++) {
      assertEquals(REQUEST, server.hear(40));
    }
    assertEquals(SOLICIT, server.hear(40));
  }

  @Test
  void aLeaseIsRenewedThenReboundThenOver() {
    server.begin(true).serve();
    long beganNs = server.h.nowNs();
    assertEquals(RENEW, server.hear(1800));
    assertNotNull(server.option(2));
    server.say(REPLY, server.usual());
    assertEquals(1, client.renewals());
    assertEquals(RENEW, server.hear(1801));
    int sent = 1;
    while (server.hear(2000) == RENEW) {
      sent++;
    }
    assertEquals(REBIND, server.message[0]);
    assertNull(server.option(2));
    assertTrue(sent >= 5 && sent <= 8, "RFC 8415 7.6, from 10 s on: " + sent);
    assertEquals(1800 + 2880, seconds(beganNs), 5);
    assertTrue(has(LENT));
    while (server.hear(5000) == REBIND) {
      assertTrue(has(LENT));
    }
    assertEquals(SOLICIT, server.message[0]);
    assertFalse(has(LENT));
    assertEquals(1800 + 7200, seconds(beganNs), 10);
  }

  @Test
  void anyServerMayExtendALeaseThatIsRebound() {
    server.begin(true).serve();
    int type;
    do {
      type = server.hear(5000);
    } while (type == RENEW);
    assertEquals(REBIND, type);
    server.say(REPLY, server.usual());
    assertEquals(Dhcp6Client.BOUND, client.state());
  }

  @Test
  void aServerThatHasForgottenUsIsAskedAnew() {
    server.begin(true).serve();
    assertEquals(RENEW, server.hear(1800));
    server.say(REPLY, server.identity(0, 0, option(13, Octets.of(0, 3))));
    assertEquals(REQUEST, server.hear());
    assertTrue(has(LENT), "it is good as long as it was lent for");
    server.say(REPLY, server.usual());
    assertEquals(Dhcp6Client.BOUND, client.state());
  }

  @Test
  void anAddressThatSomebodyHasIsDeclined() {
    server.begin(true);
    server.hear();
    server.say(ADVERTISE, server.usual());
    server.hear();
    server.say(REPLY, server.usual());
    server.h.inject(
        server.h.fromPeer(Discovery.advertisement(LENT, "ff02::1", 0x020000000009L, 0x20)));
    assertEquals(DECLINE, server.hear());
    assertEquals(0x77, server.option(3)[31]);
    server.say(REPLY);
    assertEquals(SOLICIT, server.hear());
    assertFalse(has(LENT));
    assertEquals(1, server.h.counter(Counter.DHCP6_DECLINED));
  }

  @Test
  void anAddressIsGivenBackUntilTheServerHasHeardIt() {
    server.begin(true).serve();
    client.release(server.h.nowNs());
    assertFalse(has(LENT), "RFC 8415 18.2.7 (MUST)");
    server.h.poll();
    assertEquals(RELEASE, server.hear(2));
    assertEquals(RELEASE, server.hear(2));
    server.say(REPLY);
    assertEquals(Dhcp6Client.OFF, client.state());
    assertEquals(0, server.hear(100));
  }

  @Test
  void nameServersAndDomainsComeWithoutAnAddress() {
    server.begin(false);
    assertEquals(INFORMATION_REQUEST, server.hear());
    assertNull(server.option(3));
    server.say(
        REPLY,
        option(23, Ipv6Packet.address("2001:db8:9::53")),
        option(24, DnsMessage.name("tulle.test")),
        option(32, Octets.of(0, 0, 3, 0xE8)));
    assertEquals(Dhcp6Client.INFORMED, client.state());
    assertEquals(1, server.h.host.nameServers.count());
    byte[] domain = new byte[255];
    assertEquals(12, server.h.host.nameServers.domain(0, domain));
    assertEquals(0, server.hear(990));
    assertEquals(INFORMATION_REQUEST, server.hear(20), "RFC 8415 21.23");
  }

  @Test
  void routersSayWhetherToAsk() {
    advertise(0);
    assertEquals(0, server.hear(20));
    advertise(0x40);
    assertEquals(INFORMATION_REQUEST, server.hear());
    server.say(REPLY);
    advertise(0x40);
    assertEquals(0, server.hear(20), "once");
    advertise(0x80);
    assertEquals(SOLICIT, server.hear(), "and now for an address");
    server.say(ADVERTISE, server.usual());
    assertEquals(REQUEST, server.hear());
  }

  private void advertise(int flags) {
    byte[] body = new byte[12];
    body[0] = 64;
    body[1] = (byte) flags;
    body[2] = 7;
    server.h.inject(
        server.h.fromPeer(new Ipv6Packet("fe80::1", "ff02::1").hopLimit(255).icmp(134, 0, body)));
  }
}
