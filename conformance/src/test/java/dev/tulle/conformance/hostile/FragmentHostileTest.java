// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.testkit.FrameChecks.data;
import static dev.tulle.testkit.FrameChecks.icmp;
import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.PEER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Client;
import dev.tulle.stack.Counter;
import dev.tulle.testkit.Assembly;
import dev.tulle.testkit.Fragmented;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.HostileHarness;
import dev.tulle.testkit.Ipv4Datagram;
import dev.tulle.testkit.LiveProbe;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.TcpSegment;
import dev.tulle.udp.UdpSocket;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Hostile fragments of IPv4. Methods are named after the catalogue's rows. */
class FragmentHostileTest {
  private static final Assembly SMALL =
      (link, mac, entropy) -> Client.host(link, mac, entropy, 8, 4096);

  /** What a client's fragments may take: 64 blocks. */
  private static final int MEMORY = 64 * 4096;

  /** An echo request of 128 octets: whole, it would be answered. */
  private static Fragmented echo(int identification) {
    return echo(PEER, identification);
  }

  private static Fragmented echo(int source, int identification) {
    return Fragmented.icmp(source, HOST, identification, Frames.echoRequest(1, 1, 120));
  }

  private static void inject(HostHarness h, Ipv4Datagram... pieces) {
    for (Ipv4Datagram piece : pieces) {
      h.inject(h.fromPeer(piece));
    }
  }

  /** Fragments that come first, and one that must be refused for a reason. */
  private static HostileHarness after(Ipv4Datagram last, Ipv4Datagram... first) {
    return new HostileHarness(SMALL).before(h -> inject(h, first)).input(h -> h.fromPeer(last));
  }

  /** After a datagram was given up, nothing of it is taken any more, and nothing is answered. */
  private static void stays(HostHarness h, Fragmented datagram) {
    assertEquals(0, h.host.reassembly.usedBytes());
    long late = h.counter(Counter.FRAG_LATE);
    inject(h, datagram.pieces(64).toArray(new Ipv4Datagram[0]));
    assertEquals(2, h.counter(Counter.FRAG_LATE) - late);
    h.expectNothing();
  }

  @Test
  void frg01_endBeyond65535() {
    Fragmented d = echo(1);
    after(d.piece(65_512, new byte[100], false), d.piece(0, 64))
        .counts(Counter.FRAG_TOOBIG)
        .then(h -> stays(h, d))
        .run();
    after(d.piece(65_512, new byte[100], false)).counts(Counter.FRAG_TOOBIG).run();
    after(d.piece(65_504, new byte[16], true)).counts(Counter.FRAG_TOOBIG).run();
    after(d.piece(65_512, new byte[4], false)).counts(Counter.FRAG_TOOBIG).run();
    // With options in the header even less fits behind it.
    after(d.piece(65_504, new byte[8], false).options(new byte[4]))
        .counts(Counter.FRAG_TOOBIG)
        .run();
  }

  @Test
  void frg01_totalLengthThatDisagreesWithTheData() {
    Fragmented d = echo(1);
    after(d.piece(0, 64).totalLength(83)).counts(Counter.FRAG_BADLEN).run();
    after(d.piece(0, 64).totalLength(1500)).counts(Counter.IP_TRUNCATED).run();
    after(d.piece(64, 128), d.piece(0, 64).totalLength(20 + 56)).run();
  }

  @Test
  void frg02_fragmentThatEndsInsideAnother() {
    Fragmented d = echo(1);
    after(d.piece(24, new byte[4], false), d.piece(0, 40))
        .counts(Counter.FRAG_OVERLAP)
        .then(h -> stays(h, d))
        .run();
    after(d.piece(0, 40), d.piece(24, new byte[4], false)).counts(Counter.FRAG_OVERLAP).run();
    after(d.piece(0, 16), d.piece(24, 32)).run();
    after(d.piece(8, new byte[8], false), d.piece(24, 32)).counts(Counter.FRAG_CONTRADICTION).run();
  }

