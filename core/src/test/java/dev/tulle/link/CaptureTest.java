// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Status;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CaptureTest {
  private final ByteArrayOutputStream file = new ByteArrayOutputStream();

  private int write(byte[] bytes, int at, int count) {
    file.write(bytes, at, count);
    return Status.OK;
  }

  @Test
  void bothDirectionsAreWrittenWithTimeAndLength() {
    MemoryLink near = MemoryLink.pair(4, 1514);
    Capture capture = new Capture(near, this::write, 1_700_000_000_000_000_000L);
    capture.send(MemoryLinkTest.frame(60, 1), 1_500_000_007L);
    near.peer().send(MemoryLinkTest.frame(1514, 2), 0);
    assertEquals(1514, MemoryLinkTest.receive(capture, 2_000_000_000L).length);
    assertEquals(null, MemoryLinkTest.receive(capture, 2_000_000_000L));
    assertEquals(2, capture.frames());

    ByteBuffer b = ByteBuffer.wrap(file.toByteArray());
    assertEquals(24 + 16 + 60 + 16 + 1514, b.remaining());
    assertEquals(0xA1B23C4D, b.getInt());
    assertEquals(2, b.getShort());
    assertEquals(4, b.getShort());
    assertEquals(0, b.getLong());
    assertEquals(0x40000, b.getInt());
    assertEquals(1, b.getInt());
    assertEquals(1_700_000_001, b.getInt());
    assertEquals(500_000_007, b.getInt());
    assertEquals(60, b.getInt());
    assertEquals(60, b.getInt());
    byte[] frame = new byte[60];
    b.get(frame);
    byte[] expected = new byte[60];
    Arrays.fill(expected, (byte) 1);
    assertArrayEquals(expected, frame);
    assertEquals(1_700_000_002, b.getInt());
    assertEquals(0, b.getInt());
    assertEquals(1514, b.getInt());
  }

  @Test
  void packetsWithoutEthernetAreLabelledAsSuch() {
    MemoryLink near = MemoryLink.pair(4, 1500);
    final class Packets implements IpLink {
      @Override
      public int frameBytes() {
        return near.frameBytes();
      }

      @Override
      public int receive(Packet packet, long nowNs) {
        return near.receive(packet, nowNs);
      }

      @Override
      public int send(Packet packet, long nowNs) {
        return near.send(packet, nowNs);
      }
    }
    assertEquals(0, new Capture(new Packets(), this::write, 0).frames());
    assertEquals(101, ByteBuffer.wrap(file.toByteArray()).getInt(20));
    file.reset();
    Link hidden = new Impairment(new Packets(), new ImpairmentSettings(), 4);
    assertEquals(0, new Capture(hidden, this::write, 0, Capture.type(new Packets())).frames());
    assertEquals(101, ByteBuffer.wrap(file.toByteArray()).getInt(20));
  }

  @Test
  void aFailingSinkEndsTheCaptureButNotTheLink() {
    MemoryLink near = MemoryLink.pair(4, 1514);
    int[] calls = {0};
    Capture capture =
        new Capture(
            near, (bytes, at, count) -> ++calls[0] < 2 ? Status.OK : Status.NO_RESOURCES, 0);
    assertEquals(Status.OK, capture.send(MemoryLinkTest.frame(60, 1), 0));
    assertEquals(Status.OK, capture.send(MemoryLinkTest.frame(60, 1), 0));
    assertEquals(Status.NO_RESOURCES, capture.status());
    assertEquals(2, calls[0]);
    assertEquals(0, capture.frames());
    assertEquals(2, near.peer().waiting());
  }

  @Test
  void whatTheLinkRefusedIsNotWritten() {
    MemoryLink near = MemoryLink.pair(1, 1514);
    Capture capture = new Capture(near, this::write, 0);
    assertEquals(Status.OK, capture.send(MemoryLinkTest.frame(60, 1), 0));
    assertEquals(Status.WOULD_BLOCK, capture.send(MemoryLinkTest.frame(60, 1), 0));
    assertEquals(1, capture.frames());
  }
}
