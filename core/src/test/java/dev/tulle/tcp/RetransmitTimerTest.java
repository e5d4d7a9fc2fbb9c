// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tulle.stack.Part;
import org.junit.jupiter.api.Test;

class RetransmitTimerTest {
  @Test
  void aStoppedTimerNeverExpires() {
    RetransmitTimer timer = new RetransmitTimer();
    assertEquals(RetransmitTimer.OFF, timer.kind);
    assertEquals(Part.NEVER, timer.deadlineNs);
    timer.start(RetransmitTimer.PERSIST, 7);
    assertEquals(RetransmitTimer.PERSIST, timer.kind);
    assertEquals(7, timer.deadlineNs);
    timer.start(RetransmitTimer.RETRANSMIT, 9);
    assertEquals(RetransmitTimer.RETRANSMIT, timer.kind);
    assertEquals(9, timer.deadlineNs);
    timer.backoff = 3;
    timer.stop();
    assertEquals(RetransmitTimer.OFF, timer.kind);
    assertEquals(Part.NEVER, timer.deadlineNs);
    assertEquals(3, timer.backoff, "who stops it knows whether there was an answer");
  }
}