  @Test
  void frg04_octetsThatComeTwiceAndDiffer() {
    Fragmented d = echo(1);
    byte[] other = new byte[64];
    for (int offset : new int[] {0, 8, 32, 56}) {
      after(d.piece(offset, other, true), d.piece(0, 64))
          .counts(Counter.FRAG_OVERLAP)
          .then(h -> stays(h, d))
          .run();
    }
    after(d.piece(8, 64), d.piece(0, 16)).counts(Counter.FRAG_OVERLAP).run();
    after(d.piece(0, 64), d.piece(8, 32)).counts(Counter.FRAG_OVERLAP).run();
    after(d.piece(8, 72), d.piece(0, 16), d.piece(64, 128)).counts(Counter.FRAG_OVERLAP).run();
    // What repeats octet by octet is ignored, also a part of it.
    after(d.piece(0, 64), d.piece(0, 64)).counts(Counter.FRAG_DUPLICATE).run();
    after(d.piece(8, 40), d.piece(0, 64)).counts(Counter.FRAG_DUPLICATE).run();
  }

  @Test
  void frg04_portsAndFlagsCannotBeRewritten() {
    byte[] ports = Octets.of(0, 9, 0, 80, 0, 0, 0, 1);
    Fragmented syn =
        Fragmented.tcp(PEER, HOST, 1, Frames.tcp(4000, 7).flags(TcpSegment.SYN).data(new byte[40]));
    after(syn.piece(0, ports, true), syn.piece(0, 32)).counts(Counter.FRAG_OVERLAP).run();
    after(syn.piece(8, ports, true), syn.piece(0, 32)).counts(Counter.FRAG_OVERLAP).run();
    after(syn.piece(32, 60), syn.piece(0, 32), syn.piece(8, ports, true))
        .counts(Counter.FRAG_LATE)
        .run();
  }

  @Test
  void frg05_floodOfSmallFragmentsThatNeverMakeAWhole() {
    HostHarness h = new HostHarness(SMALL);
    LiveProbe probe = new LiveProbe(h);
    int packets = h.host.pool.available();
    Random random = new Random(1);
    int limits = 0;
    for (int i = 0; i < 30_000; i++) {
      int id = random.nextInt(64);
      Fragmented d = echo(PEER + random.nextInt(4), id);
      h.queue(h.fromPeer(d.piece(16 + random.nextInt(8100) * 8, new byte[8], true)));
      if (i % 64 == 63) {
        h.poll();
        assertTrue(h.host.reassembly.usedBytes() <= MEMORY);
        assertTrue(h.host.reassembly.datagrams() <= 32);
      }
      if (i % 5_000 == 0) {
        probe.ping();
        h.takeSent();
        limits++;
      }
    }
    assertEquals(6, limits);
    h.poll();
    assertTrue(h.counter(Counter.FRAG_EVICTED) + h.counter(Counter.FRAG_SOURCE_LIMIT) > 1000);
    assertTrue(h.counter(Counter.FRAG_OVERLAP) + h.counter(Counter.FRAG_DUPLICATE) > 0);
    h.expectNothing();
    well(h, probe, packets);
  }

  private static void well(HostHarness h, LiveProbe probe, int packets) {
    h.expectNoInternalError();
    probe.ping();
    probe.echo();
    probe.timers();
    probe.close();
    probe.levels(packets, 0);
    h.expectNoInternalError();
  }

  @Test
  void frg05_oneDatagramCannotHaveMoreGapsThanAreRemembered() {
    Fragmented d = echo(1);
    Ipv4Datagram[] first = new Ipv4Datagram[64];
    for (int i = 0; i < 64; i++) {
      first[i] = d.piece(16 * i, new byte[8], true);
    }
    after(d.piece(16 * 64, new byte[8], true), first)
        .counts(Counter.FRAG_GAPS)
        .then(h -> stays(h, d))
        .run();
  }

