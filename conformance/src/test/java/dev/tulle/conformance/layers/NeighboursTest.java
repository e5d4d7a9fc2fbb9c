// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.layers;

import static dev.tulle.testkit.FrameChecks.anything;
import static dev.tulle.testkit.FrameChecks.arpReplyOf;
import static dev.tulle.testkit.FrameChecks.arpRequestFor;
import static dev.tulle.testkit.FrameChecks.data;
import static dev.tulle.testkit.FrameChecks.icmp;
import static dev.tulle.testkit.FrameChecks.toAddress;
import static dev.tulle.testkit.FrameChecks.toMac;
import static dev.tulle.testkit.FrameChecks.udp;
import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.HOST_MAC;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.HostHarness.PEER_MAC;
import static dev.tulle.testkit.HostHarness.STRANGER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Minimal;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.udp.UdpSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NeighboursTest {
  private static final int THIRD = Octets.address("10.9.0.3");
  private static final long THIRD_MAC = 0x020000000003L;

  private HostHarness h;
  private UdpSocket socket;

  @BeforeEach
  void assemble() {
    h = new HostHarness(Minimal::host);
    h.answerArp(false);
    socket = h.host.udp.bind(5000);
  }

  private int send(int address, int tag) {
    return socket.send(new byte[] {(byte) tag}, 0, 1, new Endpoint(address, 9), h.nowNs());
  }

  private void reply(long mac, int address) {
    h.inject(
        Frames.ethernet(mac, HOST_MAC).arp(Frames.arpReply(mac, address, HOST_MAC, HOST)).build());
  }

  private void request(long mac, int address, int target) {
    h.inject(
        Frames.ethernet(mac, Frames.BROADCAST)
            .arp(Frames.arpRequest(mac, address, target))
            .build());
  }

  /** Sends something and answers the question. */
  private void resolve(long mac, int address) {
    send(address, 1);
    h.expect(arpRequestFor(address).and(toMac(Frames.BROADCAST)));
    reply(mac, address);
    h.expect(udp(5000, 9).and(toMac(mac)));
  }

  @Test
  void aRequestForOurAddressIsAnsweredToItsSender() {
    request(PEER_MAC, PEER, HOST);
    SeenFrame reply = h.expect(arpReplyOf(HOST, HOST_MAC).and(toMac(PEER_MAC)));
    assertEquals(PEER, reply.arpTarget());
    assertEquals(PEER_MAC, reply.arpTargetMac());
    h.expectNothing();
  }

  @Test
  void whoAsksForUsIsLearntSoThatTheAnswerNeedsNoQuestion() {
    request(PEER_MAC, PEER, HOST);
    h.expect(arpReplyOf(HOST, HOST_MAC));
    send(PEER, 1);
    h.expect(udp(5000, 9).and(toMac(PEER_MAC)));
  }

  @Test
  void aRequestForAnotherIsNeitherAnsweredNorLearntFrom() {
    request(PEER_MAC, PEER, THIRD);
    h.expectNothing();
    send(PEER, 1);
    h.expect(arpRequestFor(PEER));
  }

  @Test
  void aPacketWaitsForTheAnswerAndThenGoes() {
    send(PEER, 7);
    SeenFrame request = h.expect(arpRequestFor(PEER).and(toMac(Frames.BROADCAST)));
    assertEquals(HOST, request.arpSender());
    assertEquals(HOST_MAC, request.arpSenderMac());
    assertEquals(0, request.arpTargetMac());
    h.expectNothing();
    reply(PEER_MAC, PEER);
    h.expect(udp(5000, 9).and(data(new byte[] {7})).and(toMac(PEER_MAC)));
    assertEquals(h.host.pool.capacity(), h.host.pool.available());
  }

  @Test
  void theLatestPacketIsTheOneThatIsKept() {
    send(PEER, 1);
    send(PEER, 2);
    send(PEER, 3);
    h.expect(arpRequestFor(PEER));
    h.expectNothing();
    assertEquals(2, h.counter(Counter.ARP_QUEUE_FULL));
    reply(PEER_MAC, PEER);
    h.expect(udp(5000, 9).and(data(new byte[] {3})));
    h.expectNothing();
  }

  @Test
  void aQuestionIsAskedOnceASecondThreeTimesAndThenTheSenderIsTold() {
    socket.connect(new Endpoint(PEER, 9));
    long startNs = h.nowNs();
    for (int i = 0; i < 5; i++) {
      socket.send(new byte[1], 0, 1, null, h.nowNs());
    }
    for (int second = 0; second < 3; second++) {
      SeenFrame frame = h.nextWithinNs(1_500_000_000L);
      assertEquals(null, arpRequestFor(PEER).mismatch(frame));
      assertEquals(startNs + second * 1_000_000_000L, frame.timeNs());
    }
    assertEquals(Status.WOULD_BLOCK, socket.receive(new byte[1], 0, 1, null));
    h.advanceMs(1000);
    h.expectNothing();
    assertEquals(1, h.counter(Counter.ARP_UNREACHABLE));
    assertEquals(Status.UNREACHABLE, socket.receive(new byte[1], 0, 1, null));
    assertEquals(h.host.pool.capacity(), h.host.pool.available());
    assertEquals(Long.MAX_VALUE, h.host.stack.deadlineNs());
  }

  @Test
  void whoDidNotAnswerIsAskedAgainByTheNextPacketButNotWithinASecond() {
    send(PEER, 1);
    for (int ms = 0; ms < 20_000; ms += 50) {
      h.advanceMs(50);
      send(PEER, 1);
    }
    long lastNs = Long.MIN_VALUE;
    for (SeenFrame frame : h.takeSent()) {
      assertTrue(frame.timeNs() - lastNs >= 1_000_000_000L || lastNs < 0, "asked too soon");
      lastNs = frame.timeNs();
    }
    assertTrue(lastNs > 15_000_000_000L);
  }

  @Test
  void anAnswerThatNobodyAskedForIsNotLearnt() {
    reply(PEER_MAC, PEER);
    send(PEER, 1);
    h.expect(arpRequestFor(PEER).and(toMac(Frames.BROADCAST)));
  }

  @Test
  void anotherLinkAddressForAKnownNeighbourMakesUsAskTheOldOne() {
    resolve(PEER_MAC, PEER);
    h.advanceMs(2000);
    reply(THIRD_MAC, PEER);
    assertEquals(1, h.counter(Counter.ARP_CHANGED));
    h.expect(arpRequestFor(PEER).and(toMac(PEER_MAC)));
    send(PEER, 2);
    h.expect(udp(5000, 9).and(toMac(PEER_MAC)));
    reply(PEER_MAC, PEER); // still there
    h.advanceMs(5000);
    h.expectNothing();
  }

  @Test
  void aNeighbourThatMovedIsFoundAgainOnceTheOldLinkAddressIsSilent() {
    resolve(PEER_MAC, PEER);
    h.advanceMs(2000);
    reply(THIRD_MAC, PEER);
    h.advanceMs(3000);
    for (int i = 0; i < 3; i++) {
      h.expect(arpRequestFor(PEER).and(toMac(PEER_MAC)));
    }
    resolve(THIRD_MAC, PEER);
  }

  @Test
  void conflictingAnswersDoNotMakeUsAskMoreThanOnceASecond() {
    resolve(PEER_MAC, PEER);
    int asked = 0;
    for (int ms = 0; ms < 10_000; ms += 100) {
      h.advanceMs(100);
      reply(THIRD_MAC, PEER);
      reply(PEER_MAC, PEER);
      asked += h.takeSent().size();
    }
    assertTrue(asked <= 10, asked + " requests in 10 seconds");
  }

  @Test
  void anOldNeighbourIsAskedByUnicastWhilePacketsFlow() {
    resolve(PEER_MAC, PEER);
    h.advanceMs(61_000);
    h.expectNothing(); // not used: not asked
    send(PEER, 1);
    h.expect(arpRequestFor(PEER).and(toMac(PEER_MAC)));
    h.expect(udp(5000, 9).and(toMac(PEER_MAC)));
    reply(PEER_MAC, PEER);
    h.advanceMs(10_000);
    h.expectNothing();
  }

  @Test
  void aScanNeitherDisplacesKnownNeighboursNorEatsThePool() {
    resolve(PEER_MAC, PEER);
    resolve(THIRD_MAC, THIRD);
    for (int i = 10; i < 250; i++) {
      send(Octets.address("10.9.0." + i), 1);
      assertTrue(h.host.pool.available() >= h.host.pool.capacity() / 2);
    }
    h.takeSent();
    assertTrue(h.counter(Counter.ARP_FULL) > 0);
    send(PEER, 1);
    h.expect(udp(5000, 9).and(toMac(PEER_MAC)));
    send(THIRD, 1);
    h.expect(udp(5000, 9).and(toMac(THIRD_MAC)));
    h.advanceMs(4000);
    assertEquals(h.host.pool.capacity(), h.host.pool.available());
  }

  @Test
  void strangersWhoAskForUsDoNotDisplaceThoseInUse() {
    resolve(PEER_MAC, PEER);
    for (int i = 10; i < 250; i++) {
      request(0x020000001000L + i, Octets.address("10.9.0." + i), HOST);
      h.expect(arpReplyOf(HOST, HOST_MAC));
    }
    send(PEER, 1);
    h.expect(udp(5000, 9).and(toMac(PEER_MAC)));
  }

  @Test
  void packetsForOtherNetworksGoToTheGateway() {
    send(STRANGER, 1);
    h.expect(arpRequestFor(PEER));
    reply(PEER_MAC, PEER);
    h.expect(udp(5000, 9).and(toMac(PEER_MAC)).and(toAddress(STRANGER)));
  }

  @Test
  void broadcastsAndGroupsNeedNoQuestion() {
    assertEquals(Status.OK, send(-1, 1));
    h.expect(udp(5000, 9).and(toMac(Frames.BROADCAST)));
    assertEquals(Status.OK, send(Octets.address("10.9.0.255"), 1));
    h.expect(udp(5000, 9).and(toMac(Frames.BROADCAST)));
    assertEquals(Status.OK, send(Octets.address("239.255.1.2"), 1));
    h.expect(udp(5000, 9).and(toMac(0x01005E7F0102L)));
  }

  @Test
  void whatNobodyCanReachIsRefusedAtOnce() {
    for (String address :
        new String[] {"0.0.0.0", "0.1.2.3", "127.0.0.1", "240.0.0.1", "10.9.0.2"}) {
      assertEquals(Status.UNREACHABLE, send(Octets.address(address), 1), address);
    }
    h.expectNothing();
  }

  @Test
  void echoesAreAnsweredThroughTheNeighbourThatAsked() {
    h.answerArp(true);
    h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).icmp(Frames.echoRequest(3, 4, 1472))));
    h.expect(icmp(0, 0).and(data(Octets.pattern(0, 1472))).and(toMac(PEER_MAC)).and(anything()));
  }
}
