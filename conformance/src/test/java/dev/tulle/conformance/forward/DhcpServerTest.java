// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.forward;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.host.DhcpServer;
import dev.tulle.link.EthernetPort;
import dev.tulle.link.Link;
import dev.tulle.profile.Client;
import dev.tulle.profile.Host;
import dev.tulle.profile.Router;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Entropy;
import dev.tulle.stack.KeyedHash;
import dev.tulle.testkit.FixedEntropy;
import dev.tulle.testkit.FrameChecks;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.HostileHarness;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.RouterHarness;
import dev.tulle.testkit.SeenFrame;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a router lends addresses: RFC 2131 4.3. */
final class DhcpServerTest {
  private static final int FIRST = Octets.address("10.0.0.50");
  private static final int POOL = 4;
  private static final int DISCOVER = 1;
  private static final int OFFER = 2;
  private static final int REQUEST = 3;
  private static final int DECLINE = 4;
  private static final int ACK = 5;
  private static final int NAK = 6;
  private static final int RELEASE = 7;
  private static final int INFORM = 8;
  private static final byte[] NONE = {};

  private final RouterHarness h = new RouterHarness();

  /** Options of the last answer, and the address in it. */
  private byte[] answer;

  @BeforeEach
  void serve() {
    Router.addDhcp(h.router, 0, FIRST, POOL, new FixedEntropy(3));
    assertEquals(0, h.router.dhcpServer.addServer(Octets.address("192.0.2.53")));
  }

  private static long mac(int client) {
    return 0x020000000100L + client;
  }

  private static byte[] message(int client, int type, int current, int flags, byte[] options) {
    ByteBuffer b = ByteBuffer.allocate(300 + options.length);
    b.putInt(0x01010600).putInt(0x5EED + client).putShort((short) 7).putShort((short) flags);
    b.putInt(current).putInt(0).putInt(0).putInt(0);
    b.putShort((short) (mac(client) >>> 32)).putInt((int) mac(client)).position(236);
    b.putInt(0x63825363).put(Octets.of(53, 1, type)).put(options).put((byte) 255);
    return b.array();
  }

  private static byte[] word(int code, int value) {
    return ByteBuffer.allocate(6).put((byte) code).put((byte) 4).putInt(value).array();
  }

  private static byte[] frame(int client, byte[] message, int source, int target, long to) {
    return Frames.ethernet(mac(client), to)
        .ipv4(Frames.ipv4(source, target).udp(Frames.udp(68, 67).data(message)))
        .build();
  }

  private void say(int client, int type, int current, byte[]... options) {
    byte[] m = message(client, type, current, 0, Octets.concat(options));
    h.inject(0, frame(client, m, current, -1, 0xFFFFFFFFFFFFL));
  }

  /** The address in the answer that must have come, of this type. */
  private int heard(int client, int type) {
    SeenFrame frame = h.inside();
    assertEquals(67, frame.sourcePort());
    assertEquals(68, frame.destinationPort());
    assertEquals(RouterHarness.INSIDE, frame.source());
    byte[] b = frame.bytes();
    byte[] m = Arrays.copyOfRange(b, 42, b.length);
    assertEquals(0x02010600, Octets.i32(m, 0));
    assertEquals(0x5EED + client, Octets.i32(m, 4));
    assertEquals(mac(client), Octets.u48(m, 28));
    answer = Arrays.copyOfRange(m, 240, m.length);
    assertArrayEquals(Octets.of(type), option(53));
    assertEquals(RouterHarness.INSIDE, Octets.i32(option(54), 0));
    boolean all = type == NAK;
    assertEquals(all ? 0xFFFFFFFFFFFFL : mac(client), frame.destinationMac());
    int yours = Octets.i32(m, 16);
    int current = Octets.i32(m, 12);
    assertEquals(all ? -1 : current != 0 ? current : yours, frame.destination());
    h.nothing();
    return yours;
  }

  private byte[] option(int code) {
    for (int at = 0; Octets.u8(answer, at) != 255; at += 2 + Octets.u8(answer, at + 1)) {
      if (Octets.u8(answer, at) == code) {
        return Arrays.copyOfRange(answer, at + 2, at + 2 + Octets.u8(answer, at + 1));
      }
    }
    return NONE;
  }

  private static final byte[] CHOSEN = word(54, RouterHarness.INSIDE);

