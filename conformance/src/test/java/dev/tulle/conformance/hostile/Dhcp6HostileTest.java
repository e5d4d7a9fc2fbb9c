// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.conformance.layers.Dhcp6Server.ADVERTISE;
import static dev.tulle.conformance.layers.Dhcp6Server.LENT;
import static dev.tulle.conformance.layers.Dhcp6Server.REPLY;
import static dev.tulle.conformance.layers.Dhcp6Server.REQUEST;
import static dev.tulle.conformance.layers.Dhcp6Server.address;
import static dev.tulle.conformance.layers.Dhcp6Server.option;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tulle.conformance.layers.Dhcp6Server;
import dev.tulle.conformance.layers.DnsMessage;
import dev.tulle.host.Dhcp6Client;
import dev.tulle.stack.Counter;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.HostileHarness;
import dev.tulle.testkit.Ipv6Packet;
import dev.tulle.testkit.Octets;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Hostile DHCPv6 messages. Methods are named after the catalogue's rows. */
class Dhcp6HostileTest {
  private static final byte[] NONE = {};

  private Dhcp6Server server;

  /** A message to a client that has solicited; it must get its address all the same. */
  private HostileHarness soliciting(Function<Dhcp6Server, byte[]> message) {
    return hostile(false, message);
  }

  /** The same for one that has requested. */
  private HostileHarness requesting(Function<Dhcp6Server, byte[]> message) {
    return hostile(true, message);
  }

  private HostileHarness hostile(boolean requested, Function<Dhcp6Server, byte[]> message) {
    return new HostileHarness(Dhcp6Server.HOSTS)
        .before(
            h -> {
              server = new Dhcp6Server(h).begin(true);
              server.hear();
              if (requested) {
                server.say(ADVERTISE, server.usual());
                server.hear();
              }
            })
        .input(h -> server.frame(message.apply(server)))
        .recovery(this::obtains)
        .after(
            h -> {
              h.host.dhcp6.release(h.nowNs());
              h.advanceMs(20_000);
              h.takeSent();
            });
  }

  private void obtains(HostHarness h) {
    h.takeSent();
    Dhcp6Client client = h.host.dhcp6;
    for (int i = 0; i < 40 && !client.bound(); i++) {
      int type = server.hear(60);
      if (type != 0) {
        server.say(type == REQUEST ? REPLY : ADVERTISE, server.usual());
      }
      h.advanceMs(3000);
    }
    if (!client.bound()) {
      throw h.failure("no address, state " + client.state());
    }
    h.takeSent();
  }

  private void bad(Function<Dhcp6Server, byte[]> message) {
    requesting(message)
        .counts(Counter.DHCP6_BAD)
        .then(h -> assertEquals(Dhcp6Client.REQUESTING, h.host.dhcp6.state()))
        .withoutVariations()
        .run();
  }

  @Test
  void dhc10_identitiesThatAreTooShortOrHoldTooMuch() {
    for (int length = 0; length < 12; length++) {
      byte[] identity = option(3, new byte[length]);
      bad(s -> s.build(REPLY, identity));
    }
    for (int length = 0; length < 24; length++) {
      byte[] inner = option(5, new byte[length]);
      bad(s -> s.build(REPLY, s.identity(0, 0, inner)));
    }
    byte[] lent = Octets.concat(Ipv6Packet.address(LENT), new byte[8]);
    for (int length : new int[] {23, 25, 40, 0x7FFF, 0x8000, 0xFFFF}) {
      bad(s -> s.build(REPLY, s.identity(0, 0, option(5, length, lent))));
    }
    for (int length : new int[] {1, 2, 3, 0x7FFF, 0xFFFF}) {
      byte[] inner = option(13, length, NONE);
      bad(s -> s.build(REPLY, s.identity(0, 0, address(LENT, 3600, 7200, inner))));
      bad(s -> s.build(REPLY, s.usual(), option(23, length, NONE)));
    }
  }

