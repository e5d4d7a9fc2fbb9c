// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.layers;

import static dev.tulle.testkit.FrameChecks.icmp;
import static dev.tulle.testkit.FrameChecks.icmpv6;
import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.HOST6;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.HostHarness.PEER6;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.ip.Endpoint;
import dev.tulle.ip.IcmpError;
import dev.tulle.profile.Full;
import dev.tulle.raw.RawSocket;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.testkit.Fragmented;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.Ipv6Packet;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Raw sockets of both families. */
class RawSocketTest {
  private static final int ICMP = 1;
  private static final int ICMPV6 = 58;

  /** A number for experiments: RFC 3692. */
  private static final int OTHER = 253;

  private final HostHarness h =
      new HostHarness((link, mac, entropy) -> Full.host(link, mac, entropy, 4, 4096)).six();
  private final byte[] buffer = new byte[70_000];
  private final Endpoint from = new Endpoint();

  private static Endpoint six() {
    ByteBuffer b = ByteBuffer.wrap(Ipv6Packet.address(PEER6));
    Endpoint endpoint = new Endpoint();
    endpoint.set(b.getLong(), b.getLong(), 0);
    return endpoint;
  }

  private int receive(RawSocket socket) {
    return socket.receive(buffer, 0, buffer.length, from);
  }

