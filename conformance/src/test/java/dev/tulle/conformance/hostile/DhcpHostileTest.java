// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.testkit.FrameChecks.udp;
import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.MASK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.conformance.layers.DhcpServer;
import dev.tulle.host.DhcpClient;
import dev.tulle.stack.Counter;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.HostileHarness;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Hostile DHCP messages. Methods are named after the catalogue's rows. */
class DhcpHostileTest {
  private static final byte[] TYPE_AND_SERVER =
      Octets.of(53, 1, DhcpServer.OFFER, 54, 4, 10, 9, 0, 1);
  private static final byte[] OFFER =
      Octets.concat(
          TYPE_AND_SERVER,
          Octets.of(51, 4, 0, 0, 14, 16, 1, 4, 255, 255, 255, 0, 3, 4, 10, 9, 0, 1));

  private DhcpServer server;

  /**
   * A message to a client that waits for offers; afterwards it must get its address all the same.
   */
  private HostileHarness selecting(Function<DhcpServer, byte[]> message) {
    return hostile(h -> {}, s -> s.frame(message.apply(s)));
  }

  /** The same in a later state, to which {@code further} brings the client. */
  private HostileHarness hostile(
      Consumer<HostHarness> further, Function<DhcpServer, byte[]> frame) {
    return new HostileHarness(DhcpServer::host)
        .before(
            h -> {
              server = new DhcpServer(h);
              server.begin();
              hear(h);
              further.accept(h);
            })
        .input(h -> frame.apply(server))
        .recovery(DhcpHostileTest::obtains)
        .after(h -> h.host.dhcp.release(h.nowNs()));
  }

  private void hear(HostHarness h) {
    for (SeenFrame frame : h.takeSent()) {
      server.hear(frame);
    }
  }

  private static void obtains(HostHarness h) {
    DhcpServer good = new DhcpServer(h);
    if (h.host.dhcp.bound() && h.host.port.address != HOST) {
      h.host.dhcp.release(h.nowNs());
      h.advanceMs(1000);
      good.begin();
    }
    good.serve(1_000_000);
    if (h.host.port.address != HOST) {
      throw h.failure("a valid exchange gave no address");
    }
    h.takeSent();
  }

  /** An offer with one more thing that must be passed over: it is taken. */
  private void taken(byte[] options) {
    selecting(s -> s.bare(Octets.concat(OFFER, options)))
        .replies(udp(68, 67))
        .then(h -> assertEquals(DhcpClient.REQUESTING, h.host.dhcp.state()))
        .run();
  }

  private void refused(int counter, byte[] options) {
    selecting(s -> s.bare(options)).counts(counter).run();
  }

  @Test
  void dhc01_messagesThatAreTooShort() {
    for (int length : new int[] {0, 1, 28, 127, 128, 236, 239}) {
      selecting(s -> Octets.resized(s.message(DhcpServer.OFFER), length))
          .counts(Counter.DHCP_SHORT)
          .withoutVariations()
          .run();
    }
    selecting(s -> Octets.resized(s.message(DhcpServer.OFFER), 239))
        .counts(Counter.DHCP_SHORT)
        .run();
    selecting(s -> Octets.resized(s.message(DhcpServer.OFFER), 240))
        .counts(Counter.DHCP_UNEXPECTED) // without a type
        .run();
  }

  @Test
  void dhc01_optionsWithWrongLengths() {
    taken(Octets.of(43, 255, 1, 2, 3));
    taken(Octets.of(6, 3, 1, 2, 3, 255));
    taken(Octets.of(6, 5, 1, 2, 3, 4, 5, 255));
    taken(Octets.of(6, 255, 1, 2, 3));
    taken(Octets.of(12));
    for (int length = 0; length < 4; length++) {
      byte[] zeros = new byte[length];
      byte[] end = Octets.of(255);
      refused(Counter.DHCP_BAD, Octets.concat(TYPE_AND_SERVER, Octets.of(51, length), zeros, end));
      refused(
          Counter.DHCP_BAD,
          Octets.concat(Octets.of(53, 1, 2, 51, 4, 0, 0, 14, 16, 54, length), zeros, end));
      byte[] lease = Octets.concat(TYPE_AND_SERVER, Octets.of(51, 4, 0, 0, 14, 16));
      for (int code : new int[] {1, 3}) {
        byte[] options = Octets.concat(lease, Octets.of(code, length), zeros, end);
        selecting(s -> s.bare(options)).replies(udp(68, 67)).withoutVariations().run();
      }
    }
  }

