// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Checksum;
import dev.tulle.wire.Ipv4;
import dev.tulle.wire.Ipv6;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is merged here is what {@link MergedLink}, its reverse, makes the same frames of again. */
final class MergingLinkTest implements Link, MergingLink.Sender {
  private static final int ACK = 0x10;
  private static final int PSH = 0x08;
  private static final int AT = 20;
  private static final int MSS = 1428;

  private final MergingLink link = new MergingLink(this, this, 14, false);
  private final MergedLink apart = new MergedLinkTest.Frames();

  /** What would be on the wire. */
  private final List<byte[]> sent = new ArrayList<>();

  private int calls;
  private int status = Status.OK;
  private boolean six;

  @Override
  public int frameBytes() {
    return 1514;
  }

  @Override
  public int receive(Packet packet, long nowNs) {
    return 0;
  }

  @Override
  public int send(Packet packet, long nowNs) {
    calls++;
    sent.add(Arrays.copyOfRange(packet.bytes, packet.head, packet.end));
    return status;
  }

  @Override
  public int sendMerged(Packet packet) {
    calls++;
    System.arraycopy(packet.bytes, packet.head, apart.bytes, 0, packet.length());
    apart.take(packet.length());
    Packet one = new Packet(AT + 1514);
    one.clear(AT);
    while (apart.next(one) > 0) {
      sent.add(Arrays.copyOfRange(one.bytes, one.head, one.end));
      one.clear(AT);
    }
    return status;
  }

  private void flush() {
    link.receive(new Packet(1600), 0);
  }

  private int give(byte[] frame) {
    Packet packet = new Packet(AT + frame.length + 30);
    packet.clear(AT);
    System.arraycopy(frame, 0, packet.bytes, AT, frame.length);
    packet.end = AT + frame.length;
    return link.send(packet, 0);
  }

  private byte[] tcp(int sequence, int flags, int data) {
    int header = six ? 40 : 20;
    int ip = 14;
    int at = ip + header;
    byte[] f = new byte[at + 32 + data];
    Bytes.put32(f, 2, 0x11223344);
    Bytes.put16(f, 12, six ? 0x86DD : 0x0800);
    if (six) {
      Ipv6.put(f, ip, 2, 32 + data, 6, 63);
      Ipv6.putSource(f, ip, 0x20010DB8_00000001L, 7);
      Ipv6.putDestination(f, ip, 0x20010DB8_00000002L, 9);
    } else {
      Ipv4.put(f, ip, 2, 20 + 32 + data, 63, 6, 0x0A000001, 0xC0000201);
    }
    Bytes.put32(f, at, 5001 << 16 | 40_000);
    Bytes.put32(f, at + 4, sequence);
    Bytes.put32(f, at + 8, 0xABCDEF);
    Bytes.put16(f, at + 12, 0x8000 | flags);
    Bytes.put16(f, at + 14, 512);
    Bytes.put32(f, at + 20, 0x0101080A);
    for (int i = 0; i < data; i++) {
      f[at + 32 + i] = (byte) ((sequence + i) * 31);
    }
    seal(f);
    return f;
  }

  private void seal(byte[] f) {
    int at = six ? 54 : 34;
    Bytes.put16(f, at + 16, 0);
    int sum = Bytes.sum(f, six ? 22 : 26, six ? 32 : 8) + 6 + f.length - at;
    Bytes.put16(f, at + 16, Checksum.finish(sum + Bytes.sum(f, at, f.length - at)));
  }

  /** The identification of what may not be cut means nothing, so it may come to differ. */
  private byte[] withoutIdentification(byte[] frame) {
    byte[] f = frame.clone();
    if (!six) {
      Bytes.put16(f, 18, 0);
      Bytes.put16(f, 24, 0);
    }
    return f;
  }

  private void assertSent(int wantedCalls, byte[]... frames) {
    flush();
    assertEquals(wantedCalls, calls);
    assertEquals(frames.length, sent.size());
    for (int i = 0; i < frames.length; i++) {
      byte[] wire = sent.get(i);
      assertArrayEquals(withoutIdentification(frames[i]), withoutIdentification(wire), "" + i);
      assertEquals(0, six ? 0 : Checksum.of(wire, 14, 20));
    }
  }

  @Test
  void segmentsThatFollowAreSentInOneCallAndArriveAsTheyWere() {
    for (boolean family : new boolean[] {false, true}) {
      six = family;
      sent.clear();
      calls = 0;
      byte[][] frames = new byte[30][];
      for (int i = 0; i < frames.length; i++) {
        frames[i] = tcp(0xFFFFF000 + i * MSS, ACK, MSS);
        assertEquals(Status.OK, give(frames[i]));
        assertEquals(0, link.deadlineNs());
      }
      assertSent(1, frames);
      assertEquals(Part.NEVER, link.deadlineNs());
    }
  }

  @Test
  void oneSegmentAloneArrivesAsItWas() {
    byte[] one = tcp(1, ACK, MSS);
    give(one);
    assertSent(1, one);
    assertArrayEquals(one, sent.get(0));
  }