  /** Lets a client obtain an address, which is answered. */
  private int obtain(int client, byte[]... options) {
    say(client, DISCOVER, 0, options);
    int offered = heard(client, OFFER);
    say(client, REQUEST, 0, CHOSEN, word(50, offered), Octets.concat(options));
    assertEquals(offered, heard(client, ACK));
    return offered;
  }

  private void assertSilence(int client, int type, int current, byte[]... options) {
    say(client, type, current, options);
    h.nothing();
  }

  @Test
  void hostObtainsAnAddressAndAllThatBelongsToIt() {
    byte[] identifier = Octets.of(61, 3, 0, 'a', 'b');
    int address = obtain(1, identifier);
    assertTrue(address - FIRST >= 0 && address - FIRST < POOL);
    assertEquals(RouterHarness.MASK, Octets.i32(option(1), 0));
    assertEquals(RouterHarness.INSIDE, Octets.i32(option(3), 0));
    assertEquals(Octets.address("192.0.2.53"), Octets.i32(option(6), 0));
    assertEquals(1500, Octets.u16(option(26), 0));
    assertEquals(43_200, Octets.i32(option(51), 0));
    assertArrayEquals(Octets.of(0, 'a', 'b'), option(61)); // RFC 6842
    assertEquals(1, h.router.dhcpServer.leases(h.clock.nowNs()));
  }

  @Test
  void answerGoesToAllWhereTheClientCanHearNothingElse() {
    byte[] m = message(1, DISCOVER, 0, 0x8000, NONE);
    h.inject(0, frame(1, m, 0, -1, 0xFFFFFFFFFFFFL));
    SeenFrame offer = h.inside();
    assertEquals(0xFFFFFFFFFFFFL, offer.destinationMac());
    assertEquals(-1, offer.destination());
  }

  @Test
  void everyHostGetsAnotherUntilThereAreNone() {
    long seen = 0;
    for (int client = 1; client <= POOL; client++) {
      seen |= 1L << obtain(client) - FIRST;
    }
    assertEquals(0xF, seen);
    assertSilence(9, DISCOVER, 0);
    assertEquals(1, h.counter(Counter.DHCPD_FULL));
    h.advanceMs(43_201_000);
    obtain(9); // of one whose lease is over
  }

  @Test
  void hostComesBackToTheAddressThatItHad() {
    int address = obtain(1);
    say(1, RELEASE, address, CHOSEN);
    h.nothing();
    assertEquals(0, h.router.dhcpServer.leases(h.clock.nowNs()));
    obtain(2);
    assertEquals(address, obtain(1));
    h.advanceMs(43_201_000);
    assertEquals(address, obtain(1));
  }

  @Test
  void hostsAreToldApartByTheirIdentifiers() {
    int first = obtain(1, Octets.of(61, 2, 0, 1));
    assertNotEquals(first, obtain(1, Octets.of(61, 2, 0, 2)));
    assertEquals(first, obtain(2, Octets.of(61, 2, 0, 1)));
  }

  @Test
  void leaseIsExtendedByItsOwnerAndRefusedToOthers() {
    int address = obtain(1);
    h.advanceMs(40_000_000);
    say(1, REQUEST, address);
    assertEquals(address, heard(1, ACK));
    h.advanceMs(40_000_000);
    say(2, REQUEST, address);
    assertEquals(0, heard(2, NAK));
    say(2, REQUEST, 0, word(50, address));
    heard(2, NAK);
    say(2, REQUEST, 0, word(50, Octets.address("10.99.0.1")));
    heard(2, NAK);
    assertEquals(3, h.counter(Counter.DHCPD_REFUSED));
  }

  @Test
  void freeAddressIsGrantedToWhoAsksForItAfterARestart() {
    say(1, REQUEST, 0, word(50, FIRST + 2));
    assertEquals(FIRST + 2, heard(1, ACK));
  }

  @Test
  void offerIsFreeAgainWhenAnotherServerIsChosenOrTimeIsOver() {
    for (int client = 1; client <= POOL; client++) {
      say(client, DISCOVER, 0);
      heard(client, OFFER);
    }
    assertSilence(8, DISCOVER, 0);
    assertSilence(1, REQUEST, 0, word(54, RouterHarness.HOST), word(50, FIRST));
    say(8, DISCOVER, 0);
    heard(8, OFFER);
    assertSilence(9, DISCOVER, 0);
    h.advanceMs(30_001);
    say(9, DISCOVER, 0);
    heard(9, OFFER);
  }

