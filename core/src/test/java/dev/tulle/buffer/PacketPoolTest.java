// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.buffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class PacketPoolTest {
  @Test
  void aPoolGivesOutWhatItHasAndThenNothing() {
    PacketPool pool = new PacketPool(2, 1514);
    Packet first = pool.take();
    Packet second = pool.take();
    assertNotNull(first);
    assertNotSame(first, second);
    assertNull(pool.take());
    pool.release(first);
    assertEquals(1, pool.available());
    assertEquals(2, pool.capacity());
    assertSame(first, pool.take());
  }

  @Test
  void aPacketComesEmptyWithRoomForHeadersAndAFrame() {
    PacketPool pool = new PacketPool(1, 1514);
    Packet packet = pool.take();
    packet.head = 3;
    packet.end = 700;
    packet.group = true;
    pool.release(packet);
    packet = pool.take();
    assertEquals(Packet.HEADROOM, packet.head);
    assertEquals(0, packet.length());
    assertEquals(false, packet.group);
    assertEquals(Packet.HEADROOM + 1514, packet.bytes.length);
  }

  @Test
  void releasingTwiceIsABugThatShows() {
    PacketPool pool = new PacketPool(1, 60);
    Packet packet = pool.take();
    pool.release(packet);
    assertThrows(IllegalStateException.class, () -> pool.release(packet));
  }

  @Test
  void aQueueGivesPacketsBackInOrderAndCanBeUsedAgain() {
    PacketPool pool = new PacketPool(3, 60);
    PacketQueue queue = new PacketQueue();
    for (int round = 0; round < 3; round++) {
      assertNull(queue.poll());
      Packet a = pool.take();
      Packet b = pool.take();
      queue.add(a);
      queue.add(b);
      assertEquals(2, queue.length());
      assertSame(a, queue.poll());
      pool.release(a);
      Packet c = pool.take();
      queue.add(c);
      assertSame(b, queue.poll());
      assertSame(c, queue.poll());
      assertNull(queue.poll());
      assertEquals(0, queue.length());
      pool.release(b);
      pool.release(c);
    }
    assertEquals(3, pool.available());
  }
}
