// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.conformance.hostile.SixHostile.ALL_NODES;
import static dev.tulle.conformance.hostile.SixHostile.CLIENT;
import static dev.tulle.conformance.hostile.SixHostile.DESTINATION;
import static dev.tulle.conformance.hostile.SixHostile.ECHO;
import static dev.tulle.conformance.hostile.SixHostile.HOP_BY_HOP;
import static dev.tulle.conformance.hostile.SixHostile.HOST;
import static dev.tulle.conformance.hostile.SixHostile.ICMP;
import static dev.tulle.conformance.hostile.SixHostile.PEER;
import static dev.tulle.conformance.hostile.SixHostile.ROUTING;
import static dev.tulle.conformance.hostile.SixHostile.behind;
import static dev.tulle.conformance.hostile.SixHostile.header;
import static dev.tulle.conformance.hostile.SixHostile.hostile;
import static dev.tulle.testkit.FrameChecks.icmpv6;
import static dev.tulle.testkit.FrameChecks.rest;
import static dev.tulle.testkit.HostHarness.HOST_MAC;
import static dev.tulle.testkit.HostHarness.PEER_MAC;

import dev.tulle.stack.Counter;
import dev.tulle.testkit.Discovery;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.HostileHarness;
import dev.tulle.testkit.Ipv6Packet;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.TcpSegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Hostile IPv6 headers. Methods are named after the catalogue's rows. */
class Ipv6HostileTest {
  private static Ipv6Packet to(String source, String destination) {
    return new Ipv6Packet(source, destination);
  }

  private static HostileHarness raw(byte[] packet) {
    return new HostileHarness(CLIENT)
        .before(HostHarness::six)
        .input(
            h ->
                Frames.ethernet(PEER_MAC, HOST_MAC)
                    .type(Frames.ETHERTYPE_IPV6)
                    .payload(packet)
                    .unpadded()
                    .build());
  }

  @Test
  void ip601_payloadLengthsThatAreNotThere() {
    for (int claimed : new int[] {33, 1400, 0x7FFF, 0x8000, 0xFFFF}) {
      hostile(to(PEER, HOST).icmp(128, 0, ECHO).payloadLength(claimed))
          .counts(Counter.IP6_TRUNCATED)
          .withoutVariations()
          .run();
    }
    hostile(to(PEER, HOST).icmp(128, 0, ECHO).payloadLength(1400))
        .counts(Counter.IP6_TRUNCATED)
        .run();
    hostile(to(PEER, HOST).tcp(Frames.tcp(1, 2)).payloadLength(0))
        .counts(Counter.IP6_TRUNCATED)
        .run();
  }

  @Test
  void ip601_framesShorterThanAHeader() {
    byte[] whole = to(PEER, HOST).payload(59, new byte[0]).build();
    for (int length = 0; length < whole.length; length++) {
      raw(Arrays.copyOf(whole, length))
          .counts(length == 0 ? Counter.ETH_SHORT : Counter.IP6_TRUNCATED)
          .withoutVariations()
          .run();
    }
    byte[] version = whole.clone();
    version[0] = 0x40;
    raw(version).counts(Counter.IP6_BADVER).run();
  }

  @Test
  void ip602_payloadsThatEndWithinAHeader() {
    for (int length = 0; length < 8; length++) {
      hostile(to(PEER, HOST).payload(DESTINATION, new byte[length]))
          .counts(length == 0 ? Counter.IP6_TRUNCATED : Counter.IP6_BADCHAIN)
          .withoutVariations()
          .run();
      hostile(to(PEER, HOST).payload(ROUTING, new byte[length]))
          .counts(length == 0 ? Counter.IP6_TRUNCATED : Counter.IP6_BADCHAIN)
          .withoutVariations()
          .run();
    }
    // The chain fills the payload: where its transport should be there is nothing.
    hostile(behind(DESTINATION, header(6, 1, 4, 0, 0, 0, 0)).payload(6, new byte[0]))
        .counts(Counter.IP6_BADCHAIN)
        .run();
    int[] upper = {6, 17, ICMP};
    int[] shortOf = {Counter.TCP_SHORT, Counter.UDP_SHORT, Counter.ICMP_SHORT};
    int[] least = {20, 8, 8};
    for (int i = 0; i < upper.length; i++) {
      for (int missing = 1; missing <= 3; missing++) {
        hostile(
                to(PEER, HOST)
                    .extensions(DESTINATION, header(upper[i], 1, 4, 0, 0, 0, 0))
                    .payload(upper[i], new byte[least[i] - missing]))
            .counts(shortOf[i])
            .withoutVariations()
            .run();
      }
    }
  }

