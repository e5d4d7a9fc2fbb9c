// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

import static dev.tulle.testkit.FrameChecks.arpReplyOf;
import static dev.tulle.testkit.FrameChecks.data;
import static dev.tulle.testkit.FrameChecks.icmp;
import static dev.tulle.testkit.FrameChecks.rest;
import static dev.tulle.testkit.FrameChecks.toAddress;
import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.HOST_MAC;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.HostHarness.PEER_MAC;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.profile.Client;
import dev.tulle.profile.Minimal;
import org.junit.jupiter.api.Test;

class HostHarnessTest {
  @Test
  void aPingIsAnswered() {
    HostHarness h = new HostHarness(Minimal::host);
    h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).icmp(Frames.echoRequest(7, 1, 56))));
    h.expect(
        icmp(0, 0).and(rest(7 << 16 | 1)).and(toAddress(PEER)).and(data(Octets.pattern(0, 56))));
    h.expectNothing();
    h.expectNoInternalError();
  }

  @Test
  void anArpRequestIsAnswered() {
    HostHarness h = new HostHarness(Client::host);
    h.answerArp(false);
    ArpMessage request = Frames.arpRequest(PEER_MAC, PEER, HOST);
    h.inject(Frames.ethernet(PEER_MAC, Frames.BROADCAST).arp(request).build());
    h.expect(arpReplyOf(HOST, HOST_MAC));
    h.expectNothing();
  }

  @Test
  void aFailureTellsWhatWentBy() {
    HostHarness h = new HostHarness(Minimal::host);
    h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).icmp(Frames.echoRequest(7, 1, 56))));
    AssertionError error = assertThrows(AssertionError.class, h::expectNothing);
    assertTrue(
        error.getMessage().contains("10.9.0.2 > 10.9.0.1: ICMP type 0 code 0, length 64"),
        error::getMessage);
  }
}
