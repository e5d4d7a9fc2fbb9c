// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.layers;

import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.HostHarness.PEER_MAC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.host.LinkLocal;
import dev.tulle.ip.Endpoint;
import dev.tulle.link.EthernetPort;
import dev.tulle.link.Link;
import dev.tulle.profile.Host;
import dev.tulle.stack.Entropy;
import dev.tulle.stack.Interface;
import dev.tulle.stack.Part;
import dev.tulle.stack.Stack;
import dev.tulle.stack.Status;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.SeenFrame;
import org.junit.jupiter.api.Test;

/** Addresses of 169.254/16 on a virtual clock, where DHCP is silent. */
class LinkLocalTest {
  private static final int NETWORK = 169 << 24 | 254 << 16;

  private LinkLocal local;
  private final HostHarness h = new HostHarness(this::host);
  private final DhcpServer server = new DhcpServer(h);

  private Host host(Link link, long mac, Entropy entropy) {
    Host host = DhcpServer.host(link, mac, entropy);
    local = new LinkLocal((EthernetPort) host.port, host.tcp, host.dhcp, host.conflict);
    host.stack =
        new Stack(
            new Interface[] {host.port},
            new Part[] {host.tcp, host.conflict, host.dhcp, local, host.neighbours});
    return host;
  }

  /** Lets both begin, and DHCP be silent. */
  private void begin() {
    h.answerArp(false);
    server.begin();
    local.start(h.nowNs());
  }

  /** Lets the host have an address of its own choice; answers it. */
  private int bound() {
    begin();
    h.advanceMs(25_000);
    assertTrue(local.bound());
    return h.host.port.address;
  }

  /** Somebody else says that an address is theirs. */
  private void conflict(int address) {
    h.inject(
        Frames.ethernet(PEER_MAC, Frames.BROADCAST)
            .arp(Frames.arpReply(PEER_MAC, address, 0, address))
            .build());
  }

  /** The next address that the host probes for. */
  private int probed() {
    for (SeenFrame frame = h.nextWithinNs(90_000_000_000L); frame != null; ) {
      if (frame.isArp() && frame.arpSender() == 0) {
        return frame.arpTarget();
      }
      frame = h.nextWithinNs(90_000_000_000L);
    }
    throw h.failure("nothing is probed for");
  }

  @Test
  void aHostWithoutDhcpTakesAnAddressAfterThreeProbes() {
    begin();
    h.advanceMs(11_900);
    assertEquals(3, h.takeSent().size(), "three DISCOVERs, nothing else");
    int wanted = probed();
    assertEquals(NETWORK, wanted & 0xFFFF0000);
    int host = wanted & 0xFFFF;
    assertTrue(host >= 256 && host < 0xFF00, "the edges are reserved");
    assertEquals(wanted, probed());
    assertEquals(wanted, probed());
    assertEquals(0, h.host.port.address);
    h.advanceMs(3000);
    assertTrue(local.bound());
    assertEquals(wanted, h.host.port.address);
    assertEquals(0xFFFF0000, h.host.port.mask);
    assertNull(h.host.tcp.connect(new Endpoint(PEER, 80)), "no route leads off the link");
  }

  @Test
  void theSamePortComesToTheSameAddress() {
    assertEquals(bound(), new LinkLocalTest().bound());
  }

  @Test
  void anAddressThatSomebodyHasIsLeftForAnother() {
    begin();
    int first = probed();
    conflict(first);
    int second = probed();
    assertNotEquals(first, second);
    h.advanceMs(10_000);
    assertEquals(second, h.host.port.address);
  }

  @Test
  void afterTenConflictsOneAddressAMinuteIsTried() {
    begin();
    long beforeNs = h.nowNs();
    for (int i = 0; i < 14; i++) {
      beforeNs = h.nowNs();
      conflict(probed());
    }
    assertTrue(h.nowNs() - beforeNs >= 60_000_000_000L);
  }

  @Test
  void anAddressIsDefendedOnceAndLeftWhereTheConflictGoesOn() {
    int first = bound();
    conflict(first);
    assertEquals(first, h.host.port.address);
    h.advanceMs(5000);
    h.takeSent();
    conflict(first);
    assertEquals(0, h.host.port.address);
    assertNotEquals(first, probed());
  }

  @Test
  void whenDhcpAnswersAtLastTheAddressIsLeftAndItsConnectionsEnd() {
    int own = bound();
    for (SeenFrame frame : h.takeSent()) {
      assertFalse(frame.isUdp() && frame.source() != 0, "DHCP has no address yet");
    }
    TcpSocket socket = h.host.tcp.connect(new Endpoint(NETWORK | 0x7777, 80));
    h.poll();
    assertEquals(Status.WOULD_BLOCK, socket.status());
    server.serve(90_000);
    assertTrue(h.host.dhcp.bound());
    assertEquals(HOST, h.host.port.address);
    assertNotEquals(own, h.host.port.address);
    assertEquals(Status.UNREACHABLE, socket.status());
    socket.close();
    assertFalse(local.bound());
    h.advanceMs(60_000);
    assertEquals(HOST, h.host.port.address);
  }

  @Test
  void whenTheClientEndsNothingIsLeft() {
    bound();
    h.host.dhcp.release(h.nowNs());
    h.poll();
    assertEquals(0, h.host.port.address);
    local.stop();
    h.takeSent();
    h.advanceMs(100_000);
    h.expectNothing();
  }
}
