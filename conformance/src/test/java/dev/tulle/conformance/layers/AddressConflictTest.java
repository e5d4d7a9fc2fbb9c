// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.layers;

import static dev.tulle.testkit.FrameChecks.arpReplyOf;
import static dev.tulle.testkit.FrameChecks.arpRequestFor;
import static dev.tulle.testkit.FrameChecks.toMac;
import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.HOST_MAC;
import static dev.tulle.testkit.HostHarness.MASK;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.HostHarness.PEER_MAC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.profile.Client;
import dev.tulle.stack.Counter;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.SeenFrame;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AddressConflictTest {
  private static final long OTHER_MAC = 0x02000000000AL;
  private static final long SECOND_NS = 1_000_000_000L;

  private HostHarness h;

  @BeforeEach
  void assemble() {
    h = new HostHarness(Client::host);
    h.answerArp(false);
  }

  private void somebodyUses(int address) {
    h.inject(
        Frames.ethernet(OTHER_MAC, Frames.BROADCAST)
            .arp(Frames.arpRequest(OTHER_MAC, address, address))
            .build());
  }

  @Test
  void anAddressIsProbedForThreeTimesAndThenAnnouncedTwice() {
    long startNs = h.nowNs();
    h.host.conflict.claim(HOST, MASK, startNs);
    h.advanceMs(20_000);
    List<SeenFrame> sent = h.takeSent();
    assertEquals(5, sent.size());
    for (int i = 0; i < 5; i++) {
      assertEquals(null, arpRequestFor(HOST).and(toMac(Frames.BROADCAST)).mismatch(sent.get(i)));
      assertEquals(i < 3 ? 0 : HOST, sent.get(i).arpSender());
    }
    assertTrue(sent.get(0).timeNs() - startNs <= SECOND_NS);
    for (int i = 1; i < 3; i++) {
      long gapNs = sent.get(i).timeNs() - sent.get(i - 1).timeNs();
      assertTrue(gapNs >= SECOND_NS && gapNs <= 2 * SECOND_NS, "between probes: " + gapNs);
    }
    assertEquals(2 * SECOND_NS, sent.get(3).timeNs() - sent.get(2).timeNs());
    assertEquals(2 * SECOND_NS, sent.get(4).timeNs() - sent.get(3).timeNs());
    assertFalse(h.host.conflict.probing());
    assertEquals(HOST, h.host.port.address);
  }

  @Test
  void theAddressIsNotUsedWhileItIsProbedFor() {
    h.host.conflict.claim(HOST, MASK, h.nowNs());
    h.advanceMs(2000);
    h.takeSent();
    h.inject(
        Frames.ethernet(PEER_MAC, Frames.BROADCAST)
            .arp(Frames.arpRequest(PEER_MAC, PEER, HOST))
            .build());
    h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).icmp(Frames.echoRequest(1, 1, 8))));
    h.expectNothing();
    assertTrue(h.host.conflict.probing());
  }

  @Test
  void anAddressThatSomebodyUsesIsNotTaken() {
    h.host.conflict.claim(HOST, MASK, h.nowNs());
    for (int i = 0; i < 30; i++) {
      h.advanceMs(1000);
      somebodyUses(HOST);
    }
    assertTrue(h.host.conflict.probing());
    assertEquals(0, h.host.port.address);
    assertEquals(30, h.host.conflict.conflicts());
  }

  @Test
  void anothersProbeForTheSameAddressCountsAsUse() {
    h.host.conflict.claim(HOST, MASK, h.nowNs());
    h.inject(
        Frames.ethernet(OTHER_MAC, Frames.BROADCAST)
            .arp(Frames.arpRequest(OTHER_MAC, 0, HOST))
            .build());
    assertEquals(1, h.host.conflict.conflicts());
    h.inject(
        Frames.ethernet(OTHER_MAC, Frames.BROADCAST)
            .arp(Frames.arpRequest(OTHER_MAC, 0, PEER))
            .build());
    assertEquals(1, h.host.conflict.conflicts());
  }

  @Test
  void afterTenConflictsThereIsOneAttemptAMinute() {
    h.host.conflict.claim(HOST, MASK, h.nowNs());
    for (int i = 0; i < 10; i++) {
      somebodyUses(HOST);
    }
    h.takeSent();
    h.advanceMs(59_000);
    h.expectNothing();
    h.advanceMs(3_000);
    h.expect(arpRequestFor(HOST));
  }

  @Test
  void theAddressIsAnnouncedTwiceAtTheStart() {
    // The harness has swallowed the first.
    h.advanceMs(20_000);
    SeenFrame frame = h.expect(arpRequestFor(HOST).and(toMac(Frames.BROADCAST)));
    assertEquals(HOST, frame.arpSender());
    h.expectNothing();
  }

  @Test
  void anAddressInUseIsDefendedOnceInTenSeconds() {
    h.advanceMs(3000);
    h.takeSent();
    for (int i = 0; i < 1000; i++) {
      somebodyUses(HOST);
      h.advanceMs(25);
    }
    List<SeenFrame> sent = h.takeSent();
    assertEquals(3, sent.size(), "25 seconds");
    for (SeenFrame frame : sent) {
      assertEquals(HOST, frame.arpSender());
      assertEquals(null, arpRequestFor(HOST).and(toMac(Frames.BROADCAST)).mismatch(frame));
    }
    assertEquals(1000, h.counter(Counter.ARP_CONFLICT));
    assertEquals(HOST, h.host.port.address);
  }

  @Test
  void aProbeOfAnotherIsAnswered() {
    h.inject(
        Frames.ethernet(OTHER_MAC, Frames.BROADCAST)
            .arp(Frames.arpRequest(OTHER_MAC, 0, HOST))
            .build());
    h.expect(arpReplyOf(HOST, HOST_MAC).and(toMac(OTHER_MAC)));
    assertEquals(0, h.counter(Counter.ARP_CONFLICT));
  }
}
