// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.six;

import static dev.tulle.testkit.HostHarness.HOST6;
import static dev.tulle.testkit.HostHarness.PEER6;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Datagrams;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.testkit.Fragmented6;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.Ipv6Packet;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.udp.UdpSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Packets of IPv6 that are larger than a frame: put together, and cut. */
class Ipv6FragmentTest {
  /** Octets of UDP data in the largest packet that there is. */
  private static final int LARGEST = 65_527;

  private final HostHarness h =
      new HostHarness((link, mac, entropy) -> Datagrams.host(link, mac, entropy, 8, 4096)).six();
  private final byte[] buffer = new byte[70_000];
  private final UdpSocket socket = h.host.udp.bind(7);
  private final Endpoint peer = SixBench.endpoint(PEER6, 9);

  private static Fragmented6 datagram(int identification, int length) {
    Ipv6Packet whole = new Ipv6Packet(PEER6, HOST6).udp(9, 7, Octets.pattern(0, length));
    return new Fragmented6(whole, identification);
  }

  private void inject(List<Ipv6Packet> pieces) {
    for (Ipv6Packet piece : pieces) {
      h.inject(h.fromPeer(piece));
    }
  }

  private void expectDatagram(int length) {
    assertEquals(length, socket.receive(buffer, 0, buffer.length, null));
    assertArrayEquals(Octets.pattern(0, length), Arrays.copyOf(buffer, length));
  }

  /** Has the neighbour known, so that fragments do not wait. */
  private void meet() {
    socket.send(buffer, 0, 1, peer, h.nowNs());
    h.takeSent();
  }

  @Test
  void datagramsOfEverySizeAreWholeInEveryOrder() {
    Random random = new Random(5);
    int id = 0;
    for (int length : new int[] {1473, 4088, 4089, 8184, 30_000, 65_500, LARGEST}) {
      for (int bytes : new int[] {552, 1448}) {
        List<Ipv6Packet> pieces = new ArrayList<>(datagram(++id, length).pieces(bytes));
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
  void headersInFrontOfTheFragmentHeaderAreKept() {
    byte[] options = Octets.of(44, 0, 1, 4, 0, 0, 0, 0);
    Fragmented6 d = datagram(1, 2000);
    byte[] data = new Ipv6Packet(PEER6, HOST6).udp(9, 7, Octets.pattern(0, 2000)).build();
    for (int from = 0; from < 2008; from += 1000) {
      int to = Math.min(from + 1000, 2008);
      Ipv6Packet piece =
          d.piece(from, to)
              .extensions(60, Octets.concat(options, d.header(from, to < 2008)))
              .payload(17, Arrays.copyOfRange(data, 40 + from, 40 + to));
      h.inject(h.fromPeer(piece));
    }
    expectDatagram(2000);
  }

  @Test
  void marksOfCongestionArePassedOn() {
    Ipv6Packet whole = new Ipv6Packet(PEER6, HOST6).udp(9, 7, new byte[100]).trafficClass(2);
    Fragmented6 d = new Fragmented6(whole, 1);
    inject(List.of(d.piece(0, 56), d.piece(56, 108).trafficClass(3)));
    socket.receive(buffer, 0, buffer.length, null);
    assertEquals(3, socket.options.arrivedTrafficClass);
  }

  @Test
  void whatIsNotWholeAfterAMinuteIsToldOfIfItsBeginningCame() {
    Fragmented6 d = datagram(1, 2000);
    inject(List.of(d.piece(0, 1000)));
    h.advanceMs(59_900);
    h.expectNothing();
    h.advanceMs(200);
    SeenFrame error = h.next();
    assertEquals(3, error.icmpType());
    assertEquals(1, error.icmpCode());
    // The quote is the fragment as it came.
    byte[] came = h.fromPeer(d.piece(0, 1000));
    byte[] sent = error.bytes();
    assertArrayEquals(
        Arrays.copyOfRange(came, 14, came.length), Arrays.copyOfRange(sent, 62, sent.length));
    inject(List.of(d.piece(1000, 2008)));
    h.advanceMs(61_000);
    h.expectNothing();
    assertEquals(2, h.counter(Counter.FRAG_TIMEOUT));
    assertEquals(0, h.host.reassembly.datagrams());
  }

  @Test
  void bothFamiliesShareOneMemory() {
    for (int id = 0; id < 100; id++) {
      inject(List.of(datagram(id, 2000).piece(0, 1000)));
    }
    assertEquals(16, h.host.reassembly.datagrams());
    assertEquals(84, h.counter(Counter.FRAG_SOURCE_LIMIT));
  }

  @Test
  void largeDatagramsAreCutAndFitTogether() {
    meet();
    for (int length : new int[] {1453, 1500, 8192, 65_500, LARGEST}) {
      System.arraycopy(Octets.pattern(0, length), 0, buffer, 0, length);
      assertEquals(Status.OK, socket.send(buffer, 0, length, peer, h.nowNs()));
      byte[] payload = Fragmented6.joined(h.takeSent());
      assertArrayEquals(
          new Ipv6Packet(HOST6, PEER6).udp(7, 9, Octets.pattern(0, length)).build(),
          Octets.concat(new Ipv6Packet(HOST6, PEER6).payload(17, payload).build()));
    }
    assertEquals(Status.TOO_LARGE, socket.send(buffer, 0, LARGEST + 1, peer, h.nowNs()));
  }

  @Test
  void fragmentsWaitUntilTheNeighbourIsKnown() {
    h.answerSix(false);
    assertEquals(Status.OK, socket.send(buffer, 0, 20_000, peer, h.nowNs()));
    List<SeenFrame> asked = h.takeSent();
    assertEquals(1, asked.size());
    assertEquals(135, asked.get(0).icmpType());
    h.answerSix(true);
    h.advanceMs(1100);
    assertEquals(20_008, Fragmented6.joined(h.takeSent()).length);
  }

  @Test
  void fragmentsForWhoNeverAnswersAreGivenUp() {
    h.answerSix(false);
    for (int i = 0; i < 3; i++) {
      socket.send(buffer, 0, 20_000, peer, h.nowNs());
    }
    h.advanceMs(10_000);
    h.takeSent();
    assertEquals(3, h.counter(Counter.FRAG_UNSENT));
    h.answerSix(true);
    while (socket.send(buffer, 0, 20_000, peer, h.nowNs()) != Status.OK) {
      h.takeSent(); // what routers and neighbours did not answer is told once
    }
    assertEquals(20_008, Fragmented6.joined(h.takeSent()).length);
  }

  @Test
  void aPacketTooBigMessageMakesSmallerFragments() {
    meet();
    socket.send(buffer, 0, 3000, peer, h.nowNs());
    byte[] first = h.takeSent().get(0).bytes();
    byte[] quote = Arrays.copyOfRange(first, 14, 14 + 1000);
    byte[] body = Octets.concat(Octets.of(0, 0, 5, 0x14), quote); // 1,300
    h.inject(h.fromPeer(new Ipv6Packet(PEER6, HOST6).icmp(2, 0, body)));
    socket.send(buffer, 0, 3000, peer, h.nowNs()); // tells of it
    socket.send(buffer, 0, 3000, peer, h.nowNs());
    List<SeenFrame> sent = h.takeSent();
    assertEquals(3008, Fragmented6.joined(sent).length);
    assertTrue(sent.stream().allMatch(f -> f.length() <= 14 + 1300), sent.toString());
    assertEquals(3, sent.size());
  }
}
