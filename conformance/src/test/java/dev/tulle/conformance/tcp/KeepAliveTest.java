// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.tcp;

import static dev.tulle.testkit.Segment.ack;
import static dev.tulle.testkit.Segment.data;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.stack.Status;
import dev.tulle.tcp.KeepAlive;
import org.junit.jupiter.api.Test;

/** Asking a silent peer whether it is there. RFC 9293 3.8.4. */
class KeepAliveTest extends TcpTest {
  private static final long SECOND_NS = 1_000_000_000L;

  private void keepAlive() {
    established();
    h.socket.keepAlive(new KeepAlive(60 * SECOND_NS, 10 * SECOND_NS, 3));
    h.poll();
  }

  @Test
  void withoutItASilentConnectionLivesForEver() {
    // RFC 9293 3.8.4 (MUST-25): off by default.
    established();
    h.advanceMs(24 * 3_600_000L);
    h.expectNothing();
    h.inject(data(0, 10));
    h.expectRead(10);
  }

  @Test
  void anAnswerKeepsTheConnection() {
    keepAlive();
    for (int i = 0; i < 5; i++) {
      h.expectWithinMs(59_900, 60_100, ack(0).sequence(-1));
      h.inject(ack(0));
      h.expectNothing();
    }
    h.expectStatus(Status.OK);
  }

  @Test
  void silenceEndsTheConnection() {
    keepAlive();
    h.expectWithinMs(59_900, 60_100, ack(0).sequence(-1));
    h.expectWithinMs(9_900, 10_100, ack(0).sequence(-1));
    h.expectWithinMs(9_900, 10_100, ack(0).sequence(-1));
    h.expectStatus(Status.OK);
    h.advanceMs(10_100);
    h.expectStatus(Status.TIMED_OUT);
    assertTrue(h.net.next().has(4), "a reset tells the peer, should it be there");
  }

  @Test
  void trafficDefersTheProbe() {
    keepAlive();
    h.advanceMs(50_000);
    h.inject(data(0, 10));
    h.expectWithinMs(0, 499, ack(10));
    h.expectWithinMs(59_000, 60_000, ack(10).sequence(-1));
  }

  @Test
  void unacknowledgedDataIsTheRetransmissionTimersMatter() {
    keepAlive();
    h.write(10);
    h.expect(data(0, 10));
    h.advanceMs(20_000);
    h.takeSent();
    h.inject(ack(10));
    h.expectWithinMs(59_900, 60_100, ack(0).sequence(9));
  }

  @Test
  void aProbeOfThePeerIsAnswered() {
    established();
    h.inject(ack(0).sequence(-1));
    h.expectAck(0);
    h.inject(data(-1, 1));
    h.expectAck(0);
  }
}
