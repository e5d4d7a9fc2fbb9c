// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.conformance.hostile.SixHostile.ECHO;
import static dev.tulle.conformance.hostile.SixHostile.HOST;
import static dev.tulle.conformance.hostile.SixHostile.PEER;
import static dev.tulle.testkit.FrameChecks.icmpv6;
import static dev.tulle.testkit.FrameChecks.rest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Datagrams;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.testkit.Assembly;
import dev.tulle.testkit.Fragmented6;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.HostileHarness;
import dev.tulle.testkit.Ipv6Packet;
import dev.tulle.testkit.LiveProbe;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.TcpSegment;
import dev.tulle.udp.UdpSocket;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Hostile fragments of IPv6. Methods are named after the catalogue's rows. */
class Ipv6FragmentHostileTest {
  private static final Assembly HOSTS =
      (link, mac, entropy) -> Datagrams.host(link, mac, entropy, 8, 4096);

  /** An echo request of 132 octets: whole, it would be answered. */
  private static Fragmented6 echo(int identification) {
    return echo(PEER, identification);
  }

  private static Fragmented6 echo(String source, int identification) {
    byte[] body = Octets.concat(Octets.of(0, 1, 0, 2), Octets.pattern(0, 120));
    return new Fragmented6(new Ipv6Packet(source, HOST).icmp(128, 0, body), identification);
  }

  private static void inject(HostHarness h, Ipv6Packet... pieces) {
    for (Ipv6Packet piece : pieces) {
      h.inject(h.fromPeer(piece));
    }
  }

  /** Fragments that come first, and one that must be refused for a reason. */
  private static HostileHarness after(Ipv6Packet last, Ipv6Packet... first) {
    return new HostileHarness(HOSTS)
        .before(
            h -> {
              h.six();
              inject(h, first);
            })
        .input(h -> h.fromPeer(last));
  }

  /** After a packet was given up, nothing of it is taken any more, and nothing is answered. */
  private static void stays(HostHarness h, Fragmented6 d) {
    h.takeSent();
    assertEquals(0, h.host.reassembly.usedBytes());
    long late = h.counter(Counter.FRAG_LATE);
    inject(h, d.pieces(64).toArray(new Ipv6Packet[0]));
    assertEquals(2, h.counter(Counter.FRAG_LATE) - late);
    h.expectNothing();
  }

  @Test
  void frg01_endBeyond65535OverIpv6() {
    Fragmented6 d = echo(1);
    for (boolean after : new boolean[] {true, false}) {
      after(d.piece(65_512, new byte[100], false), after ? d.piece(0, 64) : d.piece(8, 16))
          .counts(Counter.FRAG_TOOBIG, Counter.ICMP_ERROR_SENT)
          .replies(icmpv6(4, 0).and(rest(42)))
          .then(h -> stays(h, d))
          .run();
    }
  }

  @Test
  void frg03_fragmentsThatOverlap() {
    Ipv6Packet whole = new Ipv6Packet(PEER, HOST).udp(9, 7, Octets.pattern(0, 2448));
    Fragmented6 d = new Fragmented6(whole, 1);
    after(d.piece(1224, new byte[1232], false), d.piece(0, 1232))
        .counts(Counter.FRAG_OVERLAP)
        .then(h -> assertEquals(0, h.host.reassembly.usedBytes()))
        .withoutVariations()
        .run();
    Fragmented6 e = echo(1);
    after(e.piece(8, new byte[64], true), e.piece(0, 64))
        .counts(Counter.FRAG_OVERLAP)
        .then(h -> stays(h, e))
        .run();
    after(e.piece(24, new byte[4], false), e.piece(0, 40)).counts(Counter.FRAG_OVERLAP).run();
    after(e.piece(0, 64), e.piece(0, 64)).counts(Counter.FRAG_DUPLICATE).run();
  }

