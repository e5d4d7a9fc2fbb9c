// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.layers;

import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.HOST_MAC;
import static dev.tulle.testkit.HostHarness.MASK;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.HostHarness.PEER_MAC;
import static dev.tulle.testkit.HostHarness.STRANGER;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.host.DhcpClient;
import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Client;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.testkit.FrameChecks;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.udp.UdpSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The DHCP client on a virtual clock. */
class DhcpTest {
  private static final long SECOND_NS = 1_000_000_000L;

  private HostHarness h = new HostHarness(DhcpServer::host);
  private DhcpServer server = new DhcpServer(h);

  /** Takes the client's next message within some time; the test fails where none comes. */
  private SeenFrame heard(int type, long withinS) {
    long limitNs = h.nowNs() + withinS * SECOND_NS;
    while (h.nowNs() < limitNs) {
      SeenFrame frame = h.nextWithinNs(limitNs - h.nowNs());
      if (server.hear(frame)) {
        assertEquals(type, server.type);
        return frame;
      }
    }
    throw h.failure("no message of type " + type);
  }

  @Test
  void anAddressIsObtainedProbedForAndThenUsed() {
    server.with(6, 10, 9, 0, 1, 10, 9, 0, 3).with(26, 1400 >> 8, 1400 & 255);
    server.begin();
    SeenFrame discover = heard(1, 1);
    assertEquals(0, discover.source());
    assertEquals(-1, discover.destination());
    assertEquals(68, discover.sourcePort());
    assertEquals(Frames.BROADCAST, discover.destinationMac());
    assertEquals(0x80, server.request[10] & 0xFF, "the answer must be a broadcast");
    assertEquals(HOST_MAC, Octets.u48(server.request, 28));
    assertArrayEquals(Octets.of(255, 0, 0, 0, 1, 0, 3, 0, 1, 2, 0, 0, 0, 0, 1), server.option(61));
    server.say(DhcpServer.OFFER);
    SeenFrame request = heard(3, 1);
    assertEquals(0, request.source());
    assertArrayEquals(Octets.of(10, 9, 0, 2), server.option(50));
    assertArrayEquals(Octets.of(10, 9, 0, 1), server.option(54));
    server.say(DhcpServer.ACK);
    assertEquals(DhcpClient.PROBING, h.host.dhcp.state());
    assertEquals(0, h.host.port.address);
    h.advanceMs(8000);
    assertTrue(h.host.dhcp.bound());
    assertEquals(HOST, h.host.port.address);
    assertEquals(MASK, h.host.port.mask);
    assertEquals(1400, h.host.port.mtu());
    assertEquals(2, h.host.nameServers.count());
    assertEquals(PEER + 2, nameServer(1));
    assertEquals(Status.OK, h.host.ipv4.path().open(new Endpoint(STRANGER, 0)), "a route");
    h.expectNoInternalError();
  }

