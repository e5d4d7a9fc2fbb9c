// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListenerTest {
  private final Listener listener = new Listener(null, 80, 3);
  private final Connection[] c = new Connection[3];

  @BeforeEach
  void threeHalfOpen() {
    for (int i = 0; i < 3; i++) {
      c[i] = FakePath.connection();
      c[i].state = State.SYN_RECEIVED;
      c[i].listener = listener;
      assertFalse(listener.full());
      listener.add(c[i]);
    }
  }

  @Test
  void theBacklogCountsHalfOpenAndWaitingConnections() {
    assertEquals(80, listener.port());
    assertTrue(listener.full());
    c[1].state = State.ESTABLISHED;
    assertTrue(listener.full());
    listener.accept();
    assertFalse(listener.full());
  }

  @Test
  void acceptHandsOutTheEstablishedOldestFirst() {
    assertNull(listener.accept());
    c[2].state = State.ESTABLISHED;
    c[1].state = State.CLOSE_WAIT; // the peer has sent all and closed already
    assertSame(c[1].socket, listener.accept());
    assertTrue(c[1].held);
    assertNull(c[1].listener);
    assertSame(c[2].socket, listener.accept());
    assertNull(listener.accept());
    assertSame(c[0], listener.oldest());
  }

  @Test
  void theOldestHalfOpenOneIsGivenUpFirst() {
    assertSame(c[0], listener.oldestHalfOpen());
    c[0].state = State.ESTABLISHED;
    assertSame(c[1], listener.oldestHalfOpen());
    c[1].state = State.ESTABLISHED;
    c[2].state = State.ESTABLISHED;
    assertNull(listener.oldestHalfOpen());
  }

  @Test
  void oneMayLeaveFromAnyPlace() {
    listener.remove(c[1]);
    assertSame(c[0], listener.oldest());
    listener.remove(c[0]);
    assertSame(c[2], listener.oldest());
    listener.add(c[0]);
    listener.remove(c[0]);
    listener.add(c[1]);
    assertSame(c[2], listener.oldest());
    listener.remove(c[2]);
    listener.remove(c[1]);
    assertNull(listener.oldest());
    assertNull(listener.oldestHalfOpen());
    assertFalse(listener.full());
    listener.add(c[0]);
    assertSame(c[0], listener.oldest());
  }

  @Test
  void withoutBacklogItIsAlwaysFull() {
    assertTrue(new Listener(null, 80, 0).full());
  }
}
