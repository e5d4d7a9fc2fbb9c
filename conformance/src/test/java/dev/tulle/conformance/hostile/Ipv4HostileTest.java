// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.testkit.FrameChecks.data;
import static dev.tulle.testkit.FrameChecks.fromAddress;
import static dev.tulle.testkit.FrameChecks.icmp;
import static dev.tulle.testkit.FrameChecks.toAddress;
import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.HOST_MAC;
import static dev.tulle.testkit.HostHarness.MASK;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.HostHarness.PEER_MAC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Minimal;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.HostileHarness;
import dev.tulle.testkit.IcmpMessage;
import dev.tulle.testkit.Ipv4Datagram;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.TcpSegment;
import dev.tulle.udp.UdpSocket;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Hostile IPv4 headers. Methods are named after the catalogue's rows. */
class Ipv4HostileTest {
  private static final int[] PROTOCOLS = {1, 6, 17};

  private static IcmpMessage echo() {
    return Frames.echoRequest(1, 1, 8);
  }

  private static Ipv4Datagram ping() {
    return Frames.ipv4(PEER, HOST).icmp(echo());
  }

  private static HostileHarness hostile(Ipv4Datagram datagram) {
    return new HostileHarness(Minimal::host).input(h -> h.fromPeer(datagram));
  }

  private static HostileHarness unpadded(Ipv4Datagram datagram) {
    byte[] frame = Frames.ethernet(PEER_MAC, HOST_MAC).ipv4(datagram).unpadded().build();
    return new HostileHarness(Minimal::host).input(h -> frame);
  }

  private static byte[] repeated(int times, int... octets) {
    byte[] all = {};
    for (int i = 0; i < times; i++) {
      all = Octets.concat(all, Octets.of(octets));
    }
    return all;
  }

  @Test
  void ip401_totalLengthBeyondTheFrame() {
    for (int protocol : PROTOCOLS) {
      for (int total : new int[] {47, 1500, 0x7FFF, 0x8000, 0xFFFF}) {
        hostile(Frames.ipv4(PEER, HOST).payload(protocol, new byte[20]).totalLength(total))
            .counts(Counter.IP_TRUNCATED)
            .run();
      }
    }
    byte[] whole = ping().build();
    for (int length = 1; length < 20; length++) {
      byte[] frame =
          Frames.ethernet(PEER_MAC, HOST_MAC)
              .payload(Arrays.copyOf(whole, length))
              .unpadded()
              .build();
      new HostileHarness(Minimal::host).input(h -> frame).counts(Counter.IP_TRUNCATED).run();
    }
  }

  @Test
  void ip402_totalLengthSmallerThanTheHeader() {
    hostile(ping().ihl(15).totalLength(20)).counts(Counter.IP_BADLEN).run();
    for (int total = 0; total < 20; total++) {
      hostile(ping().totalLength(total)).counts(Counter.IP_BADLEN).withoutVariations().run();
    }
    for (int words = 5; words <= 15; words++) {
      byte[] options = repeated(words * 4 - 20, 1);
      hostile(ping().options(options).totalLength(words * 4 - 1)).counts(Counter.IP_BADLEN).run();
    }
  }

  @Test
  void ip403_headerLengthTooSmallOrBeyondTheFrame() {
    for (int words = 0; words < 5; words++) {
      hostile(ping().ihl(words)).counts(Counter.IP_BADIHL).run();
    }
    unpadded(Frames.ipv4(PEER, HOST).ihl(15).totalLength(60)).counts(Counter.IP_BADIHL).run();
    unpadded(Frames.ipv4(PEER, HOST).ihl(6).totalLength(24)).counts(Counter.IP_BADIHL).run();
  }

  @Test
  void ip403_datagramsWithoutPayload() {
    int[] counters = {Counter.ICMP_SHORT, Counter.TCP_SHORT, Counter.UDP_SHORT};
    for (int i = 0; i < PROTOCOLS.length; i++) {
      hostile(Frames.ipv4(PEER, HOST).protocol(PROTOCOLS[i])).counts(counters[i]).run();
      unpadded(Frames.ipv4(PEER, HOST).protocol(PROTOCOLS[i])).counts(counters[i]).run();
    }
  }

  @Test
  void ip404_versionsOtherThanFour() {
    for (int version : new int[] {0, 5, 6, 15}) {
      hostile(ping().version(version)).counts(Counter.IP_BADVER).run();
    }
    byte[] frame =
        Frames.ethernet(PEER_MAC, HOST_MAC)
            .type(Frames.ETHERTYPE_IPV6)
            .payload(ping().build())
            .build();
    new HostileHarness(Minimal::host).input(h -> frame).counts(Counter.ETH_UNKNOWN_TYPE).run();
  }

  @Test
  void ip405_sourceRoutes() {
    for (int times : new int[] {1, 2, 13}) {
      for (int type : new int[] {0x83, 0x89}) {
        byte[] options = repeated(times, type, 3, 0x27);
        hostile(ping().options(options)).counts(Counter.IP_SRCROUTE).run();
        hostile(Frames.ipv4(PEER, Octets.address("192.0.2.99")).icmp(echo()).options(options))
            .counts(Counter.IP_SRCROUTE)
            .run();
      }
    }
  }