  @Test
  void ip603_optionsThatEndBehindTheirHeader() {
    for (int first : new int[] {HOP_BY_HOP, DESTINATION}) {
      byte[] longer = header(ICMP, 1, 4, 0, 0, 0, 0);
      longer[1] = (byte) 255;
      hostile(behind(first, longer)).counts(Counter.IP6_BADOPT).run();
      for (int length : new int[] {5, 0x7F, 0x80, 0xFE, 0xFF}) {
        hostile(behind(first, header(ICMP, 5, length, 0, 0, 0, 0)))
            .counts(Counter.IP6_BADOPT)
            .withoutVariations()
            .run();
      }
      // The type of an option in the last octet, its length behind the header.
      hostile(behind(first, header(ICMP, 1, 3, 0, 0, 0, 5))).counts(Counter.IP6_BADOPT).run();
    }
  }

  @Test
  void ip604_headersOfSensorNetworks() {
    // RPL's option 0x63 has the bits of "drop silently".
    hostile(behind(HOP_BY_HOP, header(ICMP, 0x63, 4, 0, 0, 0, 0)))
        .counts(Counter.IP6_UNKNOWN_OPTION)
        .run();
    hostile(behind(ROUTING, header(ICMP, 3, 200, 0xFF, 0, 0, 0)))
        .counts(Counter.IP6_ROUTING, Counter.ICMP_ERROR_SENT)
        .replies(icmpv6(4, 0).and(rest(42)))
        .run();
  }

  @Test
  void ip605_routingHeadersLeadNowhere() {
    byte[] none = header(ICMP, 0, 0, 0, 0, 0, 0);
    hostile(behind(ROUTING, none)).replies(icmpv6(129, 0)).run();
    for (int left : new int[] {1, 2, 0x7F, 0x80, 0xFF}) {
      byte[] one = Octets.concat(header(ICMP, 0, left, 0, 0, 0, 0), Ipv6Packet.address(PEER));
      one[1] = 2;
      hostile(behind(ROUTING, one))
          .counts(Counter.IP6_ROUTING, Counter.ICMP_ERROR_SENT)
          .replies(icmpv6(4, 0).and(rest(42)))
          .withoutVariations()
          .run();
    }
    byte[] odd = header(ICMP, 0, 1, 0, 0, 0, 0);
    odd[1] = 1; // eight octets of an address
    hostile(behind(ROUTING, odd, new byte[8]))
        .counts(Counter.IP6_ROUTING, Counter.ICMP_ERROR_SENT)
        .replies(icmpv6(4, 0))
        .run();
    byte[] first = header(ROUTING, 0, 0, 0, 0, 0, 0);
    hostile(behind(ROUTING, first, header(ICMP, 0, 9, 0, 0, 0, 0)))
        .counts(Counter.IP6_ROUTING, Counter.ICMP_ERROR_SENT)
        .replies(icmpv6(4, 0).and(rest(50)))
        .run();
  }

