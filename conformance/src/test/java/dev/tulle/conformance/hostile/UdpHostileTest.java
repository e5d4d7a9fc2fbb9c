// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.testkit.FrameChecks.icmp;
import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.HostHarness.PEER_MAC;
import static dev.tulle.testkit.HostHarness.STRANGER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Minimal;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.HostileHarness;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.UdpDatagram;
import dev.tulle.udp.UdpSocket;
import org.junit.jupiter.api.Test;

/** Hostile UDP datagrams. Methods are named after the catalogue's rows. */
class UdpHostileTest {
  private static final int PORT = 5000;

  /** A host with a socket on the port that most of these are for. */
  private static HostileHarness hostile(int source, UdpDatagram datagram) {
    UdpSocket[] socket = new UdpSocket[1];
    return new HostileHarness(Minimal::host)
        .before(h -> socket[0] = h.host.udp.bind(PORT))
        .after(h -> socket[0].close())
        .input(h -> h.fromPeer(Frames.ipv4(source, HOST).udp(datagram)));
  }

  private static HostileHarness hostile(UdpDatagram datagram) {
    return hostile(PEER, datagram);
  }

  private static UdpDatagram datagram() {
    return Frames.udp(4000, PORT).data(0, 12);
  }

  @Test
  void udp01_lengthsThatAreTooSmallOrTooLarge() {
    for (int length : new int[] {0, 1, 6, 7, 21, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF}) {
      hostile(datagram().length(length)).counts(Counter.UDP_BADLEN).run();
    }
    byte[] whole = Octets.of(0x10, 0, PORT >>> 8, PORT & 0xFF, 0, 8, 0, 0);
    for (int length = 0; length < 8; length++) {
      byte[] cut = Octets.resized(whole, length);
      new HostileHarness(Minimal::host)
          .input(h -> h.fromPeer(Frames.ipv4(PEER, HOST).payload(17, cut)))
          .counts(Counter.UDP_SHORT)
          .run();
    }
  }

  @Test
  void udp01_octetsBehindTheLengthAreNotDelivered() {
    for (int length = 8; length <= 20; length++) {
      HostHarness h = new HostHarness(Minimal::host);
      UdpSocket socket = h.host.udp.bind(PORT);
      h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).udp(datagram().length(length).checksum(0))));
      assertEquals(length - 8, socket.receive(new byte[100], 0, 100, null));
    }
  }

  @Test
  void udp02_checksums() {
    hostile(datagram().checksumOff(1)).counts(Counter.UDP_BADSUM).run();
    hostile(datagram().checksum(0xFFFF)).counts(Counter.UDP_BADSUM).run();
    hostile(datagram().checksum(0)).run();
  }

  @Test
  void udp03_portZeroAndSourcesThatAreNoHosts() {
    hostile(Frames.udp(4000, 0).data(0, 4)).counts(Counter.UDP_BADPORT).run();
    hostile(Frames.udp(0, PORT).data(0, 4)).run(); // RFC 768: the source port is optional
    for (String source : new String[] {"224.0.0.5", "10.9.0.255", "255.255.255.255"}) {
      hostile(Octets.address(source), datagram()).counts(Counter.IP_MARTIAN).run();
    }
  }

  @Test
  void udp04_noServiceAnswersWhatLooksLikeAnAnswer() {
    for (int port : new int[] {7, 19, 53, 123}) {
      hostile(Frames.udp(port, 7).data(0, 4))
          .counts(Counter.UDP_NO_PORT, Counter.ICMP_ERROR_SENT)
          .replies(icmp(3, 3))
          .run();
      hostile(HOST, Frames.udp(port, port).data(0, 4)).counts(Counter.IP_MARTIAN).run();
    }
  }

  @Test
  void udp05_aFloodToAPortThatNobodyReads() {
    for (int length : new int[] {0, 1, 1472}) {
      HostHarness h = new HostHarness(Minimal::host);
      UdpSocket socket = h.host.udp.bind(PORT);
      for (int i = 0; i < 20_000; i++) {
        h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).udp(Frames.udp(i, PORT).data(0, length))));
      }
      long refused = h.counter(Counter.UDP_RCVBUF_FULL);
      assertTrue(refused >= 19_000, refused + " refused");
      Endpoint from = new Endpoint();
      int held = 0;
      while (socket.receive(new byte[1472], 0, 1472, from) >= 0) {
        assertEquals(held, from.port, "the newest are dropped");
        held++;
      }
      assertEquals(20_000 - refused, held);
      h.expectNothing();
      h.expectNoInternalError();
    }
  }

  @Test
  void udp06_aConnectedSocketHearsItsPeerAlone() {
    for (UdpDatagram other :
        new UdpDatagram[] {Frames.udp(4001, PORT).data(0, 4), Frames.udp(53, PORT).data(0, 4)}) {
      UdpSocket[] socket = new UdpSocket[1];
      new HostileHarness(Minimal::host)
          .before(
              h -> {
                socket[0] = h.host.udp.bind(PORT);
                socket[0].connect(new Endpoint(STRANGER, 53));
              })
          .after(h -> socket[0].close())
          .input(h -> h.fromPeer(Frames.ipv4(PEER, HOST).udp(other)))
          .counts(Counter.UDP_NO_PORT, Counter.ICMP_ERROR_SENT)
          .replies(icmp(3, 3))
          .then(h -> assertEquals(Status.WOULD_BLOCK, socket[0].receive(new byte[9], 0, 9, null)))
          .run();
    }
  }

  @Test
  void udp07_broadcastsToClosedPortsAreNotAnswered() {
    for (int target : new int[] {-1, Octets.address("10.9.0.255")}) {
      for (long mac : new long[] {Frames.BROADCAST, HostHarness.HOST_MAC}) {
        new HostileHarness(Minimal::host)
            .input(
                h ->
                    Frames.ethernet(PEER_MAC, mac)
                        .ipv4(Frames.ipv4(PEER, target).udp(Frames.udp(1, 99).data(0, 4)))
                        .build())
            .counts(Counter.UDP_NO_PORT)
            .run();
      }
    }
  }
}