  @Test
  void ip406_optionsThatDoNotAddUp() {
    for (byte[] options :
        new byte[][] {
          Octets.of(0x44, 0),
          Octets.of(0x44, 1),
          Octets.of(0x44, 5),
          Octets.of(0x44, 0x7F),
          Octets.of(0x44, 0x80),
          Octets.of(0x44, 0xFF),
          Octets.of(1, 1, 1, 0x44),
          Octets.of(7, 4, 4, 0, 1, 1, 1, 7)
        }) {
      hostile(ping().options(options)).counts(Counter.IP_BADOPT).run();
    }
    for (int pointer : new int[] {0, 1, 2, 3, 12, 255}) {
      hostile(ping().options(Octets.of(0x83, 11, pointer, 1, 2, 3, 4, 5, 6, 7, 8, 0)))
          .counts(Counter.IP_SRCROUTE)
          .run();
    }
    // Forty octets without an end of the list are well formed.
    hostile(ping().options(repeated(40, 1))).replies(icmp(0, 0)).run();
  }

  @Test
  void ip407_recordedRoutesAreNotCopiedIntoReplies() {
    int third = Octets.address("192.0.2.77");
    byte[] record =
        Octets.concat(Octets.of(7, 11, 8), Octets.of(192, 0, 2, 77, 192, 0, 2, 78), Octets.of(0));
    hostile(ping().options(record))
        .replies(icmp(0, 0).and(toAddress(PEER)).and(data(Octets.pattern(0, 8))))
        .then(h -> assertTrue(third != PEER))
        .run();
    HostHarness h = new HostHarness(Minimal::host);
    h.inject(h.fromPeer(ping().options(record)));
    assertEquals(20, h.expect(icmp(0, 0)).ipv4Header().length);
    hostile(ping().options(Octets.of(0x83, 7, 4, 192, 0, 2, 77, 0)))
        .counts(Counter.IP_SRCROUTE)
        .run();
  }

  @Test
  void ip408_tunnelsAreRefused() {
    byte[] inner = Frames.ipv4(PEER, HOST).icmp(echo()).build();
    byte[] badHeader = Frames.ipv4(PEER, HOST).icmp(echo()).ihl(15).build();
    byte[] badLength = Frames.ipv4(PEER, HOST).icmp(echo()).totalLength(21).build();
    byte[] nested = inner;
    for (int i = 0; i < 50; i++) {
      nested = Frames.ipv4(PEER, HOST).payload(4, nested).build();
    }
    for (int protocol : new int[] {4, 41}) {
      for (byte[] payload : new byte[][] {inner, badHeader, badLength, new byte[0]}) {
        hostile(Frames.ipv4(PEER, HOST).payload(protocol, payload))
            .counts(Counter.IP_UNKNOWN_PROTOCOL, Counter.ICMP_ERROR_SENT)
            .replies(icmp(3, 2).and(toAddress(PEER)).and(fromAddress(HOST)))
            .run();
      }
      hostile(Frames.ipv4(PEER, HOST).payload(protocol, nested))
          .counts(Counter.IP_UNKNOWN_PROTOCOL, Counter.ICMP_ERROR_SENT)
          .replies(icmp(3, 2))
          .withoutVariations()
          .run();
      hostile(Frames.ipv4(PEER, HOST).payload(protocol, Arrays.copyOf(inner, 16)).fragment(0, true))
          .counts(Counter.IP_FRAGMENT)
          .run();
      hostile(
              Frames.ipv4(PEER, HOST)
                  .payload(protocol, Arrays.copyOfRange(inner, 16, inner.length))
                  .fragment(16, false))
          .counts(Counter.IP_FRAGMENT)
          .run();
    }
  }

  @Test
  void ip409_addressesThatNoOtherHostHas() {
    for (String source :
        new String[] {
          "0.0.0.0",
          "0.255.255.255",
          "127.0.0.1",
          "127.255.255.255",
          "224.0.0.1",
          "239.255.255.255",
          "240.0.0.1",
          "255.255.255.254",
          "255.255.255.255",
          "10.9.0.255",
          "10.9.0.2"
        }) {
      int address = Octets.address(source);
      hostile(Frames.ipv4(address, HOST).icmp(echo()))
          .counts(Counter.IP_MARTIAN)
          .withoutVariations()
          .run();
      hostile(Frames.ipv4(address, HOST).tcp(Frames.tcp(1, 7).flags(TcpSegment.SYN)))
          .counts(Counter.IP_MARTIAN)
          .run();
      hostile(Frames.ipv4(address, HOST).udp(Frames.udp(1, 99).data(0, 1)))
          .counts(Counter.IP_MARTIAN)
          .withoutVariations()
          .run();
    }
    hostile(Frames.ipv4(PEER, Octets.address("127.0.0.1")).icmp(echo()))
        .counts(Counter.IP_MARTIAN)
        .run();
    for (String target :
        new String[] {"0.0.0.0", "10.9.0.3", "192.0.2.1", "224.0.0.1", "240.0.0.1"}) {
      hostile(Frames.ipv4(PEER, Octets.address(target)).icmp(echo()))
          .counts(Counter.IP_NOTOURS)
          .run();
    }
  }

