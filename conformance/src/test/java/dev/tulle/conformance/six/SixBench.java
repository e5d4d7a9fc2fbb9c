// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.six;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.tulle.ip.Endpoint;
import dev.tulle.nd.Address6;
import dev.tulle.profile.Client;
import dev.tulle.testkit.Assembly;
import dev.tulle.testkit.Discovery;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.Ipv6Packet;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A host with an IPv6 address at once, and what a test says and hears as its neighbours. */
final class SixBench {
  static final String HOST = "fd00::2";
  static final String PEER = "fd00::1";
  static final String ROUTER = Discovery.ROUTER;
  static final long PEER_MAC = HostHarness.PEER_MAC;
  static final long ROUTER_MAC = 0x0200000000AAL;

  final HostHarness h;

  SixBench() {
    this(Client::host);
  }

  SixBench(Assembly assembly) {
    h = new HostHarness(assembly);
    byte[] b = Ipv6Packet.address(HOST);
    h.host.ipv6Port.addresses.add(high(b), low(b), 64, false, h.nowNs());
    h.advanceMs(3000);
    h.takeSent();
  }

  static long high(byte[] address) {
    return ByteBuffer.wrap(address).getLong();
  }

  static long low(byte[] address) {
    return ByteBuffer.wrap(address).getLong(8);
  }

  static Endpoint endpoint(String address, int port) {
    byte[] b = Ipv6Packet.address(address);
    Endpoint endpoint = new Endpoint();
    endpoint.set(high(b), low(b), port);
    return endpoint;
  }

  /** The host's link-local address, once it has asked for it. */
  String linkLocal() {
    Address6 a;
    for (int i = 0; (a = h.host.ipv6Port.addresses.at(i)) != null; i++) {
      if (a.assigned() && a.high == 0xFE80L << 48) {
        return text(a);
      }
    }
    return null;
  }

  static String text(Address6 a) {
    return Ipv6Packet.text(ByteBuffer.allocate(16).putLong(a.high).putLong(a.low).array());
  }

  static byte[] frame(long sourceMac, long destinationMac, Ipv6Packet packet) {
    return Frames.ethernet(sourceMac, destinationMac)
        .type(Frames.ETHERTYPE_IPV6)
        .payload(packet.build())
        .build();
  }

  /** Lets the host receive a packet from the peer's link address. */
  void inject(Ipv6Packet packet) {
    h.inject(frame(PEER_MAC, HostHarness.HOST_MAC, packet));
  }

  /** Lets the host receive a packet that came to a group. */
  void injectGroup(long sourceMac, Ipv6Packet packet) {
    byte[] b = packet.build();
    long mac = 0x3333L << 32 | Octets.i32(b, 36) & 0xFFFFFFFFL;
    h.inject(frame(sourceMac, mac, packet));
  }

  /** The next packet that the host sent, its checksum checked; null where there is none. */
  Seen next() {
    SeenFrame f = h.next();
    return f == null ? null : new Seen(f.bytes());
  }

  Seen expect(int type) {
    Seen seen = next();
    assertNotNull(seen, "nothing was sent");
    assertEquals(58, seen.protocol());
    assertEquals(type, seen.type());
    return seen;
  }

  /** Answers the question for a neighbour's link address that must come next. */
  void answerSolicitation() {
    Seen question = expect(135);
    inject(Discovery.advertisement(question.target(), question.source(), PEER_MAC, 0x60));
  }

  /** A packet that the host sent. */
  static final class Seen {
    final byte[] b;
    private final int at;

    Seen(byte[] frame) {
      b = frame;
      assertEquals(0x86DD, Octets.u16(frame, 12), "not IPv6");
      at = 14 + 40 + (Octets.u8(b, 20) == 0 ? 8 : 0);
      int length = 14 + 40 + Octets.u16(b, 18) - at;
      byte[] source = Arrays.copyOfRange(b, 22, 38);
      byte[] destination = Arrays.copyOfRange(b, 38, 54);
      assertEquals(
          0, Ipv6Packet.checksum(source, destination, protocol(), b, at, length), "checksum");
    }

    int protocol() {
      return Octets.u8(b, at == 54 ? 20 : 54);
    }

    int hopLimit() {
      return Octets.u8(b, 21);
    }

    int type() {
      return Octets.u8(b, at);
    }

    int code() {
      return Octets.u8(b, at + 1);
    }

    int rest() {
      return Octets.i32(b, at + 4);
    }

    String source() {
      return Ipv6Packet.text(Arrays.copyOfRange(b, 22, 38));
    }

    String destination() {
      return Ipv6Packet.text(Arrays.copyOfRange(b, 38, 54));
    }

    long destinationMac() {
      return Octets.u48(b, 0);
    }

    /** Of neighbour discovery. */
    String target() {
      return Ipv6Packet.text(Arrays.copyOfRange(b, at + 8, at + 24));
    }

    /** What the transport or ICMPv6 header and all behind it are. */
    byte[] payload() {
      return Arrays.copyOfRange(b, at, 14 + 40 + Octets.u16(b, 18));
    }
  }
}
