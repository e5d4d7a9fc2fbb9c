// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Status;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MemoryLinkTest {
  static Packet frame(int length, int fill) {
    Packet packet = new Packet(2000);
    packet.clear(Packet.HEADROOM);
    packet.end = packet.head + length;
    Arrays.fill(packet.bytes, packet.head, packet.end, (byte) fill);
    return packet;
  }

  static byte[] receive(Link link, long nowNs) {
    Packet packet = new Packet(2000);
    packet.clear(0);
    int length = link.receive(packet, nowNs);
    return length <= 0 ? null : Arrays.copyOfRange(packet.bytes, packet.head, packet.end);
  }

  @Test
  void whatOneEndSendsTheOtherReceivesInOrder() {
    MemoryLink near = MemoryLink.pair(4, 1514);
    assertEquals(Status.OK, near.send(frame(60, 1), 0));
    assertEquals(Status.OK, near.send(frame(61, 2), 0));
    assertEquals(Status.OK, near.peer().send(frame(62, 3), 0));
    assertEquals(60, receive(near.peer(), 0).length);
    byte[] second = receive(near.peer(), 0);
    byte[] expected = new byte[61];
    Arrays.fill(expected, (byte) 2);
    assertArrayEquals(expected, second);
    assertEquals(null, receive(near.peer(), 0));
    assertEquals(62, receive(near, 0).length);
  }

  @Test
  void aFullRingRefusesAndWorksOnWhenEmptied() {
    MemoryLink near = MemoryLink.pair(3, 100);
    for (int round = 0; round < 10; round++) {
      for (int i = 0; i < 3; i++) {
        assertEquals(Status.OK, near.send(frame(50 + i, round), 0));
      }
      assertEquals(Status.WOULD_BLOCK, near.send(frame(60, 9), 0));
      assertEquals(3, near.peer().waiting());
      for (int i = 0; i < 3; i++) {
        assertEquals(50 + i, receive(near.peer(), 0).length);
      }
    }
    assertEquals(10, near.refused());
  }

  @Test
  void aFrameLongerThanTheLinkCarriesIsRefused() {
    MemoryLink near = MemoryLink.pair(3, 100);
    assertEquals(Status.OK, near.send(frame(100, 1), 0));
    assertEquals(Status.TOO_LARGE, near.send(frame(101, 1), 0));
    assertEquals(1, near.peer().waiting());
  }
}