  @Test
  void ip410_headerChecksums() {
    hostile(ping().checksumOff(1)).counts(Counter.IP_BADSUM).run();
    hostile(ping().checksumOff(-1)).counts(Counter.IP_BADSUM).run();
    hostile(ping().checksum(0)).counts(Counter.IP_BADSUM).run();
    hostile(ping().checksum(0xFFFF)).counts(Counter.IP_BADSUM).run();
    hostile(ping().options(repeated(40, 1)).checksumOff(0x100)).counts(Counter.IP_BADSUM).run();
  }

  @Test
  void ip411_identificationsTellNothing() {
    HostHarness h = new HostHarness(Minimal::host);
    for (int i = 0; i < 100; i++) {
      int source = PEER + (i % 3 == 0 ? 0 : 100);
      h.inject(h.fromPeer(Frames.ipv4(source, HOST).icmp(echo())));
      h.inject(
          h.fromPeer(Frames.ipv4(source, HOST).tcp(Frames.tcp(1 + i, 99).flags(TcpSegment.SYN))));
      h.inject(h.fromPeer(Frames.ipv4(source, HOST).udp(Frames.udp(1, 99).data(0, 1))));
      for (SeenFrame frame : h.takeSent()) {
        assertEquals(0, frame.identification());
        assertTrue(frame.dontFragment());
      }
    }
  }

  @Test
  void ip412_oddBitsAndTimesToLive() {
    // The reserved flag is ignored, and so is a time to live that has run out: RFC 1122 3.2.1.7.
    hostile(ping().flagsAndOffset(0x8000)).replies(icmp(0, 0)).run();
    hostile(ping().flagsAndOffset(0xC000)).replies(icmp(0, 0)).run();
    hostile(ping().ttl(0)).replies(icmp(0, 0)).run();
    hostile(ping().tos(0xFF)).replies(icmp(0, 0)).run();
    for (int field : new int[] {0x6000, 0x4001, 0x7FFF, 0xFFFF, 0x2000, 0x1FFF}) {
      hostile(ping().flagsAndOffset(field)).counts(Counter.IP_FRAGMENT).run();
    }
  }

  @Test
  void ip413_anInterfaceWithoutAnAddressTakesNothingForItself() {
    byte[][] frames = {
      Frames.ethernet(PEER_MAC, HOST_MAC).ipv4(Frames.ipv4(PEER, 0).icmp(echo())).build(),
      Frames.ethernet(PEER_MAC, HOST_MAC).ipv4(ping()).build(),
      Frames.ethernet(PEER_MAC, Frames.BROADCAST).ipv4(Frames.ipv4(PEER, 0).icmp(echo())).build(),
      Frames.ethernet(PEER_MAC, Frames.BROADCAST).ipv4(Frames.ipv4(PEER, -1).icmp(echo())).build(),
      Frames.ethernet(PEER_MAC, Frames.BROADCAST).arp(Frames.arpRequest(PEER_MAC, PEER, 0)).build(),
      Frames.ethernet(PEER_MAC, Frames.BROADCAST).arp(Frames.arpRequest(PEER_MAC, 0, 0)).build()
    };
    int[] counters = {
      Counter.IP_NOTOURS,
      Counter.IP_NOTOURS,
      Counter.IP_L2BCAST_UNICAST,
      Counter.ICMP_GROUP,
      Counter.ARP_BADADDR
    };
    for (int i = 0; i < frames.length; i++) {
      byte[] frame = frames[i];
      new HostileHarness(Minimal::host)
          .before(
              h -> {
                h.host.port.address = 0;
                h.host.port.mask = 0;
              })
          .input(h -> frame)
          .counts(i < counters.length ? new int[] {counters[i]} : new int[0])
          .then(h -> h.host.address(HOST, MASK, PEER))
          .withoutVariations()
          .run();
    }
  }

  @Test
  void ip413_withoutAnAddressABroadcastReachesASocketAndNothingIsOnTheLink() {
    HostHarness h = new HostHarness(Minimal::host);
    h.host.port.address = 0;
    h.host.port.mask = 0;
    UdpSocket socket = h.host.udp.bind(68);
    h.inject(
        Frames.ethernet(PEER_MAC, Frames.BROADCAST)
            .ipv4(Frames.ipv4(PEER, -1).udp(Frames.udp(67, 68).data(0, 10)))
            .build());
    assertEquals(10, socket.receive(new byte[10], 0, 10, null));
    byte[] octet = new byte[1];
    assertEquals(Status.UNREACHABLE, socket.send(octet, 0, 1, new Endpoint(PEER, 9), h.nowNs()));
    assertEquals(Status.UNREACHABLE, socket.send(octet, 0, 1, new Endpoint(0, 9), h.nowNs()));
    assertEquals(Status.OK, socket.send(octet, 0, 1, new Endpoint(-1, 67), h.nowNs()));
    assertEquals(0, h.next().source());
  }
}
