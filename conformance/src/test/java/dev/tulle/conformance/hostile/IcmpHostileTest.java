// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.testkit.FrameChecks.atMost;
import static dev.tulle.testkit.FrameChecks.fromAddress;
import static dev.tulle.testkit.FrameChecks.icmp;
import static dev.tulle.testkit.FrameChecks.toAddress;
import static dev.tulle.testkit.FrameChecks.toMac;
import static dev.tulle.testkit.FrameChecks.udp;
import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.MASK;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.HostHarness.PEER_MAC;
import static dev.tulle.testkit.HostHarness.STRANGER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Client;
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

/** Hostile ICMP messages. Methods are named after the catalogue's rows. */
class IcmpHostileTest {
  private static final int BROADCAST = Octets.address("10.9.0.255");
  private static final int[] ERRORS = {3, 11, 12};

  private static HostileHarness hostile(Ipv4Datagram datagram) {
    return new HostileHarness(Minimal::host).input(h -> h.fromPeer(datagram));
  }

  private static HostileHarness hostile(IcmpMessage message) {
    return hostile(Frames.ipv4(PEER, HOST).icmp(message));
  }

  private static HostileHarness toAll(Ipv4Datagram datagram) {
    return new HostileHarness(Minimal::host)
        .input(h -> Frames.ethernet(PEER_MAC, Frames.BROADCAST).ipv4(datagram).build());
  }

  /** A datagram as the host could have sent it. */
  private static Ipv4Datagram ours() {
    return Frames.ipv4(HOST, PEER).udp(Frames.udp(5000, 9).data(0, 20));
  }

  @Test
  void icm01_messagesShorterThanTheirHeader() {
    for (int type : new int[] {0, 3, 4, 5, 8, 11, 12, 13, 18, 255}) {
      byte[] whole = Frames.icmp(type, 0).data(0, 0).build();
      for (int length = 0; length < 8; length++) {
        // With a checksum that is right for the length that is there.
        byte[] message = Arrays.copyOf(whole, length);
        if (length >= 4) {
          Octets.put16(message, 2, 0);
          Octets.put16(message, 2, Octets.checksum(0, message, 0, length));
        }
        HostileHarness hostile =
            hostile(Frames.ipv4(PEER, HOST).payload(1, message)).counts(Counter.ICMP_SHORT);
        if (type != 8) {
          hostile.withoutVariations();
        }
        hostile.run();
      }
    }
  }

  @Test
  void icm01_checksumsThatAreWrong() {
    hostile(Frames.echoRequest(1, 1, 9).checksumOff(1)).counts(Counter.ICMP_BADSUM).run();
  }

  @Test
  void icm02_theOtherFamilysTypes() {
    for (int type = 128; type <= 137; type++) {
      hostile(Frames.icmp(type, 0).data(0, 24)).counts(Counter.ICMP_FAMILY).run();
      hostile(Frames.ipv4(PEER, HOST).payload(58, Frames.icmp(type, 0).data(0, 24).build()))
          .counts(Counter.ICMP_FAMILY)
          .run();
    }
  }

  @Test
  void icm03_quotesThatAreCutShort() {
    byte[] datagram = ours().build();
    for (int type : ERRORS) {
      for (int length = 0; length < 28; length++) {
        HostileHarness hostile =
            hostile(Frames.icmp(type, 4 % (type + 1)).data(Arrays.copyOf(datagram, length)))
                .counts(Counter.ICMP_BADQUOTE);
        if (type != 3) {
          hostile.withoutVariations();
        }
        hostile.run();
      }
    }
  }

  @Test
  void icm03_quotesOfWhatWeNeverSent() {
    Ipv4Datagram[] quotes = {
      ours().ihl(15),
      ours().ihl(4),
      ours().ihl(0),
      ours().version(6),
      ours().version(0),
      ours().totalLength(27),
      ours().totalLength(0),
      ours().fragment(8, false),
      ours().fragment(8, true),
      Frames.ipv4(PEER, HOST).udp(Frames.udp(5000, 9).data(0, 20)),
      Frames.ipv4(STRANGER, PEER).udp(Frames.udp(5000, 9).data(0, 20)),
      Frames.ipv4(HOST, PEER).payload(99, new byte[20]),
    };
    for (int type : ERRORS) {
      for (Ipv4Datagram quote : quotes) {
        hostile(Frames.icmp(type, 0).data(quote.build())).counts(Counter.ICMP_BADQUOTE).run();
      }
    }
  }

  @Test
  void icm03_quotesOfPortsThatAreClosedOrOfOthersConcernNobody() {
    hostile(Frames.icmp(3, 3).data(ours().build())).run();
    new HostileHarness(Minimal::host)
        .before(
            h -> {
              UdpSocket socket = h.host.udp.bind(5000);
              socket.connect(new Endpoint(STRANGER, 9));
            })
        .input(
            h -> h.fromPeer(Frames.ipv4(PEER, HOST).icmp(Frames.icmp(3, 3).data(ours().build()))))
        .run();
  }

