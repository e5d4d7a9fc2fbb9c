// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.testkit.FrameChecks.icmp;
import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.HOST_MAC;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.HostHarness.PEER_MAC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Minimal;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.testkit.EthernetFrame;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.HostileHarness;
import dev.tulle.testkit.Ipv4Datagram;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.TcpSegment;
import dev.tulle.udp.UdpSocket;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Hostile frames below IP. Methods are named after the catalogue's rows. */
class EthernetHostileTest {
  private static final int[] VLAN = {0x8100, 0x88A8};

  private static HostileHarness hostile(byte[] frame) {
    return new HostileHarness(Minimal::host).input(h -> frame);
  }

  private static Ipv4Datagram ping() {
    return Frames.ipv4(PEER, HOST).icmp(Frames.echoRequest(1, 1, 8));
  }

  @Test
  void eth01_framesThatEndInOrRightBehindTheHeader() {
    byte[] frame = Frames.ethernet(PEER_MAC, HOST_MAC).ipv4(ping()).build();
    for (int length = 1; length <= 14; length++) {
      hostile(Arrays.copyOf(frame, length)).counts(Counter.ETH_SHORT).run();
    }
    hostile(new byte[0]).run(); // the link delivers nothing at all
  }

  @Test
  void eth02_vlanTagsWithNothingBehindThem() {
    for (int type : VLAN) {
      EthernetFrame frame = Frames.ethernet(PEER_MAC, HOST_MAC).type(type);
      hostile(frame.unpadded().build()).counts(Counter.ETH_SHORT).run();
      hostile(frame.payload(Octets.of(0, 1)).build()).counts(Counter.ETH_VLAN).run();
    }
  }

  @Test
  void eth02_stackedVlanTagsAndIpBehindOne() {
    for (int type : VLAN) {
      int[] tag = {type >>> 8, type & 0xFF, 0, 1};
      byte[] tags = {};
      for (int i = 0; i < 100; i++) {
        tags = Octets.concat(tags, Octets.of(tag));
      }
      hostile(Frames.ethernet(PEER_MAC, HOST_MAC).tags(tags).ipv4(ping()).build())
          .counts(Counter.ETH_VLAN)
          .run();
      byte[] one = Octets.of(tag);
      hostile(Frames.ethernet(PEER_MAC, HOST_MAC).tags(one).ipv4(ping()).build())
          .counts(Counter.ETH_VLAN)
          .run();
      hostile(
              Frames.ethernet(PEER_MAC, HOST_MAC)
                  .tags(one)
                  .type(Frames.ETHERTYPE_IPV6)
                  .payload(new byte[40])
                  .build())
          .counts(Counter.ETH_VLAN)
          .run();
    }
  }

  @Test
  void eth03_lengthsOf8023LargerAndSmallerThanTheFrame() {
    for (int length : new int[] {0, 1, 0x7F, 0x80, 0xFF, 46, 47, 0x5DC, 0x5DD, 0x5FF}) {
      HostileHarness hostile =
          hostile(Frames.ethernet(PEER_MAC, HOST_MAC).type(length).payload(ping().build()).build())
              .counts(Counter.ETH_LLC);
      if (length > 1) {
        hostile.withoutVariations();
      }
      hostile.run();
    }
  }

