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

  private void establish(int i) {
    c[i].state = State.ESTABLISHED;
    listener.established(c[i]);
  }

  @Test
  void theBacklogCountsHalfOpenAndWaitingConnections() {
    assertEquals(80, listener.port());
    assertTrue(listener.full());
    establish(1);
    assertTrue(listener.full());
    listener.accept();
    assertFalse(listener.full());
  }

  @Test
  void acceptHandsOutTheEstablishedOldestFirst() {
    assertNull(listener.accept());
    establish(2);
    establish(1);
    c[1].state = State.CLOSE_WAIT; // the peer has sent all and closed already
    assertTrue(listener.waiting());
    assertSame(c[2].socket, listener.accept());
    assertSame(c[1].socket, listener.accept());
    assertTrue(c[1].held);
    assertNull(c[1].listener);
    assertFalse(listener.waiting());
    assertNull(listener.accept());
    assertSame(c[0], listener.any());
  }

  @Test
  void theOldestHalfOpenOneIsGivenUpFirst() {
    assertSame(c[0], listener.oldestHalfOpen());
    establish(0);
    assertSame(c[1], listener.oldestHalfOpen());
    establish(1);
    establish(2);
    assertNull(listener.oldestHalfOpen());
  }

  @Test
  void oneMayLeaveFromAnyPlace() {
    listener.remove(c[1]);
    assertSame(c[0], listener.any());
    listener.remove(c[0]);
    assertSame(c[2], listener.any());
    listener.add(c[0]);
    listener.remove(c[0]);
    listener.add(c[1]);
    assertSame(c[2], listener.any());
    listener.remove(c[2]);
    listener.remove(c[1]);
    assertNull(listener.any());
    assertNull(listener.oldestHalfOpen());
    assertFalse(listener.full());
    listener.add(c[0]);
    assertSame(c[0], listener.any());
  }

  @Test
  void withoutBacklogItIsAlwaysFull() {
    assertTrue(new Listener(null, 80, 0).full());
  }

  @Test
  void itsLargestSegmentIsNoTinyOneAndHasSixteenBits() {
    listener.maxSegment(-1);
    assertEquals(Sender.LEAST_MSS, listener.maxSegment);
    listener.maxSegment(1 << 16 | 1000);
    assertEquals(0xFFFF, listener.maxSegment);
  }
}
