// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.layers;

import static dev.tulle.testkit.FrameChecks.arpRequestFor;
import static dev.tulle.testkit.FrameChecks.dontFragment;
import static dev.tulle.testkit.FrameChecks.icmp;
import static dev.tulle.testkit.FrameChecks.toAddress;
import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.HostHarness.PEER_MAC;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Client;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.testkit.Fragmented;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.Ipv4Datagram;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.udp.UdpSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Datagrams that are larger than a packet: put together, and cut. */
class FragmentTest {
  /** Octets of UDP data in the largest datagram that there is. */
  private static final int LARGEST = 65_507;

  private final byte[] buffer = new byte[70_000];
  private final Endpoint peer = new Endpoint(PEER, 9);
  private HostHarness h;
  private UdpSocket socket;

  @BeforeEach
  void assemble() {
    h = new HostHarness((link, mac, entropy) -> Client.host(link, mac, entropy, 8, 4096));
    socket = h.host.udp.bind(7);
  }

  private void inject(List<Ipv4Datagram> pieces) {
    for (Ipv4Datagram piece : pieces) {
      h.inject(h.fromPeer(piece));
    }
  }

  private static Fragmented datagram(int identification, int length) {
    return Fragmented.udp(PEER, HOST, identification, Frames.udp(9, 7).data(0, length));
  }

  private void expectDatagram(int length) {
    assertEquals(length, socket.receive(buffer, 0, buffer.length, null));
    assertArrayEquals(Octets.pattern(0, length), Arrays.copyOf(buffer, length));
  }

  private void expectNoDatagram() {
    assertEquals(Status.WOULD_BLOCK, socket.receive(buffer, 0, buffer.length, null));
  }

  /** Data of the one datagram that the host sent. */
  private byte[] sentData() {
    byte[] payload = Fragmented.joined(h.takeSent());
    return Arrays.copyOfRange(payload, 8, payload.length);
  }

  @Test
  void datagramsOfEverySizeAreWholeInEveryOrder() {
    Random random = new Random(5);
    int id = 0;
    for (int length : new int[] {1473, 4088, 4089, 8184, 30_000, 65_500, LARGEST}) {
      for (int bytes : new int[] {552, 1480}) {
        List<Ipv4Datagram> pieces = datagram(++id, length).pieces(bytes);
        inject(pieces);
        expectDatagram(length);
        Collections.reverse(pieces);
        inject(pieces);
        expectDatagram(length);
        Collections.shuffle(pieces, random);
        inject(pieces);
        expectDatagram(length);
      }
    }
    assertEquals(0, h.host.reassembly.usedBytes());
    assertEquals(42, h.counter(Counter.FRAG_REASSEMBLED));
  }

  @Test
  void datagramOfVeryManySmallFragmentsIsWhole() {
    inject(datagram(1, LARGEST).pieces(8));
    expectDatagram(LARGEST);
  }

  @Test
  void repeatedFragmentsAreIgnored() {
    List<Ipv4Datagram> pieces = datagram(1, 5000).pieces(1480);
    inject(List.of(pieces.get(3), pieces.get(3), pieces.get(0), pieces.get(1), pieces.get(0)));
    expectNoDatagram();
    inject(List.of(pieces.get(2)));
    expectDatagram(5000);
    assertEquals(2, h.counter(Counter.FRAG_DUPLICATE));
  }