  @Test
  void theWholeClientProfileObtainsOne() {
    h = new HostHarness(Client::host);
    server = new DhcpServer(h);
    server.bind();
    assertEquals(HOST, h.host.port.address);
    h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).icmp(Frames.echoRequest(1, 1, 8))));
    h.expect(FrameChecks.icmp(0, 0));
  }

  @Test
  void discoveriesAreRepeatedLaterAndLater() {
    server.begin();
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      times.add(heard(1, 100).timeNs());
    }
    long[] seconds = {4, 8, 16, 32, 64, 64, 64};
    for (int i = 0; i < seconds.length; i++) {
      long gapNs = times.get(i + 1) - times.get(i);
      assertTrue(Math.abs(gapNs - seconds[i] * SECOND_NS) <= SECOND_NS, i + ": " + gapNs);
      assertTrue(gapNs % SECOND_NS != 0, "there is jitter");
    }
  }

  @Test
  void aServerThatFallsSilentAfterItsOfferIsGivenUp() {
    server.begin();
    heard(1, 1);
    server.say(DhcpServer.OFFER);
    for (int i = 0; i < 4; i++) {
      heard(3, 40);
    }
    heard(1, 80);
  }

  @Test
  void theLeaseIsExtendedByUnicastAtHalfItsTime() {
    server.bind();
    final long boundNs = h.nowNs();
    SeenFrame renewal = heard(3, 1810);
    assertTrue(renewal.timeNs() - boundNs >= 1690 * SECOND_NS, "T1");
    assertEquals(HOST, renewal.source());
    assertEquals(PEER, renewal.destination());
    assertEquals(PEER_MAC, renewal.destinationMac());
    assertEquals(HOST, Octets.i32(server.request, 12));
    assertNull(server.option(50));
    assertNull(server.option(54));
    assertEquals(DhcpClient.RENEWING, h.host.dhcp.state());
    h.inject(
        h.fromPeer(
            Frames.ipv4(PEER, HOST).udp(Frames.udp(67, 68).data(server.message(DhcpServer.ACK)))));
    assertEquals(DhcpClient.BOUND, h.host.dhcp.state());
    assertEquals(1, h.host.dhcp.renewals());
    h.advanceMs(1_600_000);
    assertEquals(DhcpClient.BOUND, h.host.dhcp.state());
  }

  @Test
  void anyServerIsAskedAtSevenEighthsAndTheAddressIsTakenAwayAtTheEnd() {
    server.bind();
    TcpSocket socket = h.host.tcp.connect(new Endpoint(PEER, 80));
    h.poll();
    final long boundNs = h.nowNs() - 7 * SECOND_NS;
    SeenFrame last = null;
    int broadcasts = 0;
    while (h.host.dhcp.state() != DhcpClient.SELECTING) {
      SeenFrame frame = h.nextWithinNs(100 * SECOND_NS);
      if (server.hear(frame) && server.type == 3) {
        boolean all = frame.destination() == -1;
        broadcasts += all ? 1 : 0;
        assertEquals(all, frame.timeNs() - boundNs >= 3140 * SECOND_NS, "T2");
        boolean turned = last == null || last.destination() != frame.destination();
        assertTrue(turned || frame.timeNs() - last.timeNs() >= 60 * SECOND_NS);
        last = frame;
      }
    }
    assertTrue(broadcasts >= 2, broadcasts + " broadcasts");
    assertTrue(Math.abs(h.nowNs() - boundNs - 3600 * SECOND_NS) < 10 * SECOND_NS);
    assertEquals(0, h.host.port.address);
    assertEquals(0, h.host.nameServers.count());
    assertEquals(Status.UNREACHABLE, h.host.ipv4.path().open(new Endpoint(STRANGER, 0)));
    assertTrue(socket.status() < 0 && socket.status() != Status.WOULD_BLOCK, "its connections end");
    h.expectNoInternalError();
  }

  @Test
  void aRefusalTakesTheAddressAwayAndBeginsAnew() {
    server.bind();
    heard(3, 1810);
    server.say(DhcpServer.NAK);
    assertEquals(0, h.host.port.address);
    assertEquals(1, h.counter(Counter.DHCP_NAK));
    heard(1, 10);
  }

  @Test
  void anAddressThatSomebodyHasIsDeclined() {
    server.begin();
    heard(1, 1);
    server.say(DhcpServer.OFFER);
    heard(3, 1);
    server.say(DhcpServer.ACK);
    h.advanceMs(1500);
    h.inject(
        Frames.ethernet(0x02000000000AL, Frames.BROADCAST)
            .arp(Frames.arpRequest(0x02000000000AL, HOST, HOST))
            .build());
    SeenFrame decline = heard(4, 1);
    assertEquals(0, decline.source());
    assertEquals(0, Octets.i32(server.request, 8)); // RFC 2131 table 5: seconds and flags
    assertArrayEquals(Octets.of(10, 9, 0, 2), server.option(50));
    assertArrayEquals(Octets.of(10, 9, 0, 1), server.option(54));
    final long declinedNs = decline.timeNs();
    SeenFrame discover = heard(1, 20);
    assertTrue(discover.timeNs() - declinedNs >= 10 * SECOND_NS);
    assertNull(server.option(50), "not that one again");
    assertEquals(0, h.host.port.address);
  }

  @Test
  void theAddressIsGivenBack() {
    server.bind();
    h.host.dhcp.release(h.nowNs());
    SeenFrame release = heard(7, 1);
    assertEquals(PEER, release.destination());
    assertEquals(HOST, Octets.i32(server.request, 12));
    h.advanceMs(200);
    assertEquals(0, h.host.port.address);
    assertEquals(DhcpClient.OFF, h.host.dhcp.state());
    server.bind();
    assertEquals(HOST, h.host.port.address);
  }

  @Test
  void theServerHearsThatTheAddressIsFreeWhileAnyIsAsked() {
    server.bind();
    while (h.host.dhcp.state() != DhcpClient.REBINDING) {
      h.advanceMs(1000);
    }
    h.takeSent();
    h.host.dhcp.release(h.nowNs());
    assertEquals(PEER, heard(7, 1).destination()); // RFC 2131 4.4.4
  }

  @Test
  void aLeaseForEverIsNeverExtended() {
    server.leaseSeconds = 0xFFFFFFFFL;
    server.bind();
    h.advanceMs(10_000);
    h.takeSent();
    h.advanceMs(10_000_000);
    assertEquals(List.of(), h.takeSent());
    assertEquals(HOST, h.host.port.address);
  }

  /** Asks for the address of an earlier run, without a DISCOVER before. */
  private void reboot() {
    assertEquals(Status.OK, h.host.dhcp.start(HOST, h.nowNs()));
    heard(3, 1);
    assertArrayEquals(Octets.of(10, 9, 0, 2), server.option(50));
    assertNull(server.option(54), "RFC 2131 4.3.2: no server's identifier in INIT-REBOOT");
    assertEquals(0, Octets.i32(server.request, 12));
  }

  @Test
  void anEarlierAddressIsAskedForAndProbedFor() {
    reboot();
    server.say(DhcpServer.ACK);
    assertEquals(DhcpClient.PROBING, h.host.dhcp.state());
    h.advanceMs(8000);
    assertTrue(h.host.dhcp.bound());
    assertEquals(HOST, h.host.port.address);
    assertEquals(PEER, h.host.dhcp.server());
  }

  @Test
  void anEarlierAddressThatIsRefusedMeansToBeginAnewAtOnce() {
    reboot();
    server.say(DhcpServer.NAK);
    heard(1, 1);
    assertNull(server.option(50));
    assertEquals(1, h.counter(Counter.DHCP_NAK));
  }

  @Test
  void whereNobodyKnowsAnEarlierAddressItIsWishedForInTheNextDiscover() {
    reboot();
    heard(3, 6);
    heard(1, 12);
    assertArrayEquals(Octets.of(10, 9, 0, 2), server.option(50));
    server.say(DhcpServer.OFFER);
    heard(3, 1);
    assertArrayEquals(Octets.of(10, 9, 0, 1), server.option(54));
  }

  /** Somebody else says that the host's address is theirs. */
  private void conflict() {
    h.inject(
        Frames.ethernet(PEER_MAC, Frames.BROADCAST)
            .arp(Frames.arpReply(PEER_MAC, HOST, HOST_MAC, HOST))
            .build());
  }

  @Test
  void anAddressIsDefendedOnceAndDeclinedWhereTheConflictGoesOn() {
    server.bind();
    h.advanceMs(5000);
    conflict();
    assertTrue(h.host.dhcp.bound());
    assertEquals(HOST, h.host.port.address);
    h.advanceMs(11_000);
    conflict();
    assertTrue(h.host.dhcp.bound(), "the last one is more than ten seconds ago");
    h.advanceMs(5000);
    h.takeSent();
    conflict();
    assertEquals(0, h.host.port.address);
    SeenFrame decline = heard(4, 1);
    assertEquals(0, decline.source());
    assertArrayEquals(Octets.of(10, 9, 0, 2), server.option(50));
    assertArrayEquals(Octets.of(10, 9, 0, 1), server.option(54));
    assertEquals(1, h.counter(Counter.DHCP_DECLINED));
    assertEquals(0, h.host.nameServers.count());
    heard(1, 60);
    assertNull(server.option(50));
  }

  @Test
  void classlessRoutesReplaceTheRouter() {
    server.with(121, 24, 198, 51, 100, 10, 9, 0, 1, 0, 10, 9, 0, 9);
    server.bind();
    assertEquals(PEER + 8, h.host.dhcp.router());
  }

  /** As clouds have it: a subnet of one, and a router that is a neighbour by a route alone. */
  @Test
  void aRouteWithoutGatewayMakesItsHostsNeighbours() {
    server.mask = -1;
    server.with(121, 32, 192, 0, 2, 1, 0, 0, 0, 0, 0, 192, 0, 2, 1);
    server.bind();
    assertEquals(Octets.address("192.0.2.1"), h.host.dhcp.router());
    UdpSocket socket = h.host.udp.bind(0);
    h.answerArp(false);
    Endpoint far = new Endpoint(Octets.address("198.51.100.9"), 9);
    assertEquals(0, socket.send(new byte[1], 0, 1, far, h.nowNs()));
    SeenFrame question = h.next();
    assertEquals(Octets.address("192.0.2.1"), question.arpTarget());
    h.inject(
        Frames.ethernet(PEER_MAC, HOST_MAC)
            .arp(
                Frames.arpReply(
                    PEER_MAC, question.arpTarget(), HOST_MAC, Octets.address("10.9.0.2")))
            .build());
    assertEquals(9, h.next().destinationPort());
    h.host.dhcp.release(h.nowNs());
    h.advanceMs(1000);
    assertEquals(0, h.host.port.alsoMask);
  }

  @Test
  void optionsGoOnInTheFieldsForFileAndServerName() {
    server.begin();
    heard(1, 1);
    server.with(52, 3);
    byte[] offer = server.message(DhcpServer.OFFER);
    byte[] file = Octets.of(6, 4, 10, 9, 0, 7, 255);
    byte[] sname = Octets.of(6, 4, 10, 9, 0, 8, 255);
    System.arraycopy(file, 0, offer, 108, file.length);
    System.arraycopy(sname, 0, offer, 44, sname.length);
    h.inject(server.frame(offer));
    heard(3, 1);
    offer[242] = DhcpServer.ACK;
    h.inject(server.frame(offer));
    assertEquals(2, h.host.nameServers.count());
    assertEquals(PEER + 6, nameServer(0));
    assertEquals(PEER + 7, nameServer(1));
  }

  @Test
  void transactionsCannotBeGuessed() {
    List<Integer> seen = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      server.begin();
      heard(1, 1);
      assertFalse(seen.contains(server.transaction));
      seen.add(server.transaction);
      h.host.dhcp.release(h.nowNs());
    }
  }

  private int nameServer(int index) {
    Endpoint server = new Endpoint();
    h.host.nameServers.server(index, server);
    return server.address;
  }
}
