// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.conformance.hostile.SixHostile.ALL_NODES;
import static dev.tulle.conformance.hostile.SixHostile.CLIENT;
import static dev.tulle.conformance.hostile.SixHostile.HOST;
import static dev.tulle.conformance.hostile.SixHostile.PEER;
import static dev.tulle.conformance.hostile.SixHostile.hostile;
import static dev.tulle.testkit.Discovery.ROUTER;
import static dev.tulle.testkit.Discovery.linkOption;
import static dev.tulle.testkit.Discovery.message;
import static dev.tulle.testkit.Discovery.prefix;
import static dev.tulle.testkit.FrameChecks.icmpv6;
import static dev.tulle.testkit.FrameChecks.toMac;
import static dev.tulle.testkit.HostHarness.HOST_MAC;
import static dev.tulle.testkit.HostHarness.PEER_MAC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.nd.Address6;
import dev.tulle.nd.DnsServers;
import dev.tulle.stack.Counter;
import dev.tulle.testkit.Discovery;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.HostileHarness;
import dev.tulle.testkit.Ipv6Packet;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Hostile messages of neighbour discovery. Methods are named after the catalogue's rows. */
class NeighbourHostileTest {
  private static final long OTHER_MAC = 0x0200_0000_0009L;
  private static final String PREFIX = "2001:db8:1::";

  /** A message of each type with these octets where its options are, all else in order. */
  private static Ipv6Packet[] each(byte[] options) {
    return new Ipv6Packet[] {
      message("fe80::9", HOST, 133, Octets.concat(new byte[4], options)),
      Discovery.router(1800, 0, options),
      Discovery.solicitation(PEER, HOST, options),
      message(
          PEER,
          HOST,
          136,
          Octets.concat(Octets.of(0x60, 0, 0, 0), Ipv6Packet.address(PEER), options)),
      Discovery.redirect(ROUTER, HOST, "fe80::9", "2001:db8::9", options),
    };
  }

  /** How many addresses of a prefix there are in any state, the host's own apart. */
  private static int addresses(HostHarness h, String prefix) {
    long high = ByteBuffer.wrap(Ipv6Packet.address(prefix)).getLong();
    int count = 0;
    Address6 a;
    for (int i = 0; (a = h.host.ipv6Port.addresses.at(i)) != null; i++) {
      count += a.high == high && h.host.ipv6Port.addresses.find(a.high, a.low) != null ? 1 : 0;
    }
    return count;
  }

  private static boolean routes(HostHarness h, String destination) {
    ByteBuffer b = ByteBuffer.wrap(Ipv6Packet.address(destination));
    return h.host.ipv6Port.routers.route(b.getLong(), b.getLong());
  }

  /** A host with a router, whose advertisement is over. */
  private static void routed(HostHarness h) {
    h.six();
    h.host.ipv6Port.start(h.nowNs());
    h.inject(h.fromPeer(Discovery.router(1800, 0, linkOption(1, PEER_MAC))));
    h.advanceMs(5000);
    h.takeSent();
  }

  private static HostileHarness behindRouter(Ipv6Packet packet) {
    return behindRouter(h -> packet);
  }

  private static HostileHarness behindRouter(Function<HostHarness, Ipv6Packet> packet) {
    return new HostileHarness(CLIENT)
        .before(NeighbourHostileTest::routed)
        .input(h -> h.fromPeer(packet.apply(h)));
  }

  @Test
  void nd01_optionsOfLengthZero() {
    for (Ipv6Packet packet : each(Octets.of(1, 0, 2, 0, 0, 0, 0, 9))) {
      hostile(packet).counts(Counter.ND_BADOPT).run();
    }
    byte[] second = Octets.concat(linkOption(1, OTHER_MAC), new byte[8]);
    for (Ipv6Packet packet : each(second)) {
      hostile(packet).counts(Counter.ND_BADOPT).withoutVariations().run();
    }
  }

  @Test
  void nd02_optionsPastTheEnd() {
    for (int eights : new int[] {2, 0x1F, 0x7F, 0x80, 0xFF}) {
      for (Ipv6Packet packet : each(Octets.of(1, eights, 2, 0, 0, 0, 0, 9))) {
        hostile(packet).counts(Counter.ND_BADOPT).withoutVariations().run();
      }
    }
    for (int residue = 1; residue < 8; residue++) {
      byte[] options = Octets.concat(linkOption(1, OTHER_MAC), new byte[residue]);
      for (Ipv6Packet packet : each(options)) {
        hostile(packet).counts(Counter.ND_BADOPT).withoutVariations().run();
      }
    }
  }