  @Test
  void icm04_anAddressMaskReplyChangesNothing() {
    hostile(Frames.icmp(18, 0).data(new byte[4]))
        .counts(Counter.ICMP_IGNORED)
        .then(
            h -> {
              assertEquals(MASK, h.host.port.mask);
              assertEquals(HOST, h.host.port.address);
            })
        .run();
  }

  @Test
  void icm05_sourceQuenchIsIgnored() {
    hostile(Frames.icmp(4, 0).data(Frames.ipv4(HOST, PEER).tcp(Frames.tcp(7, 4000)).build()))
        .counts(Counter.ICMP_IGNORED)
        .run();
  }

  @Test
  void icm07_anyNextHopMtuIsSurvived() {
    for (int mtu : new int[] {0, 1, 67, 68, 551, 552, 1499, 1500, 0x7FFF, 0x8000, 0xFFFF}) {
      HostHarness h = new HostHarness(Minimal::host);
      UdpSocket socket = h.host.udp.bind(5000);
      byte[] data = new byte[1472];
      Endpoint peer = new Endpoint(PEER, 9);
      assertEquals(Status.OK, socket.send(data, 0, 1472, peer, h.nowNs()));
      SeenFrame sent = h.expect(udp(5000, 9));
      byte[] quote = Octets.concat(sent.ipv4Header(), Arrays.copyOf(sent.ipv4Payload(), 8));
      h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).icmp(Frames.icmp(3, 4).rest(mtu).data(quote))));
      assertEquals(Status.TOO_LARGE, socket.receive(data, 0, 1, null));
      assertEquals(Status.OK, socket.send(data, 0, 1472, peer, h.nowNs()));
      h.expect(udp(5000, 9));
      h.expectNoInternalError();
    }
  }

  @Test
  void icm08_redirectsAreIgnored() {
    int attacker = Octets.address("10.9.0.66");
    for (int code = 0; code < 4; code++) {
      hostile(
              Frames.icmp(5, code)
                  .rest(attacker)
                  .data(Frames.ipv4(HOST, STRANGER).udp(Frames.udp(1, 2).data(0, 8)).build()))
          .counts(Counter.ICMP_IGNORED)
          .then(
              h -> {
                UdpSocket socket = h.host.udp.bind(5000);
                socket.send(new byte[1], 0, 1, new Endpoint(STRANGER, 9), h.nowNs());
                socket.close();
                h.expect(udp(5000, 9).and(toMac(PEER_MAC)));
              })
          .run();
    }
  }

  @Test
  void icm09_nothingIsToldAboutWhatMustNotBeAnswered() {
    byte[] closed = Octets.of(0, 1, 0, 99, 0, 8, 0, 0);
    for (int target : new int[] {-1, BROADCAST}) {
      toAll(Frames.ipv4(PEER, target).udp(Frames.udp(1, 99).data(0, 4)))
          .counts(Counter.UDP_NO_PORT)
          .run();
      toAll(Frames.ipv4(PEER, target).payload(99, new byte[20]))
          .counts(Counter.IP_UNKNOWN_PROTOCOL)
          .run();
    }
    hostile(Frames.ipv4(PEER, Octets.address("224.0.0.1")).payload(17, closed))
        .counts(Counter.IP_NOTOURS)
        .run();
    for (int protocol : new int[] {17, 99}) {
      for (boolean more : new boolean[] {false, true}) {
        hostile(Frames.ipv4(PEER, HOST).payload(protocol, closed).fragment(8, more))
            .counts(Counter.IP_FRAGMENT)
            .run();
      }
      for (String source : new String[] {"0.0.0.0", "224.0.0.1", "255.255.255.255"}) {
        hostile(Frames.ipv4(Octets.address(source), HOST).payload(protocol, closed))
            .counts(Counter.IP_MARTIAN)
            .run();
      }
    }
    for (int type : ERRORS) {
      byte[] quote = Frames.ipv4(HOST, PEER).payload(99, new byte[20]).build();
      hostile(Frames.icmp(type, 0).data(quote)).counts(Counter.ICMP_BADQUOTE).run();
    }
  }

  @Test
  void icm10_echoRequestsToAllAreNotAnswered() {
    for (int target : new int[] {-1, BROADCAST}) {
      toAll(Frames.ipv4(PEER, target).icmp(Frames.echoRequest(1, 1, 8)))
          .counts(Counter.ICMP_GROUP)
          .run();
      hostile(Frames.ipv4(PEER, target).icmp(Frames.echoRequest(1, 1, 8)))
          .counts(Counter.ICMP_GROUP)
          .run();
    }
  }

  @Test
  void icm11_probesInAnothersNameDoNotUseUpWhatIsLeftForAll() {
    HostHarness h = new HostHarness(Client::host);
    h.inject(h.fromPeer(Frames.ipv4(STRANGER, HOST).icmp(Frames.echoRequest(1, 1, 0))));
    h.takeSent();
    for (int i = 0; i < 1000; i++) {
      h.inject(h.fromPeer(Frames.ipv4(STRANGER, HOST).udp(Frames.udp(53, 1024 + i).data(0, 8))));
    }
    assertEquals(10, h.takeSent().size());
    h.inject(
        h.fromPeer(
            Frames.ipv4(Octets.address("198.51.100.9"), HOST).udp(Frames.udp(53, 9).data(0, 8))));
    h.expect(icmp(3, 3).and(toAddress(Octets.address("198.51.100.9"))));
  }

  @Test
  void icm12_echoesAreNoLargerThanTheRequestAndLimited() {
    hostile(Frames.echoRequest(1, 1, 30)).replies(icmp(0, 0).and(atMost(72))).run();
    hostile(Frames.ipv4(PEER, HOST).icmp(Frames.echoRequest(1, 1, 1400)).fragment(0, true))
        .counts(Counter.IP_FRAGMENT)
        .withoutVariations()
        .run();
    HostHarness h = new HostHarness(Minimal::host);
    for (int i = 0; i < 20_000; i++) {
      h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).icmp(Frames.echoRequest(1, 1, 30))));
    }
    assertEquals(10_000, h.takeSent().size());
    assertEquals(10_000, h.counter(Counter.ICMP_RATELIMITED));
  }

  @Test
  void icm13_repliesCutShortWhileAPingIsOutstanding() {
    for (int total = 0; total < 28; total++) {
      int counter = total < 20 ? Counter.IP_BADLEN : Counter.ICMP_SHORT;
      int claimed = total;
      new HostileHarness(Client::host)
          .before(h -> h.host.ping.send(new Endpoint(PEER, 0), 0, h.nowNs()))
          .input(
              h ->
                  h.fromPeer(
                      Frames.ipv4(PEER, HOST).icmp(Frames.echoReply(1, 0, 0)).totalLength(claimed)))
          .counts(counter)
          .then(h -> assertFalse(h.host.ping.next()))
          .withoutVariations()
          .run();
    }
  }

  @Test
  void icm13_repliesThatMatchNoRequest() {
    new HostileHarness(Client::host)
        .before(h -> h.host.ping.send(new Endpoint(PEER, 0), 56, h.nowNs()))
        .input(h -> h.fromPeer(Frames.ipv4(PEER, HOST).icmp(Frames.echoReply(1, 0, 56))))
        .counts(Counter.ICMP_UNMATCHED)
        .then(h -> assertFalse(h.host.ping.next()))
        .run();
    hostile(Frames.echoReply(1, 0, 56)).counts(Counter.ICMP_UNMATCHED).run();
  }

  @Test
  void icm14_errorsAboutLongHeadersStayWithinTheLimit() {
    byte[] nops = new byte[40];
    Arrays.fill(nops, (byte) 1);
    for (int length : new int[] {0, 8, 60, 500, 1440}) {
      HostileHarness hostile =
          hostile(Frames.ipv4(PEER, HOST).options(nops).payload(99, new byte[length]))
              .counts(Counter.IP_UNKNOWN_PROTOCOL, Counter.ICMP_ERROR_SENT)
              .replies(icmp(3, 2).and(atMost(14 + 576)));
      if (length > 60) {
        hostile.withoutVariations();
      }
      hostile.run();
    }
  }

  @Test
  void icm15_timestampAndInformationRequestsAreIgnored() {
    for (int type = 13; type <= 18; type++) {
      hostile(Frames.icmp(type, 0).data(0, 12)).counts(Counter.ICMP_IGNORED).run();
    }
  }

  @Test
  void icm16_unknownTypesAreIgnored() {
    for (int type : new int[] {1, 2, 6, 7, 9, 10, 19, 30, 40, 127, 138, 200, 253, 254, 255}) {
      hostile(Frames.icmp(type, 0).data(0, 12))
          .counts(Counter.ICMP_IGNORED)
          .withoutVariations()
          .run();
    }
  }

  @Test
  void icm17_errorsComeFromOurOwnAddress() {
    hostile(Frames.ipv4(PEER, HOST).udp(Frames.udp(1, 99).data(0, 1)))
        .counts(Counter.UDP_NO_PORT, Counter.ICMP_ERROR_SENT)
        .replies(icmp(3, 3).and(fromAddress(HOST)).and(toAddress(PEER)))
        .run();
    hostile(Frames.ipv4(PEER, Octets.address("10.9.0.77")).udp(Frames.udp(1, 99).data(0, 1)))
        .counts(Counter.IP_NOTOURS)
        .run();
    hostile(
            Frames.ipv4(PEER, Octets.address("10.9.0.77"))
                .tcp(Frames.tcp(1, 7).flags(TcpSegment.SYN)))
        .counts(Counter.IP_NOTOURS)
        .run();
  }
}