  @Test
  void declinedAddressIsLeftAloneForAWhile() {
    int address = obtain(1);
    assertSilence(2, DECLINE, 0, CHOSEN, word(50, address)); // not its
    assertSilence(1, DECLINE, 0, CHOSEN, word(50, address));
    assertEquals(1, h.counter(Counter.DHCPD_DECLINED));
    assertNotEquals(address, obtain(1));
    obtain(2);
    obtain(3);
    assertSilence(4, DISCOVER, 0);
    h.advanceMs(600_001);
    assertEquals(address, obtain(4));
  }

  @Test
  void addressThatANeighbourIsKnownToHaveIsNotLent() {
    for (int i = 0; i < POOL - 1; i++) {
      h.inject(
          0,
          h.frame(0)
              .arp(Frames.arpRequest(0x020000000009L, FIRST + i, RouterHarness.INSIDE))
              .build());
    }
    assertEquals(FIRST + POOL - 1, obtain(1));
  }

  @Test
  void hostWithAnAddressIsToldTheRest() {
    say(1, INFORM, RouterHarness.HOST);
    assertEquals(0, heard(1, ACK));
    assertEquals(0, option(51).length);
    assertEquals(RouterHarness.INSIDE, Octets.i32(option(3), 0));
    assertSilence(1, INFORM, RouterHarness.SERVER);
  }

  @Test
  void askedForTimeIsKeptWithinLimits() {
    obtain(1, word(51, 600));
    assertEquals(600, Octets.i32(option(51), 0));
    obtain(2, word(51, 1));
    assertEquals(120, Octets.i32(option(51), 0));
    obtain(3, word(51, -1));
    assertEquals(43_200, Octets.i32(option(51), 0));
  }

  @Test
  void messageOfARelayOrOfAnotherKindIsIgnoredAndOtherDatagramsPass() {
    byte[] relayed = message(1, DISCOVER, 0, 0, NONE);
    relayed[24] = 10;
    h.inject(0, frame(1, relayed, 0, -1, 0xFFFFFFFFFFFFL));
    byte[] reply = message(1, DISCOVER, 0, 0, NONE);
    reply[0] = 2;
    h.inject(0, frame(1, reply, 0, -1, 0xFFFFFFFFFFFFL));
    h.inject(0, frame(1, new byte[100], 0, -1, 0xFFFFFFFFFFFFL));
    h.nothing();
    assertEquals(2, h.counter(Counter.DHCPD_IGNORED));
    assertEquals(1, h.counter(Counter.DHCP_SHORT));
    h.fromInside(
        Frames.ipv4(RouterHarness.HOST, RouterHarness.SERVER)
            .udp(Frames.udp(68, 67).data(new byte[8])));
    assertEquals(RouterHarness.SERVER, h.outside().destination());
  }

  private static Host serving(Link link, long mac, Entropy entropy) {
    Host host = Client.host(link, mac, entropy);
    host.address(HostHarness.HOST, HostHarness.MASK, 0);
    EthernetPort port = (EthernetPort) host.port;
    int first = Octets.address("10.9.0.100");
    KeyedHash hash = new KeyedHash(entropy);
    port.attach(
        new DhcpServer(port, host.ipv4, first, 8, 3600, hash, host.pool, host.counters),
        host.neighbours);
    return host;
  }

  /** Every message, with every octet set to what hurts and cut at every place. */
  @Test
  void hostileMessagesLeaveTheServerAsItWas() {
    byte[] options =
        Octets.concat(
            Octets.of(61, 7, 1, 2, 0, 0, 0, 1, 1),
            word(50, Octets.address("10.9.0.101")),
            word(51, 60));
    for (int type : new int[] {DISCOVER, REQUEST, DECLINE, RELEASE, INFORM, 255}) {
      byte[] m = message(1, type, 0, 0, options);
      HostileHarness hostile =
          new HostileHarness(DhcpServerTest::serving)
              .input(t -> frame(1, m, 0, -1, 0xFFFFFFFFFFFFL));
      if (type == DISCOVER || type == REQUEST) {
        hostile.replies(FrameChecks.udp(67, 68));
      }
      int granted = type == REQUEST ? Counter.DHCPD_GRANTED : Counter.DHCPD_IGNORED;
      hostile.counts(type == DISCOVER ? Counter.DHCPD_OFFERED : granted).run();
    }
  }
}