  @Test
  void nd02_linkAddressesOfOtherLengths() {
    for (int eights : new int[] {2, 3, 31}) {
      byte[] option = new byte[8 * eights];
      option[0] = 1;
      option[1] = (byte) eights;
      option[7] = 9;
      // Answered by way of what neighbours say of themselves, and not to the address in there.
      hostile(Discovery.solicitation(PEER, HOST, option))
          .replies(icmpv6(136, 0).and(toMac(PEER_MAC)))
          .withoutVariations()
          .run();
    }
  }

  @Test
  void nd03_prefixesThatAreNone() {
    for (int bits : new int[] {0, 129, 0x80 | 0x7F, 200}) {
      behindRouter(Discovery.router(1800, 0, prefix(PREFIX, bits, -1, -1)))
          .counts(Counter.ND_BADPREFIX)
          .then(h -> assertEquals(0, addresses(h, PREFIX)))
          .withoutVariations()
          .run();
    }
    for (String prefix : new String[] {"fe80::", "ff02::", "fea0::"}) {
      behindRouter(Discovery.router(1800, 0, prefix(prefix, 64, -1, -1)))
          .counts(Counter.ND_BADPREFIX)
          .withoutVariations()
          .run();
    }
    // Others than 64 octets may be on the link, but no address is made of them.
    for (int bits : new int[] {1, 63, 65, 127, 128}) {
      behindRouter(Discovery.router(1800, 0, prefix(PREFIX, bits, -1, -1)))
          .counts(Counter.ND_BADPREFIX)
          .then(h -> assertEquals(0, addresses(h, PREFIX)))
          .withoutVariations()
          .run();
    }
    for (int eights : new int[] {1, 2, 3, 5}) {
      byte[] option = Arrays.copyOf(prefix(PREFIX, 64, -1, -1), 8 * eights);
      option[1] = (byte) eights;
      behindRouter(Discovery.router(1800, 0, option, Discovery.mtu(1400)))
          .counts(Counter.ND_BADPREFIX)
          .then(h -> assertEquals(1400, h.host.ipv6Port.mtu(), "the rest is processed"))
          .withoutVariations()
          .run();
    }
    behindRouter(Discovery.router(1800, 0, prefix(PREFIX, 200, -1, -1)))
        .counts(Counter.ND_BADPREFIX)
        .run();
  }

  @Test
  void nd03_aPrefixThatIsCutOffByTheEndOfTheLargestFrame() {
    byte[] filler = new byte[8 * 179];
    filler[0] = (byte) 200;
    filler[1] = (byte) 179;
    behindRouter(Discovery.router(1800, 0, filler, Octets.of(3, 1, 64, 0xC0, 0, 0, 0, 0)))
        .counts(Counter.ND_BADPREFIX)
        .withoutVariations()
        .run();
  }

  @Test
  void nd03_whatIsBehindThePrefixIsIgnored() {
    behindRouter(Discovery.router(1800, 0, prefix("2001:db8:1::99", 64, -1, -1)))
        .then(
            h -> {
              assertTrue(addresses(h, PREFIX) > 0);
              h.advanceMs(3000);
              assertTrue(routes(h, "2001:db8:1::5"));
            })
        .run();
  }

  @Test
  void nd04_messagesFromElsewhere() {
    for (Ipv6Packet packet : each(linkOption(1, OTHER_MAC))) {
      hostile(packet.hopLimit(254)).counts(Counter.ND_INVALID).withoutVariations().run();
      hostile(packet.hopLimit(1)).counts(Counter.ND_INVALID).withoutVariations().run();
    }
    for (int type = 133; type <= 137; type++) {
      byte[] body = new byte[36];
      hostile(new Ipv6Packet("fe80::9", HOST).hopLimit(255).icmp(type, 1, body))
          .counts(Counter.ND_INVALID)
          .withoutVariations()
          .run();
      hostile(new Ipv6Packet("fe80::9", HOST).hopLimit(255).checksumOff(1).icmp(type, 0, body))
          .counts(Counter.ICMP_BADSUM)
          .withoutVariations()
          .run();
    }
    hostile(Discovery.router(PEER, 64, 1800, 0, 0, 0, prefix(PREFIX, 64, -1, -1)))
        .counts(Counter.ND_INVALID)
        .then(h -> assertEquals(0, addresses(h, PREFIX)))
        .run();
    hostile(Discovery.redirect(PEER, HOST, "fe80::9", "2001:db8::9"))
        .counts(Counter.ND_INVALID)
        .run();
  }

