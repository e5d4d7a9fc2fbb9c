// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.HostHarness.PEER_MAC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Full;
import dev.tulle.stack.Counter;
import dev.tulle.testkit.Assembly;
import dev.tulle.testkit.Fragmented;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.HostileHarness;
import dev.tulle.testkit.Ipv4Datagram;
import dev.tulle.testkit.LiveProbe;
import dev.tulle.testkit.Octets;
import dev.tulle.udp.UdpSocket;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Hostile IGMP. Methods are named after the catalogue's rows. */
class IgmpHostileTest {
  private static final Assembly SMALL =
      (link, mac, entropy) -> Full.host(link, mac, entropy, 8, 4096);

  private static final int ALL = Octets.address("224.0.0.1");
  private static final int GROUP = Octets.address("239.1.2.3");
  private static final byte[] ALERT = Octets.of(0x94, 4, 0, 0);

  private static byte[] summed(byte[] message) {
    Octets.put16(message, 2, 0);
    Octets.put16(message, 2, Octets.checksum(0, message, 0, message.length));
    return message;
  }

  /** A query of version 3 that claims so many sources and has as many octets of them. */
  private static byte[] query(int code, int group, int claimed, int octets) {
    byte[] b = new byte[12 + octets];
    b[0] = 0x11;
    b[1] = (byte) code;
    Octets.put32(b, 4, group);
    Octets.put16(b, 10, claimed);
    return summed(b);
  }

  private static Ipv4Datagram datagram(int to, byte[] message) {
    return Frames.ipv4(PEER, to).ttl(1).options(ALERT).payload(2, message);
  }

  private static byte[] frame(int to, Ipv4Datagram datagram) {
    return Frames.ethernet(PEER_MAC, 0x0100_5E00_0000L | to & 0x7F_FFFF).ipv4(datagram).build();
  }

  private static void join(HostHarness h) {
    UdpSocket socket = h.host.udp.bind(9);
    socket.options.join(new Endpoint(GROUP, 0));
    h.advanceMs(3000);
    h.takeSent();
  }

  private static HostileHarness hostile(int to, Ipv4Datagram datagram) {
    return new HostileHarness(SMALL).before(IgmpHostileTest::join).input(h -> frame(to, datagram));
  }

  /** Nothing is pending after what was ignored. */
  private static void silent(HostHarness h) {
    h.advanceMs(70_000);
    h.expectNothing();
  }

  @Test
  void mld01_queriesAboutGroupsThatWereNotJoined() {
    int other = Octets.address("239.9.9.9");
    hostile(ALL, datagram(ALL, query(10, other, 0, 0))).then(IgmpHostileTest::silent).run();
    hostile(ALL, datagram(ALL, query(10, other, 1, 4))).then(IgmpHostileTest::silent).run();
    for (int address : new int[] {PEER, HOST, 1, -1, 0x7F00_0001}) {
      hostile(ALL, datagram(ALL, query(10, address, 0, 0)))
          .counts(Counter.IGMP_INVALID)
          .then(IgmpHostileTest::silent)
          .withoutVariations()
          .run();
    }
    // About all groups, but to one; about a group, to this host's own address.
    hostile(GROUP, datagram(GROUP, query(10, 0, 0, 0))).counts(Counter.IGMP_INVALID).run();
  }

  @Test
  void mld02_responseCodesFromZeroUp() {
    for (int code : new int[] {0, 1, 0x7F, 0x80, 0x81, 0x8F, 0xF0, 0xFE, 0xFF}) {
      for (int group : new int[] {0, GROUP}) {
        int to = group == 0 ? ALL : group;
        hostile(to, datagram(to, query(code, group, 0, 0)))
            .then(
                h -> {
                  h.advanceMs(61_000);
                  assertEquals(1, h.takeSent().size());
                })
            .withoutVariations()
            .run();
      }
    }
    hostile(ALL, datagram(ALL, query(0, 0, 0, 0))).run();
  }

  @Test
  void mld03_countsOfSourcesBeyondTheMessage() {
    for (int claimed : new int[] {4, 0x7FFF, 0x8000, 0xFFFF}) {
      for (int sources = 0; sources < 4; sources++) {
        hostile(GROUP, datagram(GROUP, query(10, GROUP, claimed, 4 * sources)))
            .counts(Counter.IGMP_SHORT)
            .then(IgmpHostileTest::silent)
            .withoutVariations()
            .run();
      }
    }
    hostile(GROUP, datagram(GROUP, query(10, GROUP, 1, 3))).counts(Counter.IGMP_SHORT).run();
  }

