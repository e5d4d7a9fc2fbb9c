// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.conformance.hostile.SixHostile.FULL;
import static dev.tulle.testkit.Discovery.alerted;
import static dev.tulle.testkit.Discovery.listenerQuery;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.ip.Endpoint;
import dev.tulle.stack.Counter;
import dev.tulle.testkit.Discovery;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.HostileHarness;
import dev.tulle.testkit.Ipv6Packet;
import dev.tulle.testkit.LiveProbe;
import dev.tulle.testkit.Octets;
import dev.tulle.udp.UdpSocket;
import org.junit.jupiter.api.Test;

/** Hostile MLD. Methods are named after the catalogue's rows. */
class MldHostileTest {
  private static final String GROUP = "ff02::1:2345";

  private static void join(HostHarness h) {
    h.six();
    Endpoint group = new Endpoint();
    group.set(0xFF02L << 48, 0x1_2345, 0);
    UdpSocket socket = h.host.udp.bind(9);
    socket.options.join(group);
    h.advanceMs(3000);
    h.takeSent();
  }

  private static HostileHarness hostile(Ipv6Packet packet) {
    return new HostileHarness(FULL).before(MldHostileTest::join).input(h -> h.fromPeer(packet));
  }

  private static void silent(HostHarness h) {
    h.advanceMs(70_000);
    h.expectNothing();
  }

  @Test
  void mld01_queriesAboutGroupsThatWereNotJoined() {
    for (String group : new String[] {"ff02::9999", "fd00::2", "::1"}) {
      Ipv6Packet query =
          alerted(new Ipv6Packet("fe80::1", "ff02::1"))
              .icmp(130, 0, Octets.concat(new byte[4], Ipv6Packet.address(group), new byte[4]));
      hostile(query).then(MldHostileTest::silent).run();
    }
  }

  @Test
  void mld02_responseCodesFromZeroUp() {
    for (int code : new int[] {0, 1, 0x7FFF, 0x8000, 0x8001, 0xF000, 0xFFFE, 0xFFFF}) {
      for (String group : new String[] {"::", GROUP}) {
        hostile(listenerQuery(code, group, 0))
            .then(
                h -> {
                  h.advanceMs(61_000);
                  assertEquals(1, h.takeSent().size());
                })
            .withoutVariations()
            .run();
      }
    }
    hostile(listenerQuery(0, "::", 0)).run();
  }

  @Test
  void mld03_countsOfSourcesBeyondTheMessage() {
    String[][] sources = {{}, {"fd00::1"}, {"fd00::1", "fd00::3"}};
    for (int claimed : new int[] {3, 0x7FFF, 0x8000, 0xFFFF}) {
      for (String[] there : sources) {
        hostile(listenerQuery(10, GROUP, claimed, there))
            .counts(Counter.ICMP_SHORT)
            .then(MldHostileTest::silent)
            .withoutVariations()
            .run();
      }
    }
    hostile(listenerQuery(10, GROUP, 2, "fd00::1")).counts(Counter.ICMP_SHORT).run();
    // More than can be remembered: the whole group is answered for.
    String[] many = new String[80];
    for (int i = 0; i < many.length; i++) {
      many[i] = "fd00::" + Integer.toHexString(i + 1);
    }
    hostile(listenerQuery(10, GROUP, 80, many)).withoutVariations().run();
  }

  @Test
  void mld03_shortMessages() {
    for (int length = 0; length < 28; length++) {
      HostileHarness harness =
          hostile(
                  alerted(new Ipv6Packet("fe80::1", "ff02::1"))
                      .icmp(130, 0, new byte[Math.max(0, length - 4)]))
              .withoutVariations();
      (Math.max(4, length) == 24 ? harness : harness.counts(Counter.ICMP_SHORT)).run();
    }
  }

  @Test
  void mld03_queriesFromElsewhere() {
    for (int hops : new int[] {2, 64, 255}) {
      hostile(listenerQuery(10, "::", 0).hopLimit(hops))
          .counts(Counter.MLD_INVALID)
          .then(MldHostileTest::silent)
          .withoutVariations()
          .run();
    }
    byte[] all = new byte[24];
    hostile(new Ipv6Packet("fe80::1", "ff02::1").hopLimit(1).icmp(130, 0, all))
        .counts(Counter.MLD_INVALID)
        .then(MldHostileTest::silent)
        .run();
    hostile(alerted(new Ipv6Packet("fd00::1", "ff02::1")).icmp(130, 0, all))
        .counts(Counter.MLD_INVALID)
        .then(MldHostileTest::silent)
        .run();
    hostile(alerted(new Ipv6Packet("fd00::1", "ff02::1")).icmp(131, 0, new byte[20]))
        .counts(Counter.MLD_INVALID)
        .run();
  }

  @Test
  void mld04_stormOfQueries() {
    HostHarness h = new HostHarness(FULL);
    LiveProbe probe = new LiveProbe(h);
    join(h);
    int packets = h.host.pool.available();
    long sent = h.sentCount();
    for (int i = 0; i < 10_000; i++) { // in a second
      h.inject(h.fromPeer(listenerQuery(100, i % 2 == 0 ? "::" : GROUP, 0)));
      if (i % 16 == 0) {
        h.inject(h.fromPeer(Discovery.listenerQueryV1(100, "::")));
      }
      h.advanceNs(100_000);
    }
    assertTrue(h.sentCount() - sent < 1000, h.sentCount() - sent + " reports");
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
    hostile(alerted(new Ipv6Packet("fe80::1", "ff02::1")).checksumOff(1).icmp(130, 0, new byte[24]))
        .counts(Counter.ICMP_BADSUM)
        .then(MldHostileTest::silent)
        .run();
  }
}
