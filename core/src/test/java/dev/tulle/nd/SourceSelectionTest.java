// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.tulle.buffer.Packet;
import dev.tulle.buffer.PacketPool;
import dev.tulle.group.Group;
import dev.tulle.group.Groups;
import dev.tulle.link.EthernetPort;
import dev.tulle.link.Link;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.KeyedHash;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Which address is the source of what goes to another: RFC 6724 5, with its examples of 10.1. */
class SourceSelectionTest {
  private static final Link NOWHERE =
      new Link() {
        @Override
        public int frameBytes() {
          return 1514;
        }

        @Override
        public int receive(Packet packet, long nowNs) {
          return 0;
        }

        @Override
        public int send(Packet packet, long nowNs) {
          return 0;
        }
      };

  private final Addresses addresses = port().addresses;

  private static Ipv6Port port() {
    Counters counters = new Counters();
    KeyedHash hash = new KeyedHash(() -> 1);
    PacketPool pool = new PacketPool(4, 1514);
    EthernetPort link = new EthernetPort(NOWHERE, 0x0200_0000_0001L, pool, counters);
    Ipv6Port port = new Ipv6Port(link, 1, pool, counters, hash);
    port.groups =
        new Groups(Group.table(8), new MldMessages(port), hash, counters, Counter.MLD_FULL);
    new Addresses(port, 8);
    new Routers(port, 2, 8, 2);
    return port;
  }

  private static long[] halves(String text) {
    try {
      ByteBuffer b = ByteBuffer.wrap(InetAddress.getByName(text).getAddress());
      return new long[] {b.getLong(), b.getLong()};
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private Address6 has(String address) {
    long[] a = halves(address);
    assertEquals(0, addresses.add(a[0], a[1], 64, false, 0));
    return addresses.find(a[0], a[1]);
  }

  private void chooses(String expected, String destination) {
    long[] to = halves(destination);
    Address6 chosen = addresses.select(to[0], to[1]);
    assertNotNull(chosen);
    long[] wanted = halves(expected);
    assertEquals(
        Long.toHexString(wanted[0]) + ":" + Long.toHexString(wanted[1]),
        Long.toHexString(chosen.high) + ":" + Long.toHexString(chosen.low));
  }

  @Test
  void theScopeThatIsLargeEnoughIsPreferred() {
    has("2001:db8:3::1");
    has("fe80::1");
    chooses("2001:db8:3::1", "2001:db8:1::1");
    chooses("2001:db8:3::1", "ff05::1");
  }

  @Test
  void theSmallestScopeThatReachesIsPreferred() {
    has("2001:db8:3::1");
    has("fe80::1");
    chooses("fe80::1", "ff02::1");
    chooses("fe80::1", "fe80::9");
  }

  @Test
  void theSameAddressIsPreferred() {
    has("2001:db8:1::2");
    has("2001:db8:1::1").state = Address6.DEPRECATED;
    chooses("2001:db8:1::1", "2001:db8:1::1");
  }

  @Test
  void deprecatedAddressesAreAvoided() {
    has("2001:db8:1::5").state = Address6.DEPRECATED;
    has("2001:db8:9::5");
    chooses("2001:db8:9::5", "2001:db8:1::9");
  }

  @Test
  void theLabelOfTheDestinationIsPreferred() {
    has("2002:c633:6401::1");
    has("2001:db8:1::1");
    chooses("2002:c633:6401::1", "2002:c633:6401:2::1");
    chooses("2001:db8:1::1", "2001:db8:2::1");
  }

  @Test
  void uniqueLocalAddressesSpeakToEachOther() {
    has("fd00::1");
    has("2001:db8:1::1");
    chooses("fd00::1", "fd00:9::9");
    chooses("2001:db8:1::1", "2001:db8:9::9");
  }

  @Test
  void theLongestCommonPrefixIsPreferred() {
    has("2001:db8:1::2");
    has("2001:db8:3::2");
    chooses("2001:db8:1::2", "2001:db8:1::1");
    chooses("2001:db8:3::2", "2001:db8:3::1");
  }

  @Test
  void temporaryAddressesArePreferredToThoseThatStay() {
    has("2001:db8:1::2");
    has("2001:db8:1::d5e3").origin = Address6.TEMPORARY;
    chooses("2001:db8:1::d5e3", "2001:db8:1::1");
    // Rule 6 comes before rule 7.
    has("2002:c633:6401::d5e3").origin = Address6.TEMPORARY;
    chooses("2001:db8:1::d5e3", "2001:db8:2::1");
    chooses("2002:c633:6401::d5e3", "2002:c633:6401::1");
  }
}
