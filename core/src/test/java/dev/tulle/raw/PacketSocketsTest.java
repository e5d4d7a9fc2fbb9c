// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.raw;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.tulle.buffer.Packet;
import dev.tulle.link.MemoryLink;
import dev.tulle.stack.Status;
import dev.tulle.wire.Bytes;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PacketSocketsTest {
  private static final int ARP = 0x0806;
  private static final int IPV4 = 0x0800;

  private final MemoryLink far = MemoryLink.pair(64, 1514);
  private final PacketSockets link = new PacketSockets(far.peer(), 2, 1000);
  private final byte[] buffer = new byte[2000];

  private static Packet frame(int type, int length) {
    Packet packet = new Packet(2000);
    packet.clear(0);
    packet.end = length;
    Arrays.fill(packet.bytes, 0, length, (byte) length);
    Bytes.put16(packet.bytes, 12, type);
    return packet;
  }

  private int received() {
    Packet packet = new Packet(2000);
    packet.clear(0);
    return link.receive(packet, 0);
  }

  @Test
  void framesOfItsTypeWaitAndTheStackHasThemToo() {
    PacketSocket arp = link.bind(ARP);
    PacketSocket all = link.bind(PacketSocket.ALL);
    assertNull(link.bind(ARP));
    far.send(frame(IPV4, 100), 0);
    far.send(frame(ARP, 60), 0);
    assertEquals(100, received());
    assertEquals(60, received());
    assertEquals(60, arp.receive(buffer, 0, buffer.length));
    assertArrayEquals(Arrays.copyOf(frame(ARP, 60).bytes, 60), Arrays.copyOf(buffer, 60));
    assertEquals(Status.WOULD_BLOCK, arp.receive(buffer, 0, buffer.length));
    assertEquals(50, all.receive(buffer, 0, 50));
    assertEquals(60, all.receive(buffer, 0, buffer.length));
    arp.close();
    assertEquals(Status.CLOSED, arp.receive(buffer, 0, buffer.length));
    assertNotNull(link.bind(IPV4));
  }

  @Test
  void whatFindsNoRoomIsCounted() {
    PacketSocket socket = link.bind(IPV4);
    for (int i = 0; i < 12; i++) {
      far.send(frame(IPV4, 100), 0);
      received();
    }
    assertEquals(3, socket.lost());
    for (int i = 0; i < 9; i++) {
      assertEquals(100, socket.receive(buffer, 0, buffer.length));
    }
    assertEquals(Status.WOULD_BLOCK, socket.receive(buffer, 0, buffer.length));
  }

  @Test
  void framesAreSentAsTheyAreAndFilledUp() {
    PacketSocket socket = link.bind(ARP);
    byte[] sent = frame(ARP, 42).bytes;
    assertEquals(Status.OK, socket.send(sent, 0, 42, 0));
    Packet packet = new Packet(2000);
    packet.clear(0);
    assertEquals(60, far.receive(packet, 0));
    byte[] expected = Arrays.copyOf(Arrays.copyOf(sent, 42), 60);
    assertArrayEquals(expected, Arrays.copyOf(packet.bytes, 60));
    assertEquals(Status.TOO_LARGE, socket.send(new byte[1515], 0, 1515, 0));
    assertEquals(Status.BAD_STATE, socket.send(sent, 0, 13, 0));
  }
}