  @Test
  void datagramsThatArriveMingledAreKeptApart() {
    List<List<Ipv4Datagram>> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.add(datagram(i, 6000 + i).pieces(1480));
    }
    for (int piece = 0; piece < 5; piece++) {
      for (List<Ipv4Datagram> pieces : all) {
        inject(List.of(pieces.get(piece)));
      }
    }
    for (int i = 0; i < 8; i++) {
      expectDatagram(6000 + i);
    }
  }

  @Test
  void senderIsToldWhenTheRestDoesNotComeInAMinute() {
    List<Ipv4Datagram> pieces = datagram(1, 5000).pieces(1480);
    inject(pieces.subList(0, 3));
    h.advanceMs(59_999);
    h.expectNothing();
    h.advanceMs(1);
    SeenFrame error = h.expect(icmp(11, 1).and(toAddress(PEER)));
    byte[] quote = error.data();
    assertArrayEquals(Arrays.copyOf(pieces.get(0).build(), quote.length), quote);
    assertTrue(quote.length >= 28 && error.length() <= 14 + 576, error.toString());
    assertEquals(1, h.counter(Counter.FRAG_TIMEOUT));
    assertEquals(0, h.host.reassembly.usedBytes());
    inject(pieces.subList(3, 4));
    expectNoDatagram();
  }

  @Test
  void nobodyIsToldWhereFragmentZeroNeverCame() {
    inject(datagram(1, 5000).pieces(1480).subList(1, 4));
    h.advanceMs(61_000);
    h.expectNothing();
    assertEquals(1, h.counter(Counter.FRAG_TIMEOUT));
  }

  @Test
  void nobodyIsToldOfABroadcast() {
    byte[] frame =
        Frames.ethernet(PEER_MAC, Frames.BROADCAST)
            .ipv4(Fragmented.udp(PEER, -1, 1, Frames.udp(9, 7).data(0, 3000)).piece(0, 1480))
            .build();
    h.inject(frame);
    h.advanceMs(61_000);
    h.expectNothing();
  }

  @Test
  void errorAboutAReassembledDatagramQuotesAHeaderOfTheWhole() {
    inject(Fragmented.udp(PEER, HOST, 3, Frames.udp(9, 99).data(0, 3000)).pieces(1480));
    SeenFrame error = h.expect(icmp(3, 3));
    byte[] quote = error.data();
    assertEquals(3028, Octets.u16(quote, 2));
    assertEquals(0, Octets.u16(quote, 6));
    assertEquals(0, Octets.checksum(0, quote, 0, 20));
    assertEquals(14 + 576, error.length());
  }

  @Test
  void congestionMarkOfOneFragmentMarksTheWholeUnlessOneMustNotBeMarked() {
    Fragmented d = Fragmented.icmp(PEER, HOST, 1, Frames.echoRequest(1, 1, 2000));
    h.inject(h.fromPeer(d.tos(0xBA).piece(0, 1480)));
    h.inject(h.fromPeer(d.tos(0xBB).piece(1480, 2008)));
    assertEquals(1, h.counter(Counter.FRAG_REASSEMBLED));
    h.inject(h.fromPeer(d.tos(0xB8).piece(0, 1480)));
    h.inject(h.fromPeer(d.tos(0xBB).piece(1480, 2008)));
    assertEquals(1, h.counter(Counter.FRAG_REASSEMBLED));
    assertEquals(1, h.counter(Counter.FRAG_CONTRADICTION));
  }

  @Test
  void largeEchoRequestIsAnsweredInFragments() {
    for (int length : new int[] {1473, 8000, LARGEST}) {
      byte[] data = Octets.pattern(9, length);
      inject(
          Fragmented.icmp(PEER, HOST, length, Frames.icmp(8, 0).rest(77).data(data)).pieces(1480));
      byte[] reply = Fragmented.joined(h.takeSent());
      assertEquals(0, reply[0]);
      assertEquals(77, Octets.i32(reply, 4));
      assertEquals(0, Octets.checksum(0, reply, 0, reply.length));
      assertArrayEquals(data, Arrays.copyOfRange(reply, 8, reply.length));
    }
  }

  @Test
  void datagramLargerThanThePathLeavesInFragmentsAndOthersDoNot() {
    byte[] data = Octets.pattern(3, LARGEST);
    for (int length : new int[] {1473, 3000, 65_500, LARGEST}) {
      assertEquals(Status.OK, socket.send(data, 0, length, peer, h.nowNs()));
      List<SeenFrame> frames = h.takeSent();
      for (SeenFrame frame : frames) {
        assertFalse(frame.dontFragment());
        assertTrue(frame.length() <= 1514);
      }
      byte[] payload = Fragmented.joined(frames);
      assertEquals(
          0,
          Octets.checksum(
              Octets.pseudoHeader(HOST, PEER, 17, payload.length), payload, 0, payload.length));
      assertArrayEquals(
          Arrays.copyOf(data, length), Arrays.copyOfRange(payload, 8, payload.length));
    }
    assertEquals(Status.TOO_LARGE, socket.send(data, 0, LARGEST + 1, peer, h.nowNs()));
    assertEquals(Status.OK, socket.send(data, 0, 1472, peer, h.nowNs()));
    assertEquals(0, h.expect(dontFragment(true)).identification());
  }

  @Test
  void fragmentsAreNoLargerThanThePathIsKnownToCarry() {
    assertEquals(Status.OK, socket.send(buffer, 0, 1400, peer, h.nowNs()));
    SeenFrame sent = h.next();
    byte[] quote = Arrays.copyOf(Octets.concat(sent.ipv4Header(), sent.ipv4Payload()), 28);
    h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).icmp(Frames.icmp(3, 4).rest(600).data(quote))));
    assertEquals(Status.TOO_LARGE, socket.send(buffer, 0, 1400, peer, h.nowNs()));
    assertEquals(Status.OK, socket.send(buffer, 0, 1400, peer, h.nowNs()));
    List<SeenFrame> frames = h.takeSent();
    assertEquals(3, frames.size());
    for (SeenFrame frame : frames) {
      assertTrue(frame.length() <= 14 + 600, frame.toString());
    }
    assertEquals(1408, Fragmented.joined(frames).length);
  }

  @Test
  void fragmentsWaitForTheNeighboursLinkAddress() {
    int stranger = Octets.address("10.9.0.77");
    Endpoint to = new Endpoint(stranger, 9);
    h.answerArp(false);
    int packets = h.host.pool.available();
    assertEquals(Status.OK, socket.send(buffer, 0, 65_000, to, h.nowNs()));
    h.expect(arpRequestFor(stranger));
    h.expectNothing();
    h.inject(
        Frames.ethernet(PEER_MAC, HostHarness.HOST_MAC)
            .arp(Frames.arpReply(PEER_MAC, stranger, HostHarness.HOST_MAC, HOST))
            .build());
    assertEquals(65_000, sentData().length);
    assertEquals(packets, h.host.pool.available());
  }

  @Test
  void fragmentsForANeighbourThatIsNotThereAreGivenUp() {
    h.answerArp(false);
    Endpoint nobody = new Endpoint(Octets.address("10.9.0.77"), 9);
    int sent = 0;
    while (socket.send(buffer, 0, 65_000, nobody, h.nowNs()) == Status.OK) {
      sent++;
    }
    assertEquals(4, sent);
    h.advanceMs(5000);
    h.takeSent();
    assertEquals(4, h.counter(Counter.FRAG_UNSENT));
    assertEquals(128, h.host.pool.available());
    h.answerArp(true);
    assertEquals(Status.UNREACHABLE, socket.send(buffer, 0, 65_000, peer, h.nowNs()));
    assertEquals(Status.OK, socket.send(buffer, 0, 65_000, peer, h.nowNs()));
    assertEquals(65_000, sentData().length);
  }

  @Test
  void ourPingOf65500OctetsIsMatchedWithItsReply() {
    assertEquals(0, h.host.ping.send(peer, 65_500, h.nowNs()));
    byte[] request = Fragmented.joined(h.takeSent());
    assertEquals(8, request[0]);
    request[0] = 0;
    Octets.put16(request, 2, 0);
    Octets.put16(request, 2, Octets.checksum(0, request, 0, request.length));
    inject(new Fragmented(PEER, HOST, 1, 5, request).pieces(1480));
    assertTrue(h.host.ping.next());
    assertEquals(65_500, h.host.ping.dataBytes);
    assertEquals(64, h.host.ping.timeToLive);
    assertEquals(Status.TOO_LARGE, h.host.ping.send(peer, 65_508, h.nowNs()));
  }

  @Test
  void identificationsToOneDestinationDifferAndTellNothingAboutAnother() {
    Set<Integer> seen = new HashSet<>();
    int first = -1;
    int close = 0;
    for (int i = 0; i < 200; i++) {
      Endpoint to = new Endpoint(PEER + (i & 1) * 50, 9);
      assertEquals(Status.OK, socket.send(buffer, 0, 2000, to, h.nowNs()));
      List<SeenFrame> frames = h.takeSent();
      int id = frames.get(0).identification();
      if ((i & 1) == 0) {
        assertTrue(seen.add(id), "the same twice");
        first = id;
      } else if (Math.abs(id - first) < 100) {
        close++;
      }
    }
    assertEquals(0, close);
    assertEquals(100, seen.size());
    HostHarness other =
        new HostHarness((link, mac, entropy) -> Client.host(link, mac, entropy, 8, 4096), 2);
    other.host.udp.bind(7).send(buffer, 0, 2000, peer, other.nowNs());
    assertFalse(seen.contains(other.next().identification()));
    assertNotEquals(-1, first);
  }
}