  @Test
  void nd05_nameServersOfWrongLength() {
    List<String> told = new ArrayList<>();
    byte[] even = new byte[32];
    even[0] = 25;
    even[1] = 4;
    System.arraycopy(prefix(PREFIX, 64, -1, -1), 0, even, 24, 8);
    byte[] one = Octets.concat(Octets.of(25, 1), new byte[6]);
    byte[] domains = Octets.concat(Octets.of(31, 2, 0, 0), new byte[4], Octets.of(63, 1, 2, 3));
    for (byte[] option : new byte[][] {even, one, Octets.concat(domains, new byte[4])}) {
      new HostileHarness(CLIENT)
          .before(
              h -> {
                routed(h);
                h.host.ipv6Port.dnsServers =
                    new DnsServers() {
                      @Override
                      public void server(long high, long low, int scope, long untilNs, long nowNs) {
                        told.add(Long.toHexString(high));
                      }

                      @Override
                      public void search(byte[] b, int at, int end, long until, long now) {
                        assertTrue(end <= b.length && end - at >= 8);
                      }
                    };
              })
          .input(h -> h.fromPeer(Discovery.router(1800, 0, option)))
          .then(h -> assertEquals(List.of(), told))
          .withoutVariations()
          .run();
    }
  }

  @Test
  void nd08_advertisementsThatNobodyAskedFor() {
    hostile(Discovery.advertisement("fd00::77", HOST, OTHER_MAC, 0x20))
        .counts(Counter.ND_IGNORED)
        .run();
    hostile(
            message(
                PEER,
                ALL_NODES,
                136,
                Octets.concat(Octets.of(0x20, 0, 0, 0), Ipv6Packet.address(HOST))))
        .counts(Counter.ND_CONFLICT)
        .run();
    // Without override a known address stays what it was, and is asked for again.
    HostileHarness known =
        new HostileHarness(CLIENT)
            .before(
                h -> {
                  h.six();
                  h.inject(h.fromPeer(new Ipv6Packet(PEER, HOST).icmp(128, 0, SixHostile.ECHO)));
                })
            .input(h -> h.fromPeer(Discovery.advertisement(PEER, HOST, OTHER_MAC, 0)))
            .counts(Counter.ND_IGNORED)
            .then(
                h -> {
                  h.inject(h.fromPeer(new Ipv6Packet(PEER, HOST).icmp(128, 0, SixHostile.ECHO)));
                  h.expect(icmpv6(129, 0).and(toMac(PEER_MAC)));
                });
    known.run();
    // The gateway ceases to be a router: nothing else is reached, and nothing else is harmed.
    behindRouter(Discovery.advertisement(ROUTER, HOST, OTHER_MAC, 0x20))
        .then(h -> assertTrue(!routes(h, "2001:db8:9::1")))
        .run();
  }

  @Test
  void nd08_everyAddressIsSomebodyElses() {
    HostHarness h = new HostHarness(CLIENT).six();
    h.host.ipv6Port.start(h.nowNs());
    int claimed = 0;
    for (int i = 0; i < 40; i++) {
      h.advanceMs(500);
      for (SeenFrame f : h.takeSent()) {
        if (f.isIcmpv6() && f.icmpType() == 135) {
          claimed++;
          h.inject(h.fromPeer(Discovery.advertisement(f.target6(), ALL_NODES, OTHER_MAC, 0x20)));
        }
      }
    }
    assertEquals(4, claimed, "tries: one and three more, RFC 7217 6");
    assertEquals(4, h.counter(Counter.ND_DUPLICATE));
    h.expectNoInternalError();
  }

  @Test
  void nd09_valuesThatWouldDoHarm() {
    for (int mtu : new int[] {0, 1, 1279, 1501, 65_536, 0x7FFF_FFFF, -1}) {
      behindRouter(Discovery.router(1800, 0, Discovery.mtu(mtu)))
          .then(h -> assertEquals(1500, h.host.ipv6Port.mtu()))
          .withoutVariations()
          .run();
    }
    for (int hops : new int[] {0, 1, 31}) {
      behindRouter(Discovery.router(ROUTER, hops, 1800, 0, 0, 0))
          .then(h -> assertEquals(64, h.host.ipv6Port.hopLimit))
          .withoutVariations()
          .run();
    }
    for (int value : new int[] {0, 1, 0x7FFF_FFFF, 0x8000_0000, -1}) {
      behindRouter(Discovery.router(ROUTER, 64, 1800, 0, value, value)).withoutVariations().run();
    }
    behindRouter(Discovery.router(ROUTER, 64, 1800, 0, -1, -1)).run();
    behindRouter(Discovery.router(0, 0))
        .then(h -> assertTrue(!routes(h, "2001:db8:9::1")))
        .withoutVariations()
        .run();
  }

