// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Status;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Checksum;
import dev.tulle.wire.Ipv4;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class MergedLinkTest {
  /** What a driver would have read is put into its array by the tests. */
  static final class Frames extends MergedLink {
    /** What {@link #read} answers, one after the other; then nothing has arrived. */
    int[] answers = {};

    final List<byte[]> sent = new ArrayList<>();
    private int reads;

    Frames() {
      super(1514, 14);
    }

    @Override
    protected int read() {
      return reads < answers.length ? answers[reads++] : 0;
    }

    @Override
    public int sendMerged(Packet packet) {
      sent.add(Arrays.copyOfRange(packet.bytes, packet.head, packet.end));
      return Status.WOULD_BLOCK;
    }
  }

  private static final int HEADER = 10;
  private static final int IP = HEADER + 14;
  private static final int SOURCE = 0x0A090001;
  private static final int TARGET = 0x0A090002;
  private static final int AT = 2;

  private final Frames frames = new Frames();
  private final byte[] b = frames.bytes;
  private final Packet packet = new Packet(AT + 1514);

  private int next() {
    packet.clear(AT);
    return frames.next(packet);
  }

  /** A TCP frame with a header of 32 octets behind an IP header of 20; answers its whole length. */
  private int tcp(int payload, int flags) {
    Bytes.put16(b, HEADER + 12, 0x0800);
    int tcp = IP + 20;
    Ipv4.put(b, IP, 0, 20 + 32 + payload, 64, 6, SOURCE, TARGET);
    Bytes.put16(b, IP + 4, 0xFFFF);
    Bytes.put32(b, tcp + 4, 0xFFFFFF00); // wraps around on the way
    Bytes.put32(b, tcp + 8, 77);
    Bytes.put8(b, tcp + 12, 8 << 4);
    Bytes.put8(b, tcp + 13, flags);
    for (int i = 0; i < payload; i++) {
      b[tcp + 32 + i] = (byte) (i * 7);
    }
    return tcp + 32 + payload;
  }

  private void header(int flags, int kind, int segment, int start, int offset) {
    b[0] = (byte) flags;
    b[1] = (byte) kind;
    int[] words = {14 + 20 + 32, segment, start, offset};
    for (int i = 0; i < words.length; i++) {
      b[2 + 2 * i] = (byte) words[i];
      b[3 + 2 * i] = (byte) (words[i] >> 8);
    }
  }

  private void assertChecksums() {
    byte[] p = packet.bytes;
    int ip = AT + 14;
    assertEquals(packet.end - ip, Ipv4.totalLength(p, ip));
    assertEquals(0, Checksum.of(p, ip, 20));
    int length = packet.end - ip - 20;
    int sum = Ipv4.pseudoHeaderSum(SOURCE, TARGET, 6, length) + Bytes.sum(p, ip + 20, length);
    assertEquals(0, Checksum.finish(sum));
  }

  @Test
  void plainFrameIsHandedOutAsItIs() {
    int end = tcp(100, 0x10);
    header(0, 0, 0, 0, 0);
    frames.take(end);
    assertEquals(end - HEADER, next());
    assertArrayEquals(
        Arrays.copyOfRange(b, HEADER, end), Arrays.copyOfRange(packet.bytes, AT, packet.end));
    assertEquals(0, next());
    assertEquals(0, frames.dropped());
  }

  @Test
  void missingChecksumIsComputed() {
    int end = tcp(101, 0x18);
    header(1, 0, 0, 34, 16);
    // As the kernel does: the folded sum of the pseudo-header, not inverted.
    int sum = Ipv4.pseudoHeaderSum(SOURCE, TARGET, 6, 133);
    Bytes.put16(b, IP + 20 + 16, ~Checksum.finish(sum));
    frames.take(end);
    assertEquals(end - HEADER, next());
    assertChecksums();
  }

  @Test
  void mergedSegmentsAreTakenApart() {
    int end = tcp(2500, 0x80 | 0x10 | 0x08 | 0x01); // CWR, ACK, PSH, FIN
    header(1, 1 | 0x80, 1000, 34, 16);
    frames.take(end);
    int[] lengths = {1000, 1000, 500};
    int[] flags = {0x90, 0x10, 0x19};
    int offset = 0;
    for (int i = 0; i < 3; i++) {
      assertEquals(14 + 20 + 32 + lengths[i], next());
      assertChecksums();
      byte[] p = packet.bytes;
      int tcp = AT + 34;
      assertEquals(0xFFFF + i & 0xFFFF, Bytes.u16(p, AT + 14 + 4));
      assertEquals(0xFFFFFF00 + offset, Bytes.i32(p, tcp + 4));
      assertEquals(77, Bytes.i32(p, tcp + 8));
      assertEquals(flags[i], Bytes.u8(p, tcp + 13));
      assertArrayEquals(
          Arrays.copyOfRange(b, IP + 52 + offset, IP + 52 + offset + lengths[i]),
          Arrays.copyOfRange(p, tcp + 32, packet.end));
      offset += lengths[i];
    }
    assertEquals(0, next());
    assertEquals(0, frames.dropped());
  }

  @Test
  void paddingBehindTheIpPacketIsNoData() {
    int end = tcp(10, 0x10);
    header(0, 1, 1000, 0, 0);
    frames.take(end + 6);
    assertEquals(14 + 20 + 32 + 10, next());
    assertEquals(0, next());
  }

  @Test
  void whatCannotBeTakenApartIsLeftOut() {
    int end = tcp(2500, 0x10);
    int left = 0;
    int[] kinds = {3, 4, 5, 0x7F}; // UDP fragments, TCP over another IP, UDP segments, nonsense
    for (int kind : kinds) {
      header(0, kind, 1000, 0, 0);
      frames.take(end);
      assertEquals(0, next());
      assertEquals(++left, frames.dropped());
    }
    header(0, 1, 0, 0, 0); // no segment size
    frames.take(end);
    assertEquals(0, next());
    header(0, 1, 2000, 0, 0); // segments longer than the packet
    frames.take(end);
    assertEquals(0, next());
    header(1, 0, 0, 0xFFFF, 0xFFFF); // a checksum outside of the frame
    frames.take(end);
    assertEquals(0, next());
    header(1, 0, 0, end - HEADER - 1, 0); // half of it outside
    frames.take(end);
    assertEquals(0, next());
    frames.take(HEADER);
    assertEquals(0, next());
    frames.take(b.length + 1); // cut off by the receive call
    assertEquals(0, next());
    assertEquals(left + 6, frames.dropped());
  }

  @Test
  void nothingThatArrivesThrows() {
    Random random = new Random(7);
    for (int i = 0; i < 200_000; i++) {
      int end = tcp(random.nextInt(3000), random.nextInt(256));
      header(random.nextInt(2), random.nextInt(2) * 4, random.nextInt(2000), 34, 16);
      for (int flips = random.nextInt(4); flips > 0; flips--) {
        b[random.nextInt(IP + 52)] = (byte) random.nextInt();
      }
      frames.take(random.nextInt(8) == 0 ? random.nextInt(end) : end);
      for (int n = 1; n > 0; ) {
        n = next();
      }
    }
  }

  @Test
  void whatWasLeftOutIsReadOverAndALinkThatIsGoneIsTold() {
    int octets = tcp(5, 0x10);
    frames.answers = new int[] {Status.INVALID, octets, 0, Status.LINK_DOWN};
    packet.clear(AT);
    assertEquals(octets - HEADER, frames.receive(packet, 0));
    assertEquals(0, frames.receive(packet, 0));
    assertEquals(Status.LINK_DOWN, frames.receive(packet, 0));
  }

  @Test
  void plainFrameGoesOutBehindAHeaderOfZeros() {
    packet.clear(AT);
    for (int i = 0; i < 100; i++) {
      packet.bytes[packet.end++] = (byte) (i + 1);
    }
    assertEquals(Status.WOULD_BLOCK, frames.send(packet, 0));
    byte[] sent = frames.sent.get(0);
    assertEquals(HEADER + 100, sent.length);
    assertArrayEquals(new byte[HEADER], Arrays.copyOf(sent, HEADER));
    assertArrayEquals(
        Arrays.copyOfRange(packet.bytes, AT, AT + 100), Arrays.copyOfRange(sent, HEADER, 110));
    packet.end = AT + 13;
    assertEquals(Status.INVALID, frames.send(packet, 0));
    Packet large = new Packet(1600);
    large.end = 1515;
    assertEquals(Status.TOO_LARGE, frames.send(large, 0));
    assertEquals(1, frames.sent.size());
  }
}