  @Test
  void aPacketIsReadWithItsHeaderOverIpv4AndWithoutOverIpv6() {
    RawSocket socket = h.host.raw.bind(OTHER);
    byte[] data = Octets.pattern(0, 100);
    h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).ttl(9).payload(OTHER, data)));
    h.inject(h.fromPeer(new Ipv6Packet(PEER6, HOST6).hopLimit(8).payload(OTHER, data)));
    assertEquals(120, receive(socket));
    assertEquals(0x45, buffer[0]);
    assertArrayEquals(data, Arrays.copyOfRange(buffer, 20, 120));
    assertEquals(PEER, from.address);
    assertEquals(9, socket.arrivedTimeToLive);
    assertEquals(100, receive(socket));
    assertArrayEquals(data, Arrays.copyOf(buffer, 100));
    assertEquals(1, from.low);
    assertEquals(8, socket.arrivedTimeToLive);
    assertEquals(Status.WOULD_BLOCK, receive(socket));
    h.expectNothing(); // no complaint about the protocol
    socket.close();
    h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).payload(OTHER, data)));
    h.expect(icmp(3, 2));
  }

  @Test
  void itHearsWhatATransportHasToo() {
    RawSocket four = h.host.raw.bind(ICMP);
    RawSocket six = h.host.raw.bind(ICMPV6);
    h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).icmp(Frames.echoRequest(1, 1, 56))));
    h.expect(icmp(0, 0));
    assertEquals(84, receive(four));
    byte[] body = new byte[20];
    h.inject(h.fromPeer(new Ipv6Packet(PEER6, HOST6).icmp(128, 0, body)));
    h.expect(icmpv6(129, 0));
    while (receive(six) >= 0 && buffer[0] != (byte) 128) {
      assertFalse(buffer[0] == 0); // neighbours' messages come before
    }
    assertEquals((byte) 128, buffer[0]);
  }

  @Test
  void aFragmentedPacketIsReadWhole() {
    RawSocket socket = h.host.raw.bind(OTHER);
    Fragmented d = new Fragmented(PEER, HOST, OTHER, 7, Octets.pattern(0, 3000));
    d.pieces(1480).forEach(piece -> h.inject(h.fromPeer(piece)));
    assertEquals(3020, receive(socket));
    assertArrayEquals(Octets.pattern(0, 3000), Arrays.copyOfRange(buffer, 20, 3020));
  }

  @Test
  void whatIsSentHasTheHeaderAndForIpv6TheChecksum() {
    RawSocket socket = h.host.raw.bind(OTHER);
    socket.timeToLive = 5;
    byte[] data = Octets.pattern(0, 60);
    assertEquals(Status.OK, socket.send(data, 0, 60, new Endpoint(PEER, 0), h.nowNs()));
    SeenFrame sent = h.next();
    assertEquals(OTHER, sent.protocol());
    assertEquals(5, sent.ttl());
    assertArrayEquals(data, sent.ipv4Payload());
    socket.checksumAt = 4;
    assertEquals(Status.OK, socket.send(data, 0, 60, six(), h.nowNs()));
    byte[] b = h.next().bytes();
    byte[] source = Ipv6Packet.address(HOST6);
    byte[] target = Ipv6Packet.address(PEER6);
    assertEquals(0, Ipv6Packet.checksum(source, target, OTHER, b, 54, 60));
    assertEquals(Status.INVALID, socket.send(data, 0, 5, six(), h.nowNs()));
    // What bears a wrong one is not read.
    h.inject(h.fromPeer(new Ipv6Packet(PEER6, HOST6).payload(OTHER, data)));
    assertEquals(Status.WOULD_BLOCK, receive(socket));
    assertEquals(1, h.counter(Counter.RAW_BADSUM));
  }

  @Test
  void aPacketWithItsOwnHeaderIsCompletedAndSent() {
    RawSocket socket = h.host.raw.bind(OTHER);
    byte[] whole = Frames.ipv4(0, PEER).ttl(3).totalLength(0).payload(17, new byte[40]).build();
    assertEquals(Status.OK, socket.sendWhole(whole, 0, whole.length, h.nowNs()));
    SeenFrame sent = h.next();
    assertNull(sent.problem());
    assertEquals(HOST, sent.source());
    assertEquals(3, sent.ttl());
    assertEquals(17, sent.protocol());
    whole[0] = 0x46;
    assertEquals(Status.INVALID, socket.sendWhole(whole, 0, 23, h.nowNs()));
    whole[0] = 0x65;
    assertEquals(Status.INVALID, socket.sendWhole(whole, 0, 60, h.nowNs()));
    byte[] large = Frames.ipv4(HOST, PEER).payload(17, new byte[1481]).build();
    assertEquals(Status.TOO_LARGE, socket.sendWhole(large, 0, large.length, h.nowNs()));
  }

  @Test
  void whatIcmpSaysOfItsPacketsIsToldOnceAndByWhom() {
    RawSocket socket = h.host.raw.bind(OTHER);
    RawSocket stranger = h.host.raw.bind(OTHER);
    byte[] data = Octets.pattern(0, 60);
    Endpoint peer = new Endpoint(PEER, 0);
    assertEquals(Status.OK, socket.send(data, 0, 60, peer, h.nowNs()));
    byte[] sent = Arrays.copyOfRange(h.next().bytes(), 14, 14 + 28);
    h.inject(h.fromPeer(Frames.ipv4(PEER + 7, HOST).icmp(Frames.icmp(11, 0).data(sent))));
    assertTrue(socket.readable());
    assertFalse(stranger.readable());
    assertEquals(Status.UNREACHABLE, receive(socket));
    assertEquals(IcmpError.TIME_EXCEEDED, socket.error);
    assertEquals(PEER + 7, socket.reporter.address);
    assertEquals(Status.WOULD_BLOCK, receive(socket));
    h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).icmp(Frames.icmp(3, 2).data(sent))));
    assertEquals(Status.REFUSED, socket.send(data, 0, 60, peer, h.nowNs()));
    assertEquals(Status.OK, socket.send(data, 0, 60, peer, h.nowNs()));
    h.next();
    assertEquals(Status.OK, socket.send(data, 0, 60, six(), h.nowNs()));
    byte[] wide = h.next().bytes();
    byte[] quote = new byte[4 + 48];
    System.arraycopy(wide, 14, quote, 4, 48);
    h.inject(h.fromPeer(new Ipv6Packet(PEER6, HOST6).icmp(1, 0, quote)));
    assertEquals(Status.UNREACHABLE, receive(socket));
    assertEquals(1, socket.reporter.low);
  }

  @Test
  void packetsThatFindNoRoomAndSocketsThatAreNotThereAreRefused() {
    RawSocket socket = h.host.raw.bind(OTHER);
    for (int i = 0; i < 200; i++) {
      h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).payload(OTHER, new byte[1400])));
    }
    int read = 0;
    while (receive(socket) >= 0) {
      read++;
    }
    assertEquals(200, read + h.counter(Counter.RAW_FULL));
    assertEquals(200 - 89, h.counter(Counter.RAW_FULL), 5);
    for (int i = 1; i < 4; i++) {
      h.host.raw.bind(OTHER);
    }
    assertNull(h.host.raw.bind(OTHER));
    socket.close();
    assertEquals(Status.CLOSED, receive(socket));
    assertEquals(Status.BAD_STATE, socket.send(buffer, 0, 1, six(), h.nowNs()));
  }
}