  @Test
  void frg05_oneSourceLeavesRoomForOthers() {
    HostHarness h = new HostHarness(SMALL);
    LiveProbe probe = new LiveProbe(h);
    int packets = h.host.pool.available();
    inject(h, echo(PEER + 9, 1).piece(0, 64));
    for (int id = 0; id < 1000; id++) {
      for (int block = 0; block < 15; block++) {
        inject(h, echo(id).piece(4096 * block, new byte[8], true));
      }
    }
    assertTrue(h.host.reassembly.usedBytes() <= MEMORY / 2 + 4096);
    assertEquals(0, h.counter(Counter.FRAG_EVICTED));
    assertTrue(h.counter(Counter.FRAG_SOURCE_LIMIT) > 900);
    inject(h, echo(PEER + 9, 1).piece(64, 128));
    h.expect(icmp(0, 0));
    well(h, probe, packets);
  }

  @Test
  void frg06_onlyFirstOrOnlyLastFragments() {
    for (boolean first : new boolean[] {true, false}) {
      HostHarness h = new HostHarness(SMALL);
      LiveProbe probe = new LiveProbe(h);
      int packets = h.host.pool.available();
      for (int i = 0; i < 65_536; i++) {
        Fragmented d = echo(Octets.address("192.0.2.0") + i % 200 + 1, i);
        h.queue(h.fromPeer(first ? d.piece(0, 64) : d.piece(64, 128)));
        if (i % 64 == 63) {
          h.poll();
          assertTrue(h.host.reassembly.usedBytes() <= MEMORY);
        }
      }
      assertEquals(65_536 - 32, h.counter(Counter.FRAG_EVICTED));
      h.expectNothing();
      h.advanceMs(61_000);
      int errors = h.takeSent().size();
      assertEquals(32, h.counter(Counter.FRAG_TIMEOUT));
      assertEquals(0, h.host.reassembly.datagrams());
      assertTrue(first ? errors > 0 && errors <= 32 : errors == 0, errors + " errors");
      well(h, probe, packets);
    }
  }

  @Test
  void frg06_errorsAboutWhatDidNotComeAreLimited() {
    HostHarness h = new HostHarness(SMALL);
    inject(h, Frames.ipv4(PEER, HOST).icmp(Frames.echoRequest(1, 1, 8)));
    h.expect(icmp(0, 0));
    for (int id = 0; id < 16; id++) {
      inject(h, echo(id).piece(0, 64));
    }
    h.advanceMs(61_000);
    assertEquals(10, h.takeSent().size());
    assertEquals(6, h.counter(Counter.ICMP_RATELIMITED));
  }

  @Test
  void frg07_lengthsThatNoFragmentHas() {
    Fragmented d = echo(1);
    for (int length : new int[] {0, 1, 7, 9, 63}) {
      after(d.piece(0, new byte[length], true)).counts(Counter.FRAG_BADLEN).run();
      after(d.piece(8, new byte[length], true)).counts(Counter.FRAG_BADLEN).run();
    }
    after(d.piece(64, new byte[0], false), d.piece(0, 64)).counts(Counter.FRAG_BADLEN).run();
  }

  @Test
  void frg07_endsThatContradictEachOther() {
    Fragmented d = echo(1);
    after(d.piece(64, new byte[72], false), d.piece(64, 128)).counts(Counter.FRAG_OVERLAP).run();
    after(d.piece(128, new byte[8], false), d.piece(64, 128))
        .counts(Counter.FRAG_CONTRADICTION)
        .then(h -> stays(h, d))
        .run();
    after(d.piece(32, new byte[8], false), d.piece(64, 128))
        .counts(Counter.FRAG_CONTRADICTION)
        .run();
    after(d.piece(128, new byte[8], true), d.piece(64, 128))
        .counts(Counter.FRAG_CONTRADICTION)
        .run();
    after(d.piece(64, 128), d.piece(128, new byte[8], true))
        .counts(Counter.FRAG_CONTRADICTION)
        .run();
  }

  @Test
  void frg07_orderOfArrivalNeverMatters() {
    Fragmented d = echo(1);
    int[][] orders = {
      {0, 1, 2, 3}, {3, 2, 1, 0}, {1, 0, 3, 2}, {2, 3, 0, 1}, {3, 0, 2, 1}, {1, 3, 0, 2}
    };
    for (int[] order : orders) {
      HostHarness h = new HostHarness(SMALL);
      for (int piece : order) {
        h.expectNothing();
        inject(h, d.pieces(32).get(piece));
      }
      h.expect(icmp(0, 0).and(data(Octets.pattern(0, 120))));
    }
  }