  @Test
  void dhc02_walksThatMustEnd() {
    taken(new byte[0]);
    taken(new byte[900]);
    taken(Octets.of(52, 1, 3));
    byte[] overloaded = Octets.concat(OFFER, Octets.of(52, 1, 3, 255));
    selecting(
            s -> {
              byte[] message = s.bare(overloaded);
              for (int at = 44; at < 236; at += 3) {
                System.arraycopy(Octets.of(52, 1, 3), 0, message, at, 3);
              }
              return message;
            })
        .replies(udp(68, 67))
        .run();
  }

  @Test
  void dhc03_aMessageThatIsFullOfOptions() {
    byte[] full = new byte[1472 - 240 - OFFER.length];
    for (int at = 0; at + 2 <= full.length; at += 2) {
      full[at] = 6;
    }
    taken(full);
    byte[] long6 = new byte[1024];
    for (int at = 0; at < 1024; at += 256) {
      long6[at] = 6;
      long6[at + 1] = (byte) 254;
    }
    selecting(s -> s.bare(Octets.concat(OFFER, long6)))
        .replies(udp(68, 67))
        .withoutVariations()
        .run();
  }

  @Test
  void dhc04_namesThatAreNone() {
    for (String name :
        new String[] {
          "", "\0", "a\0b", "\u001b[2J", "`reboot`", "$(x)", "a..b", ".", "-".repeat(64)
        }) {
      byte[] text = name.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
      byte[] options =
          Octets.concat(
              Octets.of(12, text.length), text, Octets.of(15, text.length), text, Octets.of(255));
      selecting(s -> s.bare(Octets.concat(OFFER, options)))
          .replies(udp(68, 67))
          .withoutVariations()
          .run();
    }
    byte[] unended = new byte[255];
    java.util.Arrays.fill(unended, (byte) 'a');
    taken(Octets.concat(Octets.of(12, 255), unended, Octets.of(15, 255), unended));
  }

  @Test
  void dhc05_domainsToSearchInThatPointAstray() {
    for (byte[] search :
        new byte[][] {
          Octets.of(0xC0, 0),
          Octets.of(0xC0, 0xFF),
          Octets.of(1, 'a', 0xC0, 5, 1, 'b', 0),
          Octets.of(63, 'a'),
          Octets.of(64, 'a', 0),
          Octets.of(0xC0)
        }) {
      byte[] options = Octets.concat(Octets.of(119, search.length), search, Octets.of(255));
      hostile(
              h -> {
                h.inject(server.frame(server.bare(OFFER)));
                hear(h);
              },
              s -> {
                byte[] ack = s.bare(Octets.concat(OFFER, options));
                Octets.put32(ack, 16, HOST);
                ack[242] = DhcpServer.ACK;
                return s.frame(ack);
              })
          .then(h -> assertEquals(DhcpClient.PROBING, h.host.dhcp.state()))
          .withoutVariations()
          .run();
    }
  }

  @Test
  void dhc06_addressesThatNoHostCanHave() {
    for (String yours :
        new String[] {
          "0.0.0.0",
          "127.0.0.1",
          "224.0.0.1",
          "255.255.255.255",
          "10.9.0.255",
          "10.9.0.0",
          "10.9.0.1"
        }) {
      selecting(
              s -> {
                s.yours = Octets.address(yours);
                return s.message(DhcpServer.OFFER);
              })
          .counts(Counter.DHCP_BAD)
          .withoutVariations()
          .run();
    }
    selecting(
            s -> {
              s.yours = Octets.address("10.9.0.255");
              return s.message(DhcpServer.OFFER);
            })
        .counts(Counter.DHCP_BAD)
        .run();
  }

  @Test
  void dhc07_times() {
    long[][] refused = {{0}, {1}, {19}};
    for (long[] lease : refused) {
      selecting(
              s -> {
                s.leaseSeconds = lease[0];
                return s.message(DhcpServer.OFFER);
              })
          .counts(Counter.DHCP_BAD)
          .withoutVariations()
          .run();
    }
    // Lease, T1, T2: inconsistent ones become half and seven eighths.
    long[][] times = {
      {3600, 3000, 2000},
      {3600, 0, 0},
      {3600, 3600, 3600},
      {0xFFFFFFFEL, 0xFFFFFFFFL, 0xFFFFFFFFL},
      {0x80000000L, 0x80000001L, 0x7FFFFFFFL},
      {3600, 1, 2}
    };
    for (long[] t : times) {
      HostHarness h = new HostHarness(DhcpServer::host);
      DhcpServer s = new DhcpServer(h);
      s.leaseSeconds = t[0];
      byte[] option = Octets.of(58, 4, 0, 0, 0, 0, 59, 4, 0, 0, 0, 0);
      Octets.put32(option, 2, (int) t[1]);
      Octets.put32(option, 8, (int) t[2]);
      s.raw(option).bind();
      long untilNs = h.host.dhcp.deadlineNs() - h.nowNs();
      boolean half = untilNs <= t[0] * 500_000_000L && untilNs >= t[0] * 450_000_000L;
      assertTrue(half, t[0] + " " + t[1] + " " + t[2] + ": " + untilNs);
    }
  }