  @Test
  void pushedOrShorterSegmentIsTheLastAndIsSentAtOnce() {
    byte[] first = tcp(0, ACK, MSS);
    byte[] pushed = tcp(MSS, ACK | PSH, MSS);
    give(first);
    give(pushed);
    assertEquals(1, calls);
    byte[] next = tcp(2 * MSS, ACK, MSS);
    byte[] shorter = tcp(3 * MSS, ACK, 10);
    give(next);
    give(shorter);
    assertEquals(2, calls);
    byte[] alone = tcp(3 * MSS + 10, ACK | PSH, MSS);
    give(alone);
    assertEquals(3, calls);
    assertSent(3, first, pushed, next, shorter, alone);
  }

  @Test
  void nothingGoesBeyondTheLongestPacket() {
    byte[][] frames = new byte[50][];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = tcp(i * MSS, ACK, MSS);
      give(frames[i]);
    }
    assertSent(2, frames); // 45 and 5
  }

  @Test
  void whatDiffersAnywhereElseIsNotMerged() {
    for (boolean family : new boolean[] {false, true}) {
      six = family;
      byte[] first = tcp(0, ACK, MSS);
      // All of the headers: length and identification are their own, checksums follow.
      for (int i = 0; i < first.length - MSS; i++) {
        boolean own = six ? i == 18 || i == 19 : i == 16 || i == 17 || i == 18 || i == 19;
        boolean checksum =
            !six && (i == 24 || i == 25) || i == (six ? 70 : 50) || i == (six ? 71 : 51);
        if (own || checksum) {
          continue;
        }
        sent.clear();
        calls = 0;
        byte[] other = tcp(MSS, ACK, MSS);
        other[i] ^= 2;
        if (!six) {
          Bytes.put16(other, 24, 0);
          Bytes.put16(other, 24, Checksum.of(other, 14, 20));
        }
        seal(other);
        give(first);
        give(other);
        assertSent(2, first, other);
      }
    }
  }

  @Test
  void wrongChecksumStaysWrong() {
    byte[] first = tcp(0, ACK, MSS);
    byte[] wrong = tcp(MSS, ACK, MSS);
    wrong[600] ^= 1;
    give(first);
    give(wrong);
    assertSent(2, first, wrong);
  }

  @Test
  void whatThisStackMadeNeedsNoLook() {
    MergingLink own = new MergingLink(this, this, 14, true);
    byte[] unlooked = tcp(MSS, ACK, MSS);
    unlooked[14 + 20 + 16] ^= 1; // its checksum, which the machine computes anew
    for (byte[] f : List.of(tcp(0, ACK, MSS), unlooked)) {
      Packet packet = new Packet(AT + f.length);
      packet.clear(AT);
      System.arraycopy(f, 0, packet.bytes, AT, f.length);
      packet.end = AT + f.length;
      assertEquals(Status.OK, own.send(packet, 0));
    }
    own.receive(new Packet(1600), 0);
    assertEquals(1, calls);
    byte[] second = Arrays.copyOfRange(sent.get(1), 34, sent.get(1).length);
    byte[] right = tcp(MSS, ACK, MSS);
    assertArrayEquals(Arrays.copyOfRange(right, 34, right.length), second); // TCP's part
  }

  @Test
  void whatMayBeCutIsNotMerged() {
    byte[] first = tcp(0, ACK, MSS);
    byte[] second = tcp(MSS, ACK, MSS);
    for (byte[] f : List.of(first, second)) {
      Bytes.put16(f, 20, 0);
      Bytes.put16(f, 24, 0);
      Bytes.put16(f, 24, Checksum.of(f, 14, 20));
      give(f);
    }
    assertSent(2, first, second);
  }

  @Test
  void linkThatIsGoneIsTold() {
    give(tcp(0, ACK, MSS));
    status = Status.LINK_DOWN;
    assertEquals(Status.LINK_DOWN, give(tcp(MSS, ACK | PSH, MSS)));
  }

  @Test
  void whateverIsSentLeavesInItsOrderAndWhole() {
    Random random = new Random(3);
    for (int round = 0; round < 3000; round++) {
      six = random.nextBoolean();
      sent.clear();
      List<byte[]> given = new ArrayList<>();
      int sequence = random.nextInt();
      for (int i = 0; i < 20; i++) {
        int data = random.nextInt(4) == 0 ? random.nextInt(MSS) : 700;
        byte[] f = tcp(sequence, ACK | (random.nextInt(9) == 0 ? PSH : 0), data);
        sequence += random.nextInt(7) == 0 ? 1 : data;
        for (int flips = random.nextInt(20) == 0 ? random.nextInt(4) : 0; flips > 0; flips--) {
          f[12 + random.nextInt(74)] = (byte) random.nextInt();
        }
        given.add(f);
        give(f);
        if (random.nextInt(9) == 0) {
          flush();
        }
      }
      flush();
      assertEquals(given.size(), sent.size());
      for (int i = 0; i < given.size(); i++) {
        byte[] wanted = given.get(i);
        byte[] wire = sent.get(i);
        if (Bytes.u16(wanted, 12) == 0x0800) {
          wanted = wanted.clone();
          wire = wire.clone();
          Bytes.put16(wanted, 18, Bytes.u16(wire, 18));
          Bytes.put16(wanted, 24, Bytes.u16(wire, 24));
        }
        assertArrayEquals(wanted, wire);
      }
    }
  }
}