  @Test
  void frg08_firstFragmentThatHasNotEvenTheFlags() {
    Fragmented syn =
        Fragmented.tcp(PEER, HOST, 1, Frames.tcp(4000, 99).flags(TcpSegment.SYN).data(new byte[0]));
    after(syn.piece(0, 8)).run();
    after(syn.piece(8, 20), syn.piece(0, 8))
        .counts(Counter.FRAG_REASSEMBLED, Counter.TCP_RESET_SENT)
        .replies(f -> f.isTcp() && f.has(TcpSegment.RST) ? null : "no reset")
        .run();
  }

  @Test
  void frg11_innerLengthsAreCheckedAgainstTheWhole() {
    for (int claimed : new int[] {0, 7, 129, 0x7FFF, 0x8000, 0xFFFF}) {
      Fragmented d = Fragmented.udp(PEER, HOST, 1, Frames.udp(9, 7).data(0, 120).length(claimed));
      after(d.piece(64, 128), d.piece(0, 64))
          .counts(Counter.FRAG_REASSEMBLED, Counter.UDP_BADLEN)
          .run();
    }
    Fragmented t =
        new Fragmented(
            PEER, HOST, 6, 1, Octets.concat(new byte[12], Octets.of(0xF0, 2), new byte[10]));
    after(t.piece(8, 24), t.piece(0, 8)).counts(Counter.FRAG_REASSEMBLED, Counter.TCP_BADOFF).run();
    Fragmented shorter = new Fragmented(PEER, HOST, 6, 1, new byte[12]);
    after(shorter.piece(8, 12), shorter.piece(0, 8))
        .counts(Counter.FRAG_REASSEMBLED, Counter.TCP_SHORT)
        .run();
  }

  @Test
  void frg14_identificationsCannotBeGuessed() {
    HostHarness h = new HostHarness(SMALL);
    UdpSocket socket = h.host.udp.bind(7);
    Set<Integer> starts = new HashSet<>();
    int following = 0;
    int before = 0;
    for (int i = 0; i < 100; i++) {
      Endpoint to = new Endpoint(Octets.address("192.0.2.0") + i + 1, 9);
      socket.send(new byte[2000], 0, 2000, to, h.nowNs());
      int id = h.takeSent().get(0).identification();
      starts.add(id);
      following += Math.abs(id - before) < 64 ? 1 : 0;
      before = id;
      socket.send(new byte[2000], 0, 2000, to, h.nowNs());
      SeenFrame again = h.takeSent().get(0);
      assertNotEquals(id, again.identification());
    }
    assertTrue(starts.size() > 95 && following < 5, starts.size() + " " + following);
  }

  @Test
  void frg15_fragmentsOfDifferentDatagramsAreNeverJoined() {
    Fragmented d = echo(1);
    after(echo(PEER + 9, 1).piece(64, 128), d.piece(0, 64)).run();
    after(echo(2).piece(64, 128), d.piece(0, 64)).run();
    after(d.piece(64, 128).protocol(17), d.piece(0, 64)).run();
  }

  @Test
  void frg17_neverWholeWhileAnOctetIsMissing() {
    Fragmented d = echo(1);
    // The last falls into a hole that is bounded on both sides.
    after(d.piece(48, new byte[16], false), d.piece(0, 32), d.piece(96, 104))
        .counts(Counter.FRAG_CONTRADICTION)
        .then(h -> stays(h, d))
        .run();
    after(d.piece(64, 128), d.piece(0, 32), d.piece(40, 64)).run();
    after(d.piece(0, 32), d.piece(40, 64), d.piece(64, 128)).run();
    // An earlier offset, but an end beyond that of the last.
    after(d.piece(32, new byte[104], true), d.piece(64, 128)).counts(Counter.FRAG_OVERLAP).run();
    after(d.piece(0, new byte[136], true), d.piece(64, 128)).counts(Counter.FRAG_OVERLAP).run();
  }
}