  @Test
  void ip606_chainsWithoutEnd() {
    byte[] empty = header(DESTINATION, 1, 4, 0, 0, 0, 0);
    byte[][] many = new byte[150][];
    Arrays.fill(many, empty);
    many[149] = header(ICMP, 1, 4, 0, 0, 0, 0);
    hostile(behind(DESTINATION, many)).counts(Counter.IP6_CHAIN_LIMIT).withoutVariations().run();
    byte[][] routing = new byte[9][];
    Arrays.fill(routing, header(ROUTING, 0, 0, 0, 0, 0, 0));
    routing[8] = header(ICMP, 0, 0, 0, 0, 0, 0);
    hostile(behind(ROUTING, routing)).counts(Counter.IP6_CHAIN_LIMIT).run();
    // Pad1 a thousand times, and once more than is borne.
    hostile(behind(DESTINATION, header(ICMP, new int[1006])))
        .counts(Counter.IP6_CHAIN_LIMIT)
        .withoutVariations()
        .run();
    hostile(behind(DESTINATION, header(ICMP, new int[14]))).counts(Counter.IP6_CHAIN_LIMIT).run();
    hostile(behind(DESTINATION, header(ICMP, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))
        .counts(Counter.IP6_CHAIN_LIMIT)
        .run();
    int[] options = new int[2 * 17];
    for (int i = 0; i < options.length; i += 2) {
      options[i] = 0x1E; // unknown, to be skipped
    }
    hostile(behind(DESTINATION, header(ICMP, options))).counts(Counter.IP6_CHAIN_LIMIT).run();
  }

  @Test
  void ip607_headersWhereTheyMustNotBe() {
    byte[] toHop = header(HOP_BY_HOP, 1, 4, 0, 0, 0, 0);
    byte[] toIcmp = header(ICMP, 1, 4, 0, 0, 0, 0);
    for (int first : new int[] {HOP_BY_HOP, DESTINATION}) {
      hostile(behind(first, toHop, toIcmp))
          .counts(Counter.IP6_BADCHAIN, Counter.ICMP_ERROR_SENT)
          .replies(icmpv6(4, 1).and(rest(40)))
          .run();
    }
    byte[] toDestination = header(DESTINATION, 1, 4, 0, 0, 0, 0);
    hostile(behind(DESTINATION, toDestination, toDestination, toIcmp))
        .counts(Counter.IP6_CHAIN_LIMIT)
        .run();
  }

  @Test
  void ip608_unknownOptions() {
    int[] actions = {0x1E, 0x5E, 0x9E, 0xDE};
    for (int action = 0; action < 4; action++) {
      byte[] unknown = header(ICMP, actions[action], 4, 0, 0, 0, 0);
      HostileHarness one = hostile(behind(DESTINATION, unknown));
      HostileHarness all =
          hostile(to(PEER, ALL_NODES).extensions(DESTINATION, unknown).icmp(128, 0, ECHO));
      if (action == 0) {
        one.replies(icmpv6(129, 0));
        all.counts(Counter.ICMP_GROUP);
      } else if (action == 1) {
        one.counts(Counter.IP6_UNKNOWN_OPTION);
        all.counts(Counter.IP6_UNKNOWN_OPTION);
      } else {
        one.counts(Counter.IP6_UNKNOWN_OPTION, Counter.ICMP_ERROR_SENT)
            .replies(icmpv6(4, 2).and(rest(42)));
        if (action == 2) {
          all.counts(Counter.IP6_UNKNOWN_OPTION, Counter.ICMP_ERROR_SENT)
              .replies(icmpv6(4, 2).and(rest(42)));
        } else {
          all.counts(Counter.IP6_UNKNOWN_OPTION);
        }
      }
      one.run();
      all.run();
    }
  }

  @Test
  void ip608_unknownHeaders() {
    hostile(to(PEER, HOST).payload(253, new byte[20]))
        .counts(Counter.IP6_UNKNOWN_NEXT, Counter.ICMP_ERROR_SENT)
        .replies(icmpv6(4, 1).and(rest(6)))
        .run();
    hostile(to(PEER, ALL_NODES).payload(253, new byte[20])).counts(Counter.IP6_UNKNOWN_NEXT).run();
    hostile(to(PEER, HOST).payload(59, Octets.pattern(0, 40))).run();
    hostile(behind(DESTINATION, header(59, 1, 4, 0, 0, 0, 0))).run();
  }

  @Test
  void ip609_groupsWithAndWithoutAddresses() {
    byte[] query = new byte[20]; // a node information query
    hostile(to(PEER, ALL_NODES).icmp(139, 0, query)).counts(Counter.ICMP_IGNORED).run();
    hostile(to(PEER, ALL_NODES).icmp(139, 0, new byte[0])).counts(Counter.ICMP_SHORT).run();
    hostile(to(PEER, "ff02::1234").icmp(128, 0, ECHO)).counts(Counter.IP6_NOTJOINED).run();
    hostile(to(PEER, "ff01::1").icmp(128, 0, ECHO)).counts(Counter.IP6_MARTIAN).run();
    hostile(to(PEER, "ff00::1").icmp(128, 0, ECHO)).counts(Counter.IP6_MARTIAN).run();
    // A host without any address of IPv6.
    Ipv6Packet[] packets = {
      to("fe80::9", ALL_NODES).icmp(139, 0, query),
      to("fe80::9", ALL_NODES).udp(1, 2, new byte[9]),
      to("fe80::9", ALL_NODES)
          .extensions(DESTINATION, header(ICMP, 0x9E, 4, 0, 0, 0, 0))
          .icmp(128, 0, ECHO),
      Discovery.listenerQuery(1000, "::", 0),
    };
    int[][] counts = {
      {Counter.ICMP_IGNORED},
      {Counter.UDP_NO_PORT},
      {Counter.IP6_UNKNOWN_OPTION, Counter.ICMP_ERROR_SENT, Counter.IP_NO_ROUTE},
      {},
    };
    for (int i = 0; i < packets.length; i++) {
      Ipv6Packet packet = packets[i];
      new HostileHarness(CLIENT).input(h -> h.fromPeer(packet)).counts(counts[i]).run();
    }
  }

  @Test
  void ip610_addressesThatAreNoHosts() {
    String[] sources = {"ff02::1", "ff0e::1", "::1", "::ffff:192.0.2.1", HOST};
    for (String source : sources) {
      hostile(to(source, HOST).icmp(128, 0, ECHO)).counts(Counter.IP6_MARTIAN).run();
    }
    hostile(to("::", HOST).udp(1, 2, new byte[9])).counts(Counter.IP6_MARTIAN).run();
    hostile(to("::", HOST).tcp(Frames.tcp(1, 7).flags(TcpSegment.SYN)))
        .counts(Counter.IP6_MARTIAN)
        .run();
    hostile(to("::", HOST).icmp(128, 0, ECHO)).counts(Counter.IP_NO_ROUTE).run();
    for (String destination : new String[] {"::1", "::", "::ffff:10.9.0.2"}) {
      hostile(to(PEER, destination).icmp(128, 0, ECHO)).counts(Counter.IP6_MARTIAN).run();
    }
    hostile(to(PEER, "fd00::9").icmp(128, 0, ECHO)).counts(Counter.IP6_NOTOURS).run();
    hostile(to("fe80::9", "2001:db8::1").icmp(128, 0, ECHO)).counts(Counter.IP6_NOTOURS).run();
  }

  @Test
  void ip611_jumbograms() {
    for (int length : new int[] {0, 65_535, 65_536, 0x7FFF_FFFF, 0x8000_0000, -1}) {
      byte[] jumbo = header(ICMP, 0xC2, 4, length >>> 24, length >>> 16, length >>> 8, length);
      hostile(behind(HOP_BY_HOP, jumbo))
          .counts(Counter.IP6_UNKNOWN_OPTION, Counter.ICMP_ERROR_SENT)
          .replies(icmpv6(4, 2).and(rest(42)))
          .withoutVariations()
          .run();
      hostile(behind(HOP_BY_HOP, jumbo).payloadLength(0)).counts(Counter.IP6_TRUNCATED).run();
    }
  }

  @Test
  void ip612_authenticationHeaders() {
    for (int length : new int[] {0, 1, 60, 0xFF}) {
      byte[] header = new byte[24];
      header[0] = ICMP;
      header[1] = (byte) length;
      hostile(to(PEER, HOST).payload(51, header)).counts(Counter.IP6_BADCHAIN).run();
    }
    for (int octets = 1; octets < 16; octets++) {
      hostile(to(PEER, HOST).payload(51, Octets.concat(Octets.of(ICMP), new byte[octets - 1])))
          .counts(Counter.IP6_BADCHAIN)
          .withoutVariations()
          .run();
    }
    byte[] whole = new byte[24];
    whole[0] = ICMP;
    whole[1] = 2; // four words: (2 + 2) * 4
    hostile(to(PEER, HOST).payload(51, whole))
        .counts(Counter.IP6_UNKNOWN_NEXT, Counter.ICMP_ERROR_SENT)
        .replies(icmpv6(4, 1).and(rest(6)))
        .run();
  }
}