  @Test
  void frg05_floodOfSmallFragmentsOverIpv6() {
    HostHarness h = new HostHarness(HOSTS).six();
    LiveProbe probe = new LiveProbe(h);
    int packets = h.host.pool.available();
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      Fragmented6 d = echo("fd00::" + Integer.toHexString(i % 200 + 16), i % 500);
      h.queue(h.fromPeer(d.piece(8 + random.nextInt(4000) * 8, new byte[8], true)));
      if (i % 64 == 63) {
        h.poll();
        assertTrue(h.host.reassembly.usedBytes() <= 64 * 4096);
        assertTrue(h.host.reassembly.datagrams() <= 32);
      }
    }
    h.advanceMs(61_000);
    h.takeSent();
    assertEquals(0, h.host.reassembly.datagrams());
    assertEquals(packets, h.host.pool.available());
    probe.ping();
    probe.echo();
  }

  @Test
  void frg07_lengthsThatNoFragmentOfIpv6Has() {
    Fragmented6 d = echo(1);
    for (int length : new int[] {9, 63, 71}) {
      after(d.piece(64, new byte[length], true))
          .counts(Counter.FRAG_BADLEN, Counter.ICMP_ERROR_SENT)
          .replies(icmpv6(4, 0).and(rest(4)))
          .run();
    }
    after(d.piece(64, new byte[0], true)).counts(Counter.FRAG_BADLEN).run();
  }

  @Test
  void frg08_firstFragmentWithoutAllHeaders() {
    Fragmented6 syn =
        new Fragmented6(
            new Ipv6Packet(PEER, HOST).tcp(Frames.tcp(4000, 99).flags(TcpSegment.SYN)), 1);
    after(syn.piece(0, 8))
        .counts(Counter.IP6_BADCHAIN, Counter.ICMP_ERROR_SENT)
        .replies(icmpv6(4, 3))
        .run();
    byte[] header = Octets.of(60, 0, 0, 1, 0, 0, 0, 1);
    Ipv6Packet options =
        new Ipv6Packet(PEER, HOST).extensions(44, header).payload(58, Octets.of(58, 3, 1, 4, 0, 0));
    after(options).counts(Counter.IP6_BADCHAIN).run();
  }

  @Test
  void frg09_atomicFragmentsDisturbNothing() {
    Fragmented6 d = echo(9);
    Ipv6Packet atomic =
        new Ipv6Packet(PEER, HOST).extensions(44, echo(9).header(0, false)).icmp(128, 0, ECHO);
    after(atomic, d.piece(0, 64))
        .replies(icmpv6(129, 0))
        .then(
            h -> {
              inject(h, d.piece(64, d.length()));
              h.expect(icmpv6(129, 0));
            })
        .run();
  }

  @Test
  void frg10_noFragmentIsSentForASmallMtu() {
    for (int mtu : new int[] {0, 1, 68, 1000, 1279}) {
      HostHarness h = new HostHarness(HOSTS).six();
      UdpSocket socket = h.host.udp.bind(7);
      Endpoint peer = endpoint(1);
      socket.send(new byte[1200], 0, 1200, peer, h.nowNs());
      byte[] sent = h.next().bytes();
      byte[] quote = Octets.concat(new byte[2], Octets.of(mtu >> 8, mtu & 0xFF));
      byte[] body = Octets.concat(quote, Arrays.copyOfRange(sent, 14, sent.length));
      inject(h, new Ipv6Packet(PEER, HOST).icmp(2, 0, body));
      assertEquals(1, h.counter(Counter.ICMP6_PTB_SMALL));
      assertEquals(Status.OK, socket.send(new byte[1200], 0, 1200, peer, h.nowNs()));
      assertEquals(17, Octets.u8(h.next().bytes(), 20), "a fragment header was sent");
      assertEquals(0, h.counter(Counter.FRAG_SENT));
    }
  }

  @Test
  void frg13_fragmentsInFragments() {
    byte[] inner = Octets.of(58, 0, 0, 0, 0, 0, 0, 7);
    byte[] message = Octets.concat(inner, new byte[32]);
    Fragmented6 nested = new Fragmented6(new Ipv6Packet(PEER, HOST).payload(44, message), 5);
    after(nested.piece(24, 40), nested.piece(0, 24))
        .counts(Counter.FRAG_REASSEMBLED, Counter.IP6_BADCHAIN)
        .run();
    byte[] twice = Octets.concat(Octets.of(44, 0, 0, 0, 0, 0, 0, 6), inner);
    after(new Ipv6Packet(PEER, HOST).extensions(44, twice).icmp(128, 0, ECHO))
        .counts(Counter.IP6_BADCHAIN)
        .run();
    byte[] options = Octets.concat(Octets.of(44, 0, 1, 4, 0, 0, 0, 0), inner);
    after(new Ipv6Packet(PEER, HOST).extensions(60, options).icmp(128, 0, ECHO))
        .replies(icmpv6(129, 0))
        .run();
  }

  @Test
  void frg14_identificationsOfIpv6CannotBeGuessed() {
    HostHarness h = new HostHarness(HOSTS).six();
    UdpSocket socket = h.host.udp.bind(7);
    Set<Integer> starts = new HashSet<>();
    int before = 0;
    int following = 0;
    for (int i = 1; i <= 100; i++) {
      int id = identification(h, socket, endpoint(i));
      starts.add(id);
      following += Math.abs(id - before) < 4096 ? 1 : 0;
      before = id;
      assertNotEquals(id, identification(h, socket, endpoint(i)));
    }
    assertTrue(starts.size() == 100 && following < 5, starts.size() + " " + following);
  }

  private static int identification(HostHarness h, UdpSocket socket, Endpoint to) {
    assertEquals(Status.OK, socket.send(new byte[2000], 0, 2000, to, h.nowNs()));
    return Octets.i32(h.takeSent().get(0).bytes(), 58);
  }

  private static Endpoint endpoint(int host) {
    Endpoint to = new Endpoint();
    to.set(0xFD00L << 48, host == 2 ? 0x2222 : host, 9);
    return to;
  }

  @Test
  void frg16_forgedSecondFragmentSpoilsNoAnswer() {
    byte[] answer = Octets.pattern(1, 512);
    Fragmented6 forged =
        new Fragmented6(new Ipv6Packet(PEER, HOST).udp(53, 7, new byte[512]), 0x1234);
    HostHarness h = new HostHarness(HOSTS).six();
    UdpSocket socket = h.host.udp.bind(7);
    byte[] read = new byte[1000];
    inject(h, forged.piece(256, 520));
    // An answer of a size that we ask for is in no fragments: what waits is not touched.
    inject(h, new Ipv6Packet(PEER, HOST).udp(53, 7, answer));
    assertEquals(512, socket.receive(read, 0, 1000, null));
    // One in fragments never becomes a mixture of both.
    Fragmented6 real = new Fragmented6(new Ipv6Packet(PEER, HOST).udp(53, 7, answer), 0x1234);
    inject(h, real.piece(0, 256));
    assertEquals(Status.WOULD_BLOCK, socket.receive(read, 0, 1000, null));
    assertEquals(1, h.counter(Counter.UDP_BADSUM));
  }
}