  @Test
  void dhc10_namesOfMachinesOfAllLengths() {
    for (int length : new int[] {0, 1, 2, 131, 1000}) {
      bad(
          s ->
              s.raw(
                  REPLY,
                  Octets.concat(option(1, s.option(1)), option(2, new byte[length]), s.usual())));
    }
    for (int length : new int[] {0, 1, 9, 11, 131}) {
      requesting(
              s ->
                  s.raw(
                      REPLY,
                      Octets.concat(
                          option(1, new byte[length]), option(2, new byte[10]), s.usual())))
          .counts(Counter.DHCP6_UNEXPECTED)
          .withoutVariations()
          .run();
    }
    bad(s -> s.raw(REPLY, Octets.concat(option(1, s.option(1)), s.usual())));
  }

  @Test
  void dhc10_anIdentityCutAndChangedEverywhere() {
    requesting(s -> s.build(REPLY, option(3, new byte[11]))).counts(Counter.DHCP6_BAD).run();
    soliciting(s -> s.build(ADVERTISE, s.identity(0, 0, option(5, 0xFFFF, new byte[24]))))
        .counts(Counter.DHCP6_BAD)
        .run();
  }

  @Test
  void dhc10_messagesThatFitNoQuestion() {
    for (int type = 0; type < 14; type++) {
      if (type != REPLY) {
        int other = type;
        requesting(s -> s.build(other, s.usual()))
            .counts(Counter.DHCP6_UNEXPECTED)
            .withoutVariations()
            .run();
      }
    }
    soliciting(s -> s.build(REPLY, s.usual()))
        .counts(Counter.DHCP6_UNEXPECTED)
        .withoutVariations()
        .run();
    requesting(
            s -> {
              byte[] message = s.build(REPLY, s.usual());
              message[3] ^= 1;
              return message;
            })
        .counts(Counter.DHCP6_UNEXPECTED)
        .withoutVariations()
        .run();
    for (int length = 0; length < 4; length++) {
      byte[] cut = new byte[length];
      requesting(s -> cut).counts(Counter.DHCP6_BAD).withoutVariations().run();
    }
  }

  @Test
  void dhc10_addressesAndTimesThatCannotBe() {
    for (String wrong : new String[] {"::", "::1", "ff02::1", "fe80::7"}) {
      refused(s -> s.identity(0, 0, address(wrong, 3600, 7200, NONE)));
    }
    refused(s -> s.identity(0, 0, address(LENT, 3600, 0, NONE)));
    refused(s -> s.identity(0, 0, address(LENT, 3601, 3600, NONE)));
    refused(s -> s.identity(0, 0, address(LENT, 3600, 7200, option(13, Octets.of(0, 1)))));
    refused(s -> s.identity(0, 0, NONE));
    int[][] times = {{-1, -1}, {1, 1}, {9, 8}, {0, -1}, {0x7FFFFFFF, 0x80000000}};
    for (int[] pair : times) {
      requesting(s -> s.build(REPLY, s.identity(pair[0], pair[1], address(LENT, -1, -1, NONE))))
          .then(
              h -> {
                assertEquals(Dhcp6Client.BOUND, h.host.dhcp6.state());
                h.advanceMs(4900);
                assertEquals(Dhcp6Client.BOUND, h.host.dhcp6.state(), "no renewal in 5 s");
                h.takeSent();
              })
          .withoutVariations()
          .run();
    }
  }

  private void refused(Function<Dhcp6Server, byte[]> identity) {
    requesting(s -> s.build(REPLY, identity.apply(s)))
        .counts(Counter.DHCP6_REFUSED)
        .withoutVariations()
        .run();
  }

  @Test
  void dhc10_nameServersAndDomainsThatAreNone() {
    requesting(
            s ->
                s.build(
                    REPLY,
                    s.usual(),
                    option(23, new byte[17]),
                    option(24, Octets.of(0xC0, 0, 3, 'a'))))
        .then(
            h -> {
              assertEquals(0, h.host.nameServers.count());
              assertEquals(0, h.host.nameServers.domain(0, new byte[255]));
            })
        .withoutVariations()
        .run();
    byte[] many = new byte[16 * 60];
    for (int i = 0; i < 60; i++) {
      System.arraycopy(Ipv6Packet.address("2001:db8::" + (i + 1)), 0, many, 16 * i, 16);
    }
    requesting(
            s -> s.build(REPLY, s.usual(), option(23, many), option(24, DnsMessage.name("a.test"))))
        .then(h -> assertEquals(3, h.host.nameServers.count()))
        .withoutVariations()
        .run();
  }
}
