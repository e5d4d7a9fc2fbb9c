// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.layers;

import static dev.tulle.testkit.FrameChecks.data;
import static dev.tulle.testkit.FrameChecks.dontFragment;
import static dev.tulle.testkit.FrameChecks.fromAddress;
import static dev.tulle.testkit.FrameChecks.icmp;
import static dev.tulle.testkit.FrameChecks.toAddress;
import static dev.tulle.testkit.FrameChecks.udp;
import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.HostHarness.PEER_MAC;
import static dev.tulle.testkit.HostHarness.STRANGER;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Minimal;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.UdpDatagram;
import dev.tulle.udp.UdpSocket;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UdpTest {
  private final byte[] buffer = new byte[2000];
  private final Endpoint from = new Endpoint();
  private HostHarness h;

  @BeforeEach
  void assemble() {
    h = new HostHarness(Minimal::host);
  }

  private void inject(UdpDatagram datagram) {
    inject(PEER, datagram);
  }

  private void inject(int source, UdpDatagram datagram) {
    h.inject(h.fromPeer(Frames.ipv4(source, HOST).udp(datagram)));
  }

  private int receive(UdpSocket socket) {
    return socket.receive(buffer, 0, buffer.length, from);
  }

  /** An error about the last frame that the host sent. */
  private void fail(SeenFrame sent, int type, int code) {
    byte[] datagram = Octets.concat(sent.ipv4Header(), sent.ipv4Payload());
    h.inject(
        h.fromPeer(
            Frames.ipv4(PEER, HOST)
                .icmp(Frames.icmp(type, code).data(Arrays.copyOf(datagram, 28)))));
  }

  @Test
  void aDatagramArrivesWithItsSender() {
    UdpSocket socket = h.host.udp.bind(7);
    assertEquals(Status.WOULD_BLOCK, receive(socket));
    inject(Frames.udp(4000, 7).data(0, 100));
    inject(Frames.udp(4001, 7).data(0, 0));
    assertTrue(socket.readable());
    assertEquals(100, receive(socket));
    assertArrayEquals(Octets.pattern(0, 100), Arrays.copyOf(buffer, 100));
    assertEquals(PEER, from.address);
    assertEquals(4000, from.port);
    assertEquals(0, receive(socket));
    assertEquals(4001, from.port);
    assertFalse(socket.readable());
    assertEquals(Status.WOULD_BLOCK, receive(socket));
  }

  @Test
  void whatDoesNotFitTheReadersRoomIsLostAndNothingElse() {
    UdpSocket socket = h.host.udp.bind(7);
    inject(Frames.udp(4000, 7).data(0, 100));
    inject(Frames.udp(4000, 7).data(500, 3));
    assertEquals(10, socket.receive(buffer, 5, 10, null));
    assertArrayEquals(Octets.pattern(0, 10), Arrays.copyOfRange(buffer, 5, 15));
    assertEquals(3, receive(socket));
    assertArrayEquals(Octets.pattern(500, 3), Arrays.copyOf(buffer, 3));
  }

  @Test
  void aDatagramGoesOutWithItsChecksum() {
    UdpSocket socket = h.host.udp.bind(7);
    for (int length : new int[] {0, 1, 17, 0xFF, 1472}) {
      byte[] data = Octets.pattern(3, length);
      assertEquals(Status.OK, socket.send(data, 0, length, new Endpoint(PEER, 9), h.nowNs()));
      h.expect(
          udp(7, 9)
              .and(data(data))
              .and(fromAddress(HOST))
              .and(toAddress(PEER))
              .and(dontFragment(true)));
    }
    assertEquals(Status.TOO_LARGE, socket.send(buffer, 0, 1473, new Endpoint(PEER, 9), h.nowNs()));
    h.expectNothing();
  }

  @Test
  void aChecksumOfZeroIsNoneAndAWrongOneIsDropped() {
    UdpSocket socket = h.host.udp.bind(7);
    inject(Frames.udp(4000, 7).data(0, 5).checksum(0));
    assertEquals(5, receive(socket));
    inject(Frames.udp(4000, 7).data(0, 5).checksumOff(1));
    assertEquals(Status.WOULD_BLOCK, receive(socket));
    assertEquals(1, h.counter(Counter.UDP_BADSUM));
    h.expectNothing();
  }

  @Test
  void aShorterLengthThanThePacketsCutsTheData() {
    UdpSocket socket = h.host.udp.bind(7);
    byte[] whole = Octets.pattern(0, 30);
    // The checksum covers what the length names: octets 0 to 9 of the data.
    byte[] shortOne = Frames.ipv4(PEER, HOST).udp(Frames.udp(4000, 7).data(0, 10)).build();
    byte[] datagram = Arrays.copyOfRange(shortOne, 20, 38);
    h.inject(
        h.fromPeer(
            Frames.ipv4(PEER, HOST)
                .payload(17, Octets.concat(datagram, Arrays.copyOfRange(whole, 10, 30)))));
    assertEquals(10, receive(socket));
  }

  @Test
  void aPortIsTakenOnceAndFreeAfterClosing() {
    UdpSocket socket = h.host.udp.bind(7);
    assertNull(h.host.udp.bind(7));
    assertNull(h.host.udp.bind(-1));
    assertNull(h.host.udp.bind(0x10000));
    assertNotNull(h.host.udp.bind(0xFFFF));
    inject(Frames.udp(1, 7).data(0, 5));
    socket.close();
    assertEquals(Status.CLOSED, receive(socket));
    assertEquals(Status.BAD_STATE, socket.send(buffer, 0, 1, new Endpoint(PEER, 9), 0));
    inject(Frames.udp(1, 7).data(0, 5));
    h.expect(icmp(3, 3));
    socket = h.host.udp.bind(7);
    assertEquals(Status.WOULD_BLOCK, receive(socket));
  }

  @Test
  void portsThatWeChooseAreHardToGuess() {
    Set<Integer> ports = new HashSet<>();
    for (int seed = 0; seed < 200; seed++) {
      HostHarness other = new HostHarness(Minimal::host, seed);
      int port = other.host.udp.bind(0).port();
      assertTrue(port >= 1024 && port <= 65_535);
      ports.add(port);
    }
    assertTrue(ports.size() > 190);
  }

  @Test
  void aConnectedSocketHearsItsPeerAlone() {
    UdpSocket socket = h.host.udp.bind(7);
    assertEquals(Status.OK, socket.connect(new Endpoint(PEER, 9)));
    assertEquals(Status.OK, socket.send(buffer, 0, 4, null, h.nowNs()));
    h.expect(udp(7, 9).and(toAddress(PEER)));
    inject(Frames.udp(10, 7).data(0, 1));
    inject(STRANGER, Frames.udp(9, 7).data(0, 1));
    assertEquals(Status.WOULD_BLOCK, receive(socket));
    assertEquals(2, h.counter(Counter.UDP_NO_PORT));
    inject(Frames.udp(9, 7).data(0, 1));
    assertEquals(1, receive(socket));
  }

  @Test
  void anUnconnectedSocketNeedsATarget() {
    UdpSocket socket = h.host.udp.bind(7);
    assertEquals(Status.BAD_STATE, socket.send(buffer, 0, 1, null, h.nowNs()));
    assertEquals(
        Status.UNREACHABLE, socket.send(buffer, 0, 1, new Endpoint(0x7F000001, 9), h.nowNs()));
  }

  @Test
  void anErrorReachesTheSocketThatItConcerns() {
    UdpSocket socket = h.host.udp.bind(7);
    UdpSocket other = h.host.udp.bind(8);
    socket.connect(new Endpoint(PEER, 9));
    socket.send(buffer, 0, 30, null, h.nowNs());
    SeenFrame sent = h.next();
    fail(sent, 3, 3);
    assertFalse(other.readable());
    assertTrue(socket.readable());
    assertEquals(Status.REFUSED, receive(socket));
    assertEquals(Status.WOULD_BLOCK, receive(socket));
    fail(sent, 3, 1);
    assertEquals(Status.UNREACHABLE, receive(socket));
    fail(sent, 3, 4);
    assertEquals(Status.TOO_LARGE, receive(socket));
    fail(sent, 11, 0);
    assertEquals(Status.UNREACHABLE, receive(socket));
  }

  @Test
  void aFloodFillsTheRingAndNoMore() {
    UdpSocket socket = h.host.udp.bind(7);
    for (int i = 0; i < 1000; i++) {
      inject(Frames.udp(4000, 7).data(0, 0));
    }
    long refused = h.counter(Counter.UDP_RCVBUF_FULL);
    assertTrue(refused > 0 && refused < 1000);
    int held = 0;
    while (receive(socket) == 0) {
      held++;
    }
    assertEquals(1000 - refused, held);
    inject(Frames.udp(4000, 7).data(0, 1000));
    assertEquals(1000, receive(socket));
  }

  @Test
  void broadcastsReachASocketAndAreNeverAnsweredWithErrors() {
    UdpSocket socket = h.host.udp.bind(7);
    for (int target : new int[] {-1, Octets.address("10.9.0.255")}) {
      h.inject(
          Frames.ethernet(PEER_MAC, Frames.BROADCAST)
              .ipv4(Frames.ipv4(PEER, target).udp(Frames.udp(1, 7).data(0, 3)))
              .build());
      assertEquals(3, receive(socket));
      h.inject(
          Frames.ethernet(PEER_MAC, Frames.BROADCAST)
              .ipv4(Frames.ipv4(PEER, target).udp(Frames.udp(1, 8).data(0, 3)))
              .build());
      h.expectNothing();
    }
    assertEquals(2, h.counter(Counter.UDP_NO_PORT));
    assertEquals(Status.OK, socket.send(buffer, 0, 1, from, h.nowNs()));
    h.expect(udp(7, 1).and(fromAddress(HOST)));
  }

  @Test
  void whenThePoolIsEmptyTheSenderIsTold() {
    UdpSocket socket = h.host.udp.bind(7);
    while (h.host.pool.take() != null) {
      // taken by a part that does not give them back
    }
    assertEquals(Status.NO_RESOURCES, socket.send(buffer, 0, 1, new Endpoint(PEER, 9), h.nowNs()));
    assertEquals(1, h.counter(Counter.POOL_EMPTY));
    inject(Frames.udp(1, 99).data(0, 1));
    h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).icmp(Frames.echoRequest(1, 1, 1))));
    h.expectNothing();
    assertEquals(3, h.counter(Counter.POOL_EMPTY));
    h.expectNoInternalError();
  }
}