  @Test
  void eth03_paddingNeverReachesThePayload() {
    for (int length = 0; length < 20; length++) {
      HostHarness h = new HostHarness(Minimal::host);
      UdpSocket socket = h.host.udp.bind(9);
      byte[] frame = h.fromPeer(Frames.ipv4(PEER, HOST).udp(Frames.udp(4000, 9).data(0, length)));
      Arrays.fill(frame, 14 + 28 + length, frame.length, (byte) 0xEE);
      h.inject(frame);
      byte[] buffer = new byte[100];
      assertEquals(length, socket.receive(buffer, 0, 100, null));
      h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).icmp(Frames.echoRequest(1, 1, length))));
      assertEquals(length, h.expect(icmp(0, 0)).data().length);
    }
  }

  @Test
  void eth04_sourcesThatAreGroupsOrOurselves() {
    for (long source :
        new long[] {0x010000000001L, 0x333300000001L, 0xFFFFFFFFFFFFL, 0x01005E000001L, HOST_MAC}) {
      hostile(Frames.ethernet(source, HOST_MAC).ipv4(ping()).build())
          .counts(Counter.ETH_BADSRC)
          .run();
      hostile(
              Frames.ethernet(source, Frames.BROADCAST)
                  .arp(Frames.arpRequest(source, PEER, HOST))
                  .build())
          .counts(Counter.ETH_BADSRC)
          .run();
    }
  }

  @Test
  void eth05_paddingIsZeroInRecycledPackets() {
    HostHarness h = new HostHarness(Minimal::host);
    for (int i = 0; i < 3 * h.host.pool.capacity(); i++) {
      h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).icmp(Frames.echoRequest(1, i, 1400))));
      h.expect(icmp(0, 0));
      h.inject(
          Frames.ethernet(PEER_MAC, HOST_MAC).arp(Frames.arpRequest(PEER_MAC, PEER, HOST)).build());
      h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).icmp(Frames.echoRequest(1, i, 1))));
      h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).tcp(Frames.tcp(4000, 99).flags(TcpSegment.SYN))));
      // The harness has looked at the padding too; this is for the reader.
      for (SeenFrame frame : h.takeSent()) {
        int end = frame.isArp() ? 42 : 14 + frame.ipv4Header().length + frame.ipv4Payload().length;
        assertEquals(60, frame.length());
        for (int at = end; at < 60; at++) {
          assertEquals(0, frame.bytes()[at], "octet " + at + " of " + frame);
        }
      }
    }
  }

  @Test
  void eth06_unicastInALinkBroadcast() {
    hostile(Frames.ethernet(PEER_MAC, Frames.BROADCAST).ipv4(ping()).build())
        .counts(Counter.IP_L2BCAST_UNICAST)
        .run();
    hostile(
            Frames.ethernet(PEER_MAC, Frames.BROADCAST)
                .ipv4(Frames.ipv4(PEER, HOST).tcp(Frames.tcp(1, 7).flags(TcpSegment.SYN)))
                .build())
        .counts(Counter.IP_L2BCAST_UNICAST)
        .run();
    hostile(
            Frames.ethernet(PEER_MAC, Frames.BROADCAST)
                .ipv4(Frames.ipv4(PEER, HOST).udp(Frames.udp(1, 99).data(0, 4)))
                .build())
        .counts(Counter.IP_L2BCAST_UNICAST)
        .run();
  }

  @Test
  void framesForOthersAndOfUnknownTypesAreCounted() {
    hostile(Frames.ethernet(PEER_MAC, 0x020000000099L).ipv4(ping()).build())
        .counts(Counter.ETH_NOT_OURS)
        .run();
    hostile(Frames.ethernet(PEER_MAC, 0x01005E000001L).ipv4(ping()).build())
        .counts(Counter.ETH_NOT_OURS)
        .run();
    for (int type : new int[] {0x0600, 0x0801, 0x8035, 0x86DD, 0x9000, 0xFFFF}) {
      hostile(Frames.ethernet(PEER_MAC, HOST_MAC).type(type).payload(new byte[46]).build())
          .counts(Counter.ETH_UNKNOWN_TYPE)
          .withoutVariations()
          .run();
    }
  }

  @Test
  void aLinkThatIsGoneIsSeenAndDoesNoHarm() {
    HostHarness h = new HostHarness(Minimal::host);
    h.link.receiveAnswers(Status.LINK_DOWN);
    h.link.sendAnswers(Status.LINK_DOWN);
    UdpSocket socket = h.host.udp.bind(9);
    assertNotNull(socket);
    h.poll();
    assertEquals(Status.LINK_DOWN, h.host.port.status);
    socket.send(new byte[1], 0, 1, new Endpoint(-1, 9), h.nowNs());
    assertTrue(h.counter(Counter.LINK_SEND_FAILED) > 0);
    assertEquals(h.host.pool.capacity(), h.host.pool.available());
  }
}
