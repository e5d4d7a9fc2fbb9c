// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.six;

import static dev.tulle.testkit.Segment.ack;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.profile.Client;
import dev.tulle.stack.Status;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.TcpHarness;
import dev.tulle.udp.UdpSocket;
import org.junit.jupiter.api.Test;

/** Whether neighbours are asked whether they are still there: RFC 4861 7.3.1. */
class ReachabilityTest {
  private final TcpHarness h = new TcpHarness(Client::host);
  private int questions;

  private void count() {
    for (SeenFrame f : h.takeSent()) {
      questions += f.isIcmpv6() && f.icmpType() == 135 ? 1 : 0;
    }
  }

  @Test
  void whoAcknowledgesIsNotAsked() {
    h.net.six();
    h.listen(80);
    h.connected6(1000, 65_535);
    h.net.answerSix(false);
    for (int second = 0; second < 200; second++) {
      h.write(100);
      h.advanceMs(50);
      count();
      h.inject(ack(h.written()));
      h.advanceMs(950);
      count();
    }
    assertEquals(0, questions);
    h.expectStatus(Status.OK);
  }

  @Test
  void whoDoesNotIsAskedAndGivenUp() {
    h.net.six();
    h.listen(80);
    h.connected6(1000, 65_535);
    h.net.answerSix(false);
    for (int second = 0; second < 120; second++) {
      if (second % 30 == 0) {
        h.write(100);
      }
      h.advanceMs(1000);
      count();
    }
    assertTrue(questions >= 3, questions + " questions");
  }

  @Test
  void datagramsConfirmNothing() {
    h.net.six();
    UdpSocket socket = h.host.udp.bind(7);
    socket.connect(SixBench.endpoint(HostHarness.PEER6, 9));
    socket.send(new byte[1], 0, 1, null, h.net.nowNs());
    h.poll();
    h.net.answerSix(false);
    for (int second = 0; second < 60; second++) {
      socket.send(new byte[1], 0, 1, null, h.net.nowNs());
      h.advanceMs(1000);
      count();
    }
    assertTrue(questions >= 3, questions + " questions");
  }
}