  @Test
  void mld03_shortMessages() {
    byte[] whole = query(10, 0, 0, 0);
    for (int length = 0; length < 12; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      boolean old = length == 8; // a query of version 2
      HostileHarness harness =
          hostile(ALL, datagram(ALL, length < 4 ? cut : summed(cut))).withoutVariations();
      (old ? harness : harness.counts(Counter.IGMP_SHORT)).run();
    }
  }

  @Test
  void mld03_queriesFromElsewhere() {
    byte[] query = query(10, 0, 0, 0);
    for (int ttl : new int[] {0, 2, 64, 255}) {
      hostile(ALL, datagram(ALL, query).ttl(ttl))
          .counts(Counter.IGMP_INVALID)
          .then(IgmpHostileTest::silent)
          .withoutVariations()
          .run();
    }
    hostile(ALL, Frames.ipv4(PEER, ALL).ttl(1).payload(2, query))
        .counts(Counter.IGMP_INVALID)
        .then(IgmpHostileTest::silent)
        .run();
    hostile(ALL, datagram(ALL, query).options(Octets.of(1, 1, 7, 3, 4, 0, 0, 0)))
        .counts(Counter.IGMP_INVALID)
        .run();
    // Behind the end of the options there is nothing, not even lengths that lead nowhere.
    hostile(ALL, datagram(ALL, query).options(Octets.of(0, 7, 0, 0, 0x94, 4, 0, 0)))
        .counts(Counter.IGMP_INVALID)
        .run();
  }

  @Test
  void mld04_stormOfQueries() {
    HostHarness h = new HostHarness(SMALL);
    LiveProbe probe = new LiveProbe(h);
    int packets = h.host.pool.available();
    UdpSocket socket = h.host.udp.bind(9);
    for (int i = 0; i < 8; i++) {
      socket.options.join(new Endpoint(GROUP + i, 0));
    }
    h.advanceMs(3000);
    h.takeSent();
    long sent = h.counter(Counter.IGMP_SENT);
    for (int i = 0; i < 10_000; i++) { // in a second
      int group = i % 2 == 0 ? 0 : GROUP + i % 8;
      int to = group == 0 ? ALL : group;
      h.inject(frame(to, datagram(to, query(1, group, i % 3, 12))));
      h.advanceNs(100_000);
    }
    long reports = h.counter(Counter.IGMP_SENT) - sent;
    assertTrue(reports > 0 && reports < 1000, reports + " reports");
    socket.close();
    h.advanceMs(3000);
    h.takeSent();
    probe.ping();
    probe.echo();
    probe.timers();
    probe.close();
    probe.levels(packets, 0);
    h.expectNoInternalError();
  }

  @Test
  void mld05_checksums() {
    byte[] wrong = query(10, 0, 0, 0);
    wrong[3] ^= 1;
    hostile(ALL, datagram(ALL, wrong))
        .counts(Counter.IGMP_BADSUM)
        .then(IgmpHostileTest::silent)
        .run();
  }

  @Test
  void frg12_sourcesInASecondFragment() {
    byte[] query = query(10, GROUP, 4, 16);
    Fragmented d = new Fragmented(PEER, GROUP, 2, 1, query);
    // Only what is whole is looked at; its length is that of the whole.
    new HostileHarness(SMALL)
        .before(
            h -> {
              join(h);
              h.inject(frame(GROUP, d.piece(0, 16).ttl(1).options(ALERT)));
            })
        .input(h -> frame(GROUP, d.piece(16, query.length).ttl(1).options(ALERT)))
        .counts(Counter.FRAG_REASSEMBLED)
        .run();
    Fragmented longer = new Fragmented(PEER, GROUP, 2, 1, query(10, GROUP, 5, 16));
    new HostileHarness(SMALL)
        .before(
            h -> {
              join(h);
              h.inject(frame(GROUP, longer.piece(0, 16).ttl(1).options(ALERT)));
            })
        .input(h -> frame(GROUP, longer.piece(16, query.length).ttl(1).options(ALERT)))
        .counts(Counter.FRAG_REASSEMBLED, Counter.IGMP_SHORT)
        .then(IgmpHostileTest::silent)
        .run();
  }
}
