// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.testkit.FrameChecks.arpReplyOf;
import static dev.tulle.testkit.FrameChecks.arpRequestFor;
import static dev.tulle.testkit.FrameChecks.toMac;
import static dev.tulle.testkit.FrameChecks.udp;
import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.HOST_MAC;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.HostHarness.PEER_MAC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Client;
import dev.tulle.profile.Minimal;
import dev.tulle.stack.Counter;
import dev.tulle.testkit.ArpMessage;
import dev.tulle.testkit.Assembly;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.HostileHarness;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.udp.UdpSocket;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Hostile ARP packets. Methods are named after the catalogue's rows. */
class ArpHostileTest {
  private static final long ATTACKER_MAC = 0x020000000666L;
  private static final Assembly[] PROFILES = {Minimal::host, Client::host};

  private static HostileHarness hostile(byte[] frame) {
    return new HostileHarness(Minimal::host).input(h -> frame);
  }

  private static byte[] toHost(long source, ArpMessage message) {
    return Frames.ethernet(source, HOST_MAC).arp(message).build();
  }

  private static ArpMessage request() {
    return Frames.arpRequest(PEER_MAC, PEER, HOST);
  }

  /** Makes the host send something to a neighbour. */
  private static void send(HostHarness h, int address) {
    UdpSocket socket = h.host.udp.bind(5000);
    socket.send(new byte[1], 0, 1, new Endpoint(address, 9), h.nowNs());
    socket.close();
  }

  @Test
  void arp01_packetsCutAtEveryLength() {
    byte[] body = request().build();
    for (int length = 1; length < 28; length++) {
      hostile(
              Frames.ethernet(PEER_MAC, HOST_MAC)
                  .type(Frames.ETHERTYPE_ARP)
                  .payload(Arrays.copyOf(body, length))
                  .unpadded()
                  .build())
          .counts(Counter.ARP_SHORT)
          .run();
    }
  }

  @Test
  void arp01_addressesClaimedLongerThanThePacket() {
    for (int[] lengths :
        new int[][] {{255, 4}, {6, 255}, {255, 255}, {0x80, 4}, {6, 0x80}, {0x7F, 0x7F}}) {
      hostile(toHost(PEER_MAC, request().lengths(lengths[0], lengths[1])))
          .counts(Counter.ARP_SHORT)
          .run();
    }
  }

  @Test
  void arp02_typesSizesAndOperationsThatAreNotForUs() {
    for (ArpMessage bad :
        new ArpMessage[] {
          request().types(0, 0x0800),
          request().types(6, 0x0800),
          request().types(1, 0x86DD),
          request().types(1, 0),
          request().lengths(0, 4),
          request().lengths(5, 4),
          request().lengths(6, 0),
          request().lengths(4, 6),
          request().operation(0),
          request().operation(3),
          request().operation(0x8001),
          request().operation(65_535)
        }) {
      hostile(toHost(PEER_MAC, bad)).counts(Counter.ARP_BAD).run();
    }
  }

  @Test
  void arp03_answersThatNobodyAskedForCreateNothing() {
    for (long target : new long[] {HOST_MAC, Frames.BROADCAST}) {
      byte[] reply =
          Frames.ethernet(ATTACKER_MAC, target)
              .arp(Frames.arpReply(ATTACKER_MAC, PEER, HOST_MAC, HOST))
              .build();
      hostile(reply)
          .then(
              h -> {
                h.answerArp(false);
                send(h, PEER);
                h.expect(arpRequestFor(PEER).and(toMac(Frames.BROADCAST)));
                h.answerArp(true);
                h.advanceMs(10_000);
                h.takeSent();
              })
          .run();
    }
  }

  @Test
  void arp03_aKnownNeighbourKeepsItsLinkAddress() {
    for (ArpMessage poison :
        new ArpMessage[] {
          Frames.arpReply(ATTACKER_MAC, PEER, HOST_MAC, HOST),
          Frames.arpRequest(ATTACKER_MAC, PEER, PEER),
          Frames.arpReply(ATTACKER_MAC, PEER, ATTACKER_MAC, PEER)
        }) {
      new HostileHarness(Minimal::host)
          .before(h -> send(h, PEER))
          .input(h -> toHost(ATTACKER_MAC, poison))
          .counts(Counter.ARP_CHANGED)
          .then(
              h -> {
                send(h, PEER);
                h.expect(udp(5000, 9).and(toMac(PEER_MAC)));
              })
          .run();
    }
  }

  @Test
  void arp03_ourOwnAddressIsNeverLearnt() {
    for (ArpMessage claim :
        new ArpMessage[] {
          Frames.arpRequest(ATTACKER_MAC, HOST, HOST),
          Frames.arpRequest(ATTACKER_MAC, HOST, PEER),
          Frames.arpReply(ATTACKER_MAC, HOST, HOST_MAC, HOST)
        }) {
      hostile(toHost(ATTACKER_MAC, claim)).counts(Counter.ARP_CONFLICT).run();
    }
  }

