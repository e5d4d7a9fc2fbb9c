// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.wire.Bytes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SelectiveAckTest {
  private final SelectiveAck option = new SelectiveAck();
  private final byte[] out = new byte[60];
  private Bench b;
  private int next;

  @BeforeEach
  void agreed() {
    b = Bench.established(0, 10_000);
    b.c.selective = true;
    next = b.c.receiver.rcvNxt;
  }

  private void arrives(int offset, int length) {
    b.c.receiver.arrived(Segments.data(next + offset, length), false, b.nowNs);
  }

  /** What an ACK with {@code room} octets for options would say, relative to RCV.NXT at first. */
  private int[] blocks(int room) {
    int end = option.write(out, 0, room, b.c, 0, b.nowNs);
    assertTrue(end <= room);
    if (end == 0) {
      return new int[0];
    }
    assertEquals(0x0101_0500 | end - 2, Bytes.i32(out, 0));
    int[] edges = new int[(end - 4) / 4];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = Bytes.i32(out, 4 + 4 * i) - next;
    }
    return edges;
  }

  @Test
  void theRangeWithTheLatestSegmentComesFirst() {
    assertArrayEquals(new int[0], blocks(40));
    arrives(10, 5);
    arrives(30, 5);
    arrives(50, 5);
    assertArrayEquals(new int[] {50, 55, 30, 35, 10, 15}, blocks(40));
    arrives(15, 5);
    assertArrayEquals(new int[] {10, 20, 50, 55, 30, 35}, blocks(40));
    assertArrayEquals(new int[] {10, 20, 50, 55}, blocks(27), "as many as there is room for");
    arrives(0, 10);
    assertArrayEquals(new int[] {50, 55, 30, 35}, blocks(40));
  }

  @Test
  void whatArrivedTwiceIsToldOnce() {
    arrives(0, 20);
    arrives(5, 20);
    assertArrayEquals(new int[] {5, 20}, blocks(40));
    assertArrayEquals(new int[0], blocks(40));
    arrives(30, 10);
    blocks(40);
    arrives(32, 5);
    assertArrayEquals(new int[] {32, 37, 30, 40}, blocks(40), "RFC 2883 4.1: inside the second");
    b.c.receiver.knownAlready(Segments.data(next, 20));
    assertArrayEquals(new int[] {0, 20, 30, 40}, blocks(40));
  }

  @Test
  void dataAndPeersThatDidNotAgreeGoWithout() {
    arrives(10, 5);
    assertEquals(7, option.write(out, 7, 40, b.c, 1, b.nowNs));
    b.c.selective = false;
    assertEquals(7, option.write(out, 7, 40, b.c, 0, b.nowNs));
  }

  @Test
  void blocksOfAPeerThatDidNotAgreeAreNotSeen() {
    Segment s = Segments.data(next, 0);
    s.sackBlocks = 2;
    assertTrue(option.accepts(b.c, s, b.nowNs));
    assertEquals(2, s.sackBlocks);
    b.c.selective = false;
    assertTrue(option.accepts(b.c, s, b.nowNs));
    assertEquals(0, s.sackBlocks);
  }

  @Test
  void itIsAgreedInTheHandshake() {
    Segment syn = Segments.data(0, 0);
    option.agree(b.c, syn, b.nowNs);
    assertFalse(b.c.selective);
    assertEquals(5, option.writeSyn(out, 5, b.c, true, b.nowNs));
    assertEquals(9, option.writeSyn(out, 5, b.c, false, b.nowNs));
    assertEquals(0x0101_0402, Bytes.i32(out, 5));
    syn.sackPermitted = true;
    option.agree(b.c, syn, b.nowNs);
    assertTrue(b.c.selective);
    assertEquals(9, option.writeSyn(out, 5, b.c, true, b.nowNs));
  }

  @Test
  void blocksAreReadFromALegalOptionAlone() {
    TcpOption[] options = {option};
    for (int size = 0; size < 256; size++) {
      byte[] bytes = new byte[40];
      bytes[0] = 5;
      bytes[1] = (byte) size;
      Segment s = new Segment();
      boolean good = s.parse(Segments.packet(bytes, new byte[0]), 0, options) == Segment.GOOD;
      assertEquals(size == 10 || size == 18 || size == 26 || size == 34, good, "length " + size);
      if (good) {
        assertEquals((size - 2) / 8, s.sackBlocks);
        assertEquals(7 + 20 + 2, s.sackAt);
      }
    }
  }
}