  @Test
  void nd09_lifetimes() {
    // Preferred for longer than valid: ignored.
    behindRouter(Discovery.router(1800, 0, prefix(PREFIX, 64, 100, 101)))
        .counts(Counter.ND_BADPREFIX)
        .then(h -> assertEquals(0, addresses(h, PREFIX)))
        .run();
    // An address of four hours is not ended by a second: two hours are left.
    new HostileHarness(CLIENT)
        .before(
            h -> {
              routed(h);
              h.inject(h.fromPeer(Discovery.router(1800, 0, prefix(PREFIX, 64, 14_400, 14_400))));
              h.advanceMs(5000);
            })
        .input(h -> h.fromPeer(Discovery.router(1800, 0, prefix(PREFIX, 64, 1, 1))))
        .then(
            h -> {
              h.advanceMs(7_100_000);
              assertTrue(addresses(h, PREFIX) > 0);
              h.advanceMs(200_000);
              assertEquals(0, addresses(h, PREFIX));
            })
        .withoutVariations()
        .run();
    // Valid for a second: it comes, and goes.
    behindRouter(Discovery.router(1800, 0, prefix(PREFIX, 64, 1, 1)))
        .then(
            h -> {
              h.advanceMs(3000);
              assertEquals(0, addresses(h, PREFIX));
            })
        .run();
  }

  @Test
  void nd10_messagesInFragments() {
    byte[] atomic = Octets.of(58, 0, 0, 0, 0, 0, 0, 9);
    for (Ipv6Packet packet : each(linkOption(1, OTHER_MAC))) {
      hostile(packet.extensions(44, atomic)).counts(Counter.ND_FRAGMENTED).run();
    }
  }

  @Test
  void nd11_addressesThatDoNotFit() {
    byte[] link = linkOption(1, OTHER_MAC);
    hostile(message(PEER, HOST, 135, Octets.concat(new byte[4], Ipv6Packet.address(ALL_NODES))))
        .counts(Counter.ND_INVALID)
        .run();
    hostile(Discovery.solicitation("::", HOST, link)).counts(Counter.ND_INVALID).run();
    hostile(message("::", HOST, 135, Octets.concat(new byte[4], Ipv6Packet.address(HOST))))
        .counts(Counter.ND_INVALID)
        .run();
    hostile(Discovery.advertisement(PEER, ALL_NODES, OTHER_MAC, 0x60))
        .counts(Counter.ND_INVALID)
        .run();
    hostile(message(PEER, HOST, 136, Octets.concat(new byte[4], Ipv6Packet.address(ALL_NODES))))
        .counts(Counter.ND_INVALID)
        .run();
    for (int type = 133; type <= 137; type++) {
      hostile(message(ALL_NODES, HOST, type, new byte[36]))
          .counts(Counter.IP6_MARTIAN)
          .withoutVariations()
          .run();
    }
  }

  @Test
  void nd12_linkAddressesThatAreNoStations() {
    for (long mac : new long[] {0x3333_0000_0001L, 0xFFFF_FFFF_FFFFL, HOST_MAC, 0}) {
      byte[] link = linkOption(1, mac);
      hostile(Discovery.solicitation(PEER, HOST, link))
          .replies(icmpv6(136, 0).and(toMac(PEER_MAC)))
          .withoutVariations()
          .run();
      behindRouter(Discovery.router(1800, 0, link)).withoutVariations().run();
      behindRouter(Discovery.redirect(ROUTER, HOST, "fe80::9", "2001:db8::9", linkOption(2, mac)))
          .withoutVariations()
          .run();
    }
    hostile(Discovery.solicitation(PEER, HOST, linkOption(1, 0x3333_0000_0001L)))
        .replies(icmpv6(136, 0))
        .run();
  }

  @Test
  void icm08_redirectsFromOthersAndToNowhere() {
    String away = "2001:db8:9::1";
    String[][] wrong = {
      {"fe80::9", "fe80::8", away}, // not from the first hop
      {ROUTER, "2001:db8::8", away}, // to no router of the link
      {ROUTER, "ff02::1", away},
      {ROUTER, "fe80::8", "ff0e::1"}, // a group
      {ROUTER, HOST, HOST}, // to ourselves
    };
    for (String[] r : wrong) {
      behindRouter(Discovery.redirect(r[0], HOST, r[1], r[2], linkOption(2, OTHER_MAC)))
          .counts(Counter.ND_INVALID)
          .run();
    }
  }
}
