// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.stack.Part;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeepAliveTest {
  private final KeepAlive keepAlive = new KeepAlive(1000, 10, 3);
  private final Connection c = FakePath.connection();

  @BeforeEach
  void establishedAndSilent() {
    c.sender.start(5);
    c.sender.sndNxt += 1;
    c.sender.acknowledged(6);
    c.state = State.ESTABLISHED;
    keepAlive.heard(50);
  }

  @Test
  void probesBeginAfterSilenceAndFollowEachOther() {
    assertEquals(1050, keepAlive.deadlineNs(c));
    assertTrue(keepAlive.expired());
    assertEquals(1060, keepAlive.deadlineNs(c));
    assertTrue(keepAlive.expired());
    assertTrue(keepAlive.expired());
    assertEquals(1080, keepAlive.deadlineNs(c));
    assertFalse(keepAlive.expired(), "three got no answer");
  }

  @Test
  void anythingFromThePeerStartsAnew() {
    keepAlive.expired();
    keepAlive.expired();
    keepAlive.heard(2000);
    assertEquals(3000, keepAlive.deadlineNs(c));
    for (int i = 0; i < 3; i++) {
      assertTrue(keepAlive.expired());
    }
    assertFalse(keepAlive.expired());
  }

  @Test
  void whileDataIsOutstandingItsOwnTimerAsks() {
    c.sender.ring.append(new byte[1], 0, 1);
    assertEquals(Part.NEVER, keepAlive.deadlineNs(c));
    c.sender.sndNxt += 1;
    assertEquals(Part.NEVER, keepAlive.deadlineNs(c));
    c.sender.acknowledged(7);
    assertEquals(1050, keepAlive.deadlineNs(c));
  }

  @Test
  void onlyAnOpenConnectionIsProbed() {
    for (int state = State.CLOSED; state <= State.TIME_WAIT; state++) {
      c.state = (byte) state;
      boolean open = state == State.ESTABLISHED || state == State.CLOSE_WAIT;
      assertEquals(open ? 1050 : Part.NEVER, keepAlive.deadlineNs(c));
    }
  }
}
