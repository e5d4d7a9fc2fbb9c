// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tulle.buffer.ByteRing;
import org.junit.jupiter.api.Test;

/** The ACKs of a connection's beginning. */
class QuickAckTest {
  @Test
  void theFirstSegmentsAreAcknowledgedAtOnce() {
    Receiver r = new Receiver(new ByteRing(10_000), new Reassembly(4));
    r.start(1000);
    r.open(0);
    r.advertise(true);
    for (int i = 0; i < 16; i++) {
      r.arrived(Segments.data(1 + 10 * i, 10), false, 0);
      assertEquals(1, r.acksDue);
      r.acknowledgedNow();
    }
    r.arrived(Segments.data(161, 10), false, 0);
    assertEquals(0, r.acksDue);
  }
}