  @Test
  void arp04_sendersThatCannotBe() {
    for (long mac : new long[] {Frames.BROADCAST, 0x010000000001L, 0, ATTACKER_MAC}) {
      hostile(toHost(PEER_MAC, Frames.arpRequest(mac, PEER, HOST)))
          .counts(Counter.ARP_BADADDR)
          .run();
    }
    for (String address :
        new String[] {
          "127.0.0.1",
          "224.0.0.1",
          "239.1.1.1",
          "240.0.0.1",
          "255.255.255.255",
          "10.9.0.255",
          "10.9.1.1",
          "0.0.0.1",
          "8.8.8.8"
        }) {
      hostile(toHost(ATTACKER_MAC, Frames.arpRequest(ATTACKER_MAC, Octets.address(address), HOST)))
          .counts(Counter.ARP_BADADDR)
          .run();
    }
  }

  @Test
  void arp04_aProbeIsAnsweredButNotLearnt() {
    byte[] probe = toHost(ATTACKER_MAC, Frames.arpRequest(ATTACKER_MAC, 0, HOST));
    hostile(probe).run();
    hostile(probe)
        .before(h -> h.answerArp(false))
        .replies(arpReplyOf(HOST, HOST_MAC).and(toMac(ATTACKER_MAC)))
        .then(h -> h.answerArp(true))
        .withoutVariations()
        .run();
  }

  @Test
  void arp05_aFloodOfRequestsFromNewAddresses() {
    for (Assembly profile : PROFILES) {
      HostHarness h = new HostHarness(profile);
      send(h, PEER);
      h.expect(udp(5000, 9));
      h.host.port.mask = Octets.address("255.0.0.0");
      h.answerArp(false);
      for (int i = 0; i < 65_000; i++) {
        int address = Octets.address("10.10.0.0") + i;
        h.inject(toHost(ATTACKER_MAC, Frames.arpRequest(ATTACKER_MAC, address, HOST)));
        h.expect(arpReplyOf(HOST, HOST_MAC));
      }
      send(h, PEER); // is still known
      h.expect(udp(5000, 9).and(toMac(PEER_MAC)));
      assertEquals(h.host.pool.capacity(), h.host.pool.available());
      h.expectNoInternalError();
    }
  }

  @Test
  void arp05_beingMadeToResolveAWholeNetwork() {
    for (Assembly profile : PROFILES) {
      HostHarness h = new HostHarness(profile);
      h.host.port.mask = Octets.address("255.255.0.0");
      h.answerArp(false);
      UdpSocket socket = h.host.udp.bind(5000);
      Map<Integer, Long> askedNs = new HashMap<>();
      for (int i = 1; i < 65_535; i++) {
        int address = Octets.address("10.9.0.0") + i;
        if (address == HOST || address == PEER) {
          continue;
        }
        socket.send(new byte[1], 0, 1, new Endpoint(address, 9), h.nowNs());
        h.advanceNs(100_000);
        for (SeenFrame frame : h.takeSent()) {
          assertEquals(null, arpRequestFor(frame.arpTarget()).mismatch(frame));
          Long before = askedNs.put(frame.arpTarget(), frame.timeNs());
          assertTrue(before == null || frame.timeNs() - before >= 1_000_000_000L, "asked too soon");
        }
        assertTrue(h.host.pool.available() >= h.host.pool.capacity() / 4, "packets are left");
      }
      h.advanceMs(10_000);
      assertEquals(h.host.pool.capacity(), h.host.pool.available());
    }
  }

  @Test
  void arp06_reverseArpNeverGivesUsAnAddress() {
    HostHarness h = new HostHarness(Minimal::host);
    for (int i = 0; i < 1000; i++) {
      ArpMessage reply =
          Frames.arpReply(ATTACKER_MAC, PEER, HOST_MAC, Octets.address("10.9.0.3") + i)
              .operation(4);
      byte[] frame =
          Frames.ethernet(ATTACKER_MAC, HOST_MAC).type(0x8035).payload(reply.build()).build();
      if (i == 0) {
        hostile(frame).counts(Counter.ETH_UNKNOWN_TYPE).run();
      }
      h.inject(frame);
    }
    assertEquals(1000, h.counter(Counter.ETH_UNKNOWN_TYPE));
    assertEquals(HOST, h.host.port.address);
    h.expectNothing();
  }

  @Test
  void arp07_aStormOfConflictsIsAnsweredOnceInTenSeconds() {
    HostHarness h = new HostHarness(Client::host);
    h.advanceMs(3000); // our own announcements are over
    long before = h.sentCount();
    for (int i = 0; i < 25_000; i++) {
      h.inject(
          Frames.ethernet(ATTACKER_MAC, Frames.BROADCAST)
              .arp(Frames.arpRequest(ATTACKER_MAC, HOST, HOST))
              .build());
      h.advanceNs(1_000_000);
    }
    assertEquals(25_000, h.counter(Counter.ARP_CONFLICT));
    assertEquals(3, h.sentCount() - before);
    h.expectNoInternalError();
  }
}
