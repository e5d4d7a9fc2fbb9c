// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.tcp;

import static dev.tulle.testkit.Segment.ack;
import static dev.tulle.testkit.Segment.data;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** How much may be in flight. RFC 5681 3.1, RFC 6928, RFC 3465. */
class CongestionTest extends TcpTest {
  private static final int MSS = 1460;

  private int sentSegments() {
    return h.takeSent().size();
  }

  @Test
  void theInitialWindowIsTenSegments() {
    established();
    h.write(60_000);
    assertEquals(10, sentSegments());
  }

  @Test
  void slowStartAddsASegmentForEachAcknowledged() {
    established();
    h.write(60_000);
    sentSegments();
    for (int i = 1; i <= 5; i++) {
      h.inject(ack((long) i * MSS));
      assertEquals(2, sentSegments());
    }
  }

  @Test
  void aWindowThatIsNotUsedDoesNotGrow() {
    // RFC 7661 4.2, RFC 2861 3.
    established();
    for (int i = 0; i < 50; i++) {
      h.write(MSS);
      h.expect(data((long) i * MSS, MSS));
      h.inject(ack((i + 1L) * MSS));
    }
    h.write(60_000);
    assertEquals(10, sentSegments());
  }

  @Test
  void afterALongSilenceTheInitialWindowHoldsAgain() {
    // RFC 5681 4.1.
    established();
    h.write(60_000);
    while (sentSegments() > 0) {
      h.inject(ack(h.peer.seen()));
    }
    assertEquals(60_000, h.peer.seen());
    h.advanceMs(10_000);
    h.write(60_000);
    assertTrue(sentSegments() <= 10);
  }

  @Test
  void congestionAvoidanceAddsASegmentForEachWindow() {
    established();
    h.write(65_000);
    sentSegments();
    for (int i = 0; i < 3; i++) {
      h.inject(ack(0));
    }
    sentSegments();
    long sent = 12L * MSS; // ten, and two by limited transmit
    h.inject(ack(sent));
    int window = sentSegments();
    assertTrue(window >= 5 && window <= 7, window + " segments");
    long acknowledged = sent;
    for (int round = 0; round < 3; round++) {
      int more = 0;
      for (int i = 0; i < window; i++) {
        acknowledged += MSS;
        h.inject(ack(acknowledged));
        more += sentSegments();
      }
      assertTrue(more - window <= 1, "grew from " + window + " to " + more);
      h.tryWrite(20_000);
      more += sentSegments();
      window = more;
    }
  }
}