  @Test
  void dhc08_forgedReplies() {
    for (int at : new int[] {0, 1, 2, 4, 7, 28, 33, 236, 239}) {
      selecting(
              s -> {
                byte[] message = s.message(DhcpServer.OFFER);
                message[at] ^= 0x40;
                return message;
              })
          .counts(Counter.DHCP_UNEXPECTED)
          .withoutVariations()
          .run();
    }
    for (int type : new int[] {0, 1, 3, 4, 5, 6, 7, 8, 255}) {
      selecting(s -> s.message(type)).counts(Counter.DHCP_UNEXPECTED).withoutVariations().run();
    }
    hostile(h -> {}, s -> s.frame(s.message(DhcpServer.OFFER), 68))
        .counts(Counter.DHCP_UNEXPECTED)
        .run();
    for (int type : new int[] {DhcpServer.ACK, DhcpServer.NAK, DhcpServer.OFFER}) {
      hostile(
              h -> {
                h.inject(server.frame(server.message(DhcpServer.OFFER)));
                hear(h);
              },
              s -> {
                s.server = Octets.address("10.9.0.66");
                return s.frame(s.message(type));
              })
          .counts(Counter.DHCP_UNEXPECTED)
          .run();
    }
    for (int type : new int[] {DhcpServer.ACK, DhcpServer.NAK, DhcpServer.OFFER}) {
      hostile(h -> server.bind(), s -> s.frame(s.message(type)))
          .before(
              h -> {
                server = new DhcpServer(h);
                server.bind();
              })
          .counts(Counter.DHCP_UNEXPECTED)
          .run();
    }
  }

  @Test
  void dhc09_refusalsAndOffersWithoutEnd() {
    HostHarness h = new HostHarness(DhcpServer::host);
    DhcpServer s = new DhcpServer(h);
    s.begin();
    long untilNs = h.nowNs() + 600_000_000_000L;
    int messages = 0;
    while (h.nowNs() < untilNs) {
      SeenFrame frame = h.nextWithinNs(untilNs - h.nowNs());
      if (s.hear(frame)) {
        messages++;
        for (int i = 0; i < 1000; i++) {
          s.say(s.type == 1 ? DhcpServer.OFFER : DhcpServer.NAK);
        }
      }
    }
    assertTrue(messages < 40, messages + " messages in ten minutes");
    assertTrue(h.counter(Counter.DHCP_NAK) < 20);
    h.expectNoInternalError();
    obtains(h);
  }

  @Test
  void dhc11_masksAndRoutesThatAreNone() {
    for (String mask : new String[] {"255.0.255.0", "0.0.0.255", "0.0.0.0", "255.255.255.1"}) {
      HostHarness h = new HostHarness(DhcpServer::host);
      DhcpServer s = new DhcpServer(h);
      s.mask = Octets.address(mask);
      s.bind();
      assertEquals(Octets.address("255.0.0.0"), h.host.port.mask, "the class's");
    }
    HostHarness h = new HostHarness(DhcpServer::host);
    DhcpServer s = new DhcpServer(h);
    s.router = Octets.address("192.0.2.1");
    s.bind();
    assertEquals(0, h.host.dhcp.router());
    assertEquals(MASK, h.host.port.mask);
    for (byte[] routes :
        new byte[][] {
          Octets.of(33, 1, 2, 3, 4, 5, 10, 9, 0, 1),
          Octets.of(255, 10, 9, 0, 1),
          Octets.of(0, 10, 9, 0),
          Octets.of(24, 1),
          Octets.of(0, 192, 0, 2, 1),
          Octets.of(0, 10, 9, 0, 2),
          Octets.of(0, 0, 0, 0, 0)
        }) {
      h = new HostHarness(DhcpServer::host);
      s = new DhcpServer(h);
      s.router = 0;
      s.raw(Octets.concat(Octets.of(121, routes.length), routes)).bind();
      assertEquals(0, h.host.dhcp.router());
    }
  }
}
