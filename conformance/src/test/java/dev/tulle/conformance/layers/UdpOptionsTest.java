// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.layers;

import static dev.tulle.testkit.FrameChecks.dontFragment;
import static dev.tulle.testkit.FrameChecks.ttl;
import static dev.tulle.testkit.FrameChecks.udp;
import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.HOST_MAC;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.HostHarness.PEER_MAC;
import static dev.tulle.testkit.HostHarness.STRANGER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.ip.Endpoint;
import dev.tulle.ip.IcmpError;
import dev.tulle.profile.Client;
import dev.tulle.profile.Minimal;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.testkit.Fragmented;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.UdpDatagram;
import dev.tulle.udp.UdpOptions;
import dev.tulle.udp.UdpSocket;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UdpOptionsTest {
  private static final int BROADCAST = Octets.address("10.9.0.255");

  private final byte[] buffer = new byte[4000];
  private final Endpoint peer = new Endpoint(PEER, 9);
  private final Endpoint from = new Endpoint();
  private HostHarness h;
  private UdpSocket socket;
  private UdpOptions options;

  @BeforeEach
  void assemble() {
    h = new HostHarness((link, mac, entropy) -> Client.host(link, mac, entropy, 8, 4096));
    socket = h.host.udp.bind(7);
    options = socket.options;
  }

  private int send(int length, Endpoint to) {
    return socket.send(buffer, 0, length, to, h.nowNs());
  }

  private int receive() {
    return socket.receive(buffer, 0, buffer.length, from);
  }

  private void inject(UdpDatagram datagram) {
    h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).ttl(33).tos(0xB9).udp(datagram)));
  }

  /** An error about a frame that the host sent, from somebody on the way. */
  private void fail(SeenFrame sent, int reporter, int type, int code, int rest) {
    byte[] quote = Arrays.copyOf(Octets.concat(sent.ipv4Header(), sent.ipv4Payload()), 28);
    h.inject(
        h.fromPeer(
            Frames.ipv4(reporter, HOST).icmp(Frames.icmp(type, code).rest(rest).data(quote))));
  }

  @Test
  void minimalHasNoOptionsAndIsNotAskedForPermission() {
    HostHarness minimal = new HostHarness(Minimal::host);
    UdpSocket plain = minimal.host.udp.bind(7);
    assertNull(plain.options);
    assertEquals(Status.OK, plain.send(buffer, 0, 8, new Endpoint(BROADCAST, 9), minimal.nowNs()));
  }

  @Test
  void timeToLiveAndTrafficClassAreWhatTheDatagramLeavesWith() {
    options.timeToLive = 3;
    options.trafficClass = 0xB8;
    assertEquals(Status.OK, send(10, peer));
    assertEquals(0xB8, h.expect(udp(7, 9).and(ttl(3))).trafficClass());
    assertEquals(Status.OK, send(3000, peer));
    for (SeenFrame piece : h.takeSent()) {
      assertEquals(3, piece.ttl());
      assertEquals(0xB8, piece.trafficClass());
    }
    socket.close();
    socket = h.host.udp.bind(7);
    assertEquals(Status.OK, send(10, peer));
    assertEquals(0, h.expect(udp(7, 9).and(ttl(64))).trafficClass());
  }

  @Test
  void broadcastNeedsPermission() {
    Endpoint all = new Endpoint(BROADCAST, 9);
    assertEquals(Status.BAD_STATE, send(10, all));
    assertEquals(Status.BAD_STATE, send(10, new Endpoint(-1, 9)));
    h.expectNothing();
    options.broadcast = true;
    assertEquals(Status.OK, send(10, all));
    assertEquals(Frames.BROADCAST, h.expect(udp(7, 9)).destinationMac());
    socket.close();
    socket = h.host.udp.bind(7);
    assertEquals(Status.BAD_STATE, send(10, all));
  }

  @Test
  void readerLearnsWhereTheDatagramWasSentToAndHow() {
    inject(Frames.udp(4000, 7).data(0, 5));
    h.inject(
        Frames.ethernet(PEER_MAC, Frames.BROADCAST)
            .ipv4(Frames.ipv4(PEER, BROADCAST).ttl(1).udp(Frames.udp(4001, 7).data(0, 6)))
            .build());
    assertEquals(5, receive());
    assertEquals(HOST, options.arrivedAt.address);
    assertEquals(7, options.arrivedAt.port);
    assertEquals(0, options.arrivedThrough);
    assertEquals(33, options.arrivedTimeToLive);
    assertEquals(0xB9, options.arrivedTrafficClass);
    assertEquals(4000, from.port);
    assertEquals(6, receive());
    assertEquals(BROADCAST, options.arrivedAt.address);
    assertEquals(1, options.arrivedTimeToLive);
    for (var piece :
        Fragmented.udp(PEER, HOST, 1, Frames.udp(4002, 7).data(0, 3000)).tos(4).pieces(1480)) {
      h.inject(h.fromPeer(piece));
    }
    assertEquals(3000, receive());
    assertEquals(HOST, options.arrivedAt.address);
    assertEquals(64, options.arrivedTimeToLive);
    assertEquals(4, options.arrivedTrafficClass);
  }

  @Test
  void peekLeavesTheDatagramThere() {
    inject(Frames.udp(4000, 7).data(0, 5));
    inject(Frames.udp(4001, 7).data(0, 6));
    assertEquals(3, socket.peek(buffer, 0, 3, from));
    assertEquals(5, socket.peek(buffer, 0, buffer.length, from));
    assertEquals(4000, from.port);
    assertEquals(5, receive());
    assertEquals(6, socket.peek(buffer, 0, buffer.length, null));
    assertEquals(6, receive());
    assertEquals(Status.WOULD_BLOCK, socket.peek(buffer, 0, buffer.length, null));
  }

  @Test
  void receiveBufferCanBeMadeSmaller() {
    options.receiveBytes = 200;
    for (int i = 0; i < 20; i++) {
      inject(Frames.udp(4000, 7).data(0, 10));
    }
    int read = 0;
    while (receive() == 10) {
      read++;
    }
    assertTrue(read >= 3 && read <= 6, read + " datagrams");
    assertEquals(20 - read, h.counter(Counter.UDP_RCVBUF_FULL));
  }

  @Test
  void checksumsCanBeLeftOutAndDemanded() {
    options.noChecksum = true;
    assertEquals(Status.OK, send(10, peer));
    byte[] sent = h.expect(udp(7, 9)).ipv4Payload();
    assertEquals(0, Octets.u16(sent, 6));
    inject(Frames.udp(4000, 7).data(0, 5).checksum(0));
    assertEquals(5, receive());
    options.checksumRequired = true;
    inject(Frames.udp(4000, 7).data(0, 5).checksum(0));
    assertEquals(Status.WOULD_BLOCK, receive());
    assertEquals(1, h.counter(Counter.UDP_BADSUM));
    inject(Frames.udp(4000, 7).data(0, 5));
    assertEquals(5, receive());
  }

  @Test
  void dontFragmentRefusesWhatIsLargerThanThePath() {
    options.dontFragment = true;
    assertEquals(Status.TOO_LARGE, send(1473, peer));
    assertEquals(Status.OK, send(1472, peer));
    h.expect(dontFragment(true));
    options.dontFragment = false;
    assertEquals(Status.OK, send(1473, peer));
    assertEquals(2, h.takeSent().size());
  }

  @Test
  void errorsTellWhatWentWrongForWhomAndWhoSaidSo() {
    int router = Octets.address("192.0.2.254");
    send(10, peer);
    SeenFrame first = h.expect(udp(7, 9));
    send(11, new Endpoint(STRANGER, 53));
    SeenFrame second = h.expect(udp(7, 53));
    send(1400, new Endpoint(STRANGER, 54));
    SeenFrame third = h.expect(udp(7, 54));
    fail(first, PEER, 3, 3, 0);
    fail(second, router, 11, 0, 0);
    fail(third, router, 3, 4, 1000);
    assertTrue(options.nextError());
    assertEquals(IcmpError.PORT_UNREACHABLE, options.error);
    assertEquals(PEER, options.errorTarget.address);
    assertEquals(9, options.errorTarget.port);
    assertEquals(PEER, options.errorReporter.address);
    assertEquals(10, options.errorBytes);
    assertTrue(options.nextError());
    assertEquals(IcmpError.TIME_EXCEEDED, options.error);
    assertEquals(STRANGER, options.errorTarget.address);
    assertEquals(53, options.errorTarget.port);
    assertEquals(router, options.errorReporter.address);
    assertTrue(options.nextError());
    assertEquals(IcmpError.TOO_BIG, options.error);
    assertEquals(1000, options.errorMtu);
    assertEquals(1400, options.errorBytes);
    assertFalse(options.nextError());
    for (int i = 0; i < 6; i++) {
      fail(first, router + i, 3, 1, 0);
    }
    assertEquals(2, options.errorsLost());
    for (int i = 0; i < 4; i++) {
      assertTrue(options.nextError());
      assertEquals(router + i, options.errorReporter.address);
    }
    assertFalse(options.nextError());
  }

  @Test
  void neighbourThatIsNotThereIsReportedByOurselves() {
    h.answerArp(false);
    send(10, new Endpoint(Octets.address("10.9.0.77"), 9));
    h.advanceMs(5000);
    assertTrue(options.nextError());
    assertEquals(IcmpError.UNREACHABLE, options.error);
    assertEquals(HOST, options.errorReporter.address);
    assertEquals(Octets.address("10.9.0.77"), options.errorTarget.address);
    assertEquals(HOST_MAC, h.host.port.mac());
  }

  @Test
  void connectedSocketHearsOneAndDisconnectedAll() {
    assertEquals(Status.OK, socket.connect(peer));
    assertTrue(socket.connected());
    inject(Frames.udp(10, 7).data(0, 5));
    assertEquals(Status.WOULD_BLOCK, receive());
    inject(Frames.udp(9, 7).data(0, 5));
    assertEquals(5, receive());
    socket.disconnect();
    assertFalse(socket.connected());
    inject(Frames.udp(10, 7).data(0, 5));
    assertEquals(5, receive());
    assertEquals(Status.BAD_STATE, send(5, null));
  }
}
