// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Checksum;
import dev.tulle.wire.Ipv4;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImpairmentTest {
  private static final long MS = 1_000_000L;

  private final ImpairmentSettings settings = new ImpairmentSettings();
  private final MemoryLink near = MemoryLink.pair(4096, 1514);

  private static Packet numbered(int number, int length) {
    Packet packet = MemoryLinkTest.frame(length, 0);
    Bytes.put32(packet.bytes, packet.head + 16, number);
    return packet;
  }

  private static int number(byte[] frame) {
    return Bytes.i32(frame, 16);
  }

  /** Sends frames at the given distance and answers what arrives: number and time in pairs. */
  private List<long[]> run(int frames, long gapNs) {
    Impairment impairment = new Impairment(near, settings, 2048);
    List<long[]> arrived = new ArrayList<>();
    Packet nothing = new Packet(1514);
    int sent = 0;
    long nowNs = 0;
    while (true) {
      long deadlineNs = impairment.deadlineNs();
      if (sent < frames) {
        deadlineNs = Math.min(deadlineNs, sent * gapNs);
      }
      if (deadlineNs == Part.NEVER) {
        return arrived;
      }
      nowNs = Math.max(nowNs, deadlineNs);
      if (sent < frames && nowNs >= sent * gapNs) {
        assertEquals(Status.OK, impairment.send(numbered(sent++, 1000), nowNs));
      }
      nothing.clear(0);
      assertEquals(0, impairment.receive(nothing, nowNs));
      for (byte[] frame = MemoryLinkTest.receive(near.peer(), nowNs);
          frame != null;
          frame = MemoryLinkTest.receive(near.peer(), nowNs)) {
        arrived.add(new long[] {number(frame), nowNs, frame.length});
      }
    }
  }

  @Test
  void withoutSettingsItIsTheLink() {
    List<long[]> arrived = run(100, MS);
    assertEquals(100, arrived.size());
    for (int i = 0; i < 100; i++) {
      assertArrayEquals(new long[] {i, i * MS, 1000}, arrived.get(i));
    }
  }

  @Test
  void delayHoldsEachFrameAndTellsTheDeadline() {
    settings.delayNs = 20 * MS;
    List<long[]> arrived = run(100, MS);
    for (int i = 0; i < 100; i++) {
      assertArrayEquals(new long[] {i, (i + 20) * MS, 1000}, arrived.get(i));
    }
  }

  @Test
  void whatIsReceivedIsImpairedAsWell() {
    settings.delayNs = 20 * MS;
    Impairment impairment = new Impairment(near, settings, 16);
    near.peer().send(numbered(7, 60), 0);
    assertEquals(null, MemoryLinkTest.receive(impairment, 5 * MS));
    assertEquals(25 * MS, impairment.deadlineNs());
    assertEquals(null, MemoryLinkTest.receive(impairment, 24 * MS));
    assertEquals(7, number(MemoryLinkTest.receive(impairment, 25 * MS)));
    assertEquals(Part.NEVER, impairment.deadlineNs());
  }

  /** What becomes of a packet of this traffic class where everything is marked. */
  private byte[] marked(int trafficClass, int type, int fault) {
    settings.markPpm = 1_000_000;
    Impairment impairment = new Impairment(near, settings, 16);
    Packet packet = MemoryLinkTest.frame(1000, 0);
    Bytes.put16(packet.bytes, packet.head + 12, type);
    Ipv4.put(packet.bytes, packet.head + 14, trafficClass, 986, 64, 6, 0x0A090001, 0xFFFE0102);
    packet.bytes[packet.head + 14 + 8] += (byte) fault;
    assertEquals(Status.OK, impairment.send(packet, 0));
    byte[] frame = MemoryLinkTest.receive(near.peer(), 0);
    assertEquals((frame[15] & 3) == (trafficClass & 3) ? 0 : 1, impairment.marked());
    return frame;
  }

  @Test
  void whatMayBeMarkedIsMarkedAndNothingElse() {
    for (int service = 0; service < 256; service += 4) {
      for (int field : new int[] {1, 2}) {
        byte[] frame = marked(service | field, 0x0800, 0);
        assertEquals(service | 3, frame[15] & 0xFF);
        assertEquals(0, Checksum.of(frame, 14, 20));
      }
      assertEquals(service, marked(service, 0x0800, 0)[15] & 0xFF);
      assertEquals(service | 3, marked(service | 3, 0x0800, 0)[15] & 0xFF);
    }
    assertEquals(2, marked(2, 0x86DD, 0)[15]);
  }

  @Test
  void aMarkRepairsNoChecksum() {
    byte[] frame = marked(2, 0x0800, 1);
    assertEquals(3, frame[15]);
    assertNotEquals(0, Checksum.of(frame, 14, 20));
  }

  @Test
  void marksAreAsManyAsWereAskedForAndNoFrameIsTooShort() {
    settings.markPpm = 50_000;
    Impairment impairment = new Impairment(near, settings, 2048);
    for (int i = 0; i < 20_000; i++) {
      Packet packet = MemoryLinkTest.frame(i % 100 == 0 ? 20 : 1000, 0);
      Bytes.put16(packet.bytes, packet.head + 12, 0x0800);
      packet.bytes[packet.head + 15] = 2;
      impairment.send(packet, 0);
      while (MemoryLinkTest.receive(near.peer(), 0) != null) {}
    }
    assertTrue(Math.abs(impairment.marked() - 990) < 120, "marked " + impairment.marked());
  }

  @Test
  void lossIsAboutWhatWasAsked() {
    settings.lossPpm = 50_000;
    int arrived = run(20_000, MS).size();
    assertTrue(Math.abs(arrived - 19_000) < 150, () -> "arrived " + arrived);
  }

  @Test
  void lossInBurstsHasTheSameShareAndTheAskedMeanLength() {
    settings.lossPpm = 50_000;
    settings.burstFrames = 4;
    List<long[]> arrived = run(50_000, MS);
    int bursts = 0;
    for (int i = 1; i < arrived.size(); i++) {
      if (arrived.get(i)[0] != arrived.get(i - 1)[0] + 1) {
        bursts++;
      }
    }
    int lost = 50_000 - arrived.size();
    assertTrue(Math.abs(lost - 2_500) < 400, "lost " + lost);
    double mean = (double) lost / bursts;
    assertTrue(mean > 3.4 && mean < 4.6, "mean " + mean);
  }

  @Test
  void theSameSeedDoesTheSameAndAnotherDoesNot() {
    settings.lossPpm = 100_000;
    settings.jitterNs = MS;
    settings.delayNs = 2 * MS;
    settings.seed = 5;
    List<long[]> first = run(1000, MS / 4);
    List<long[]> second = run(1000, MS / 4);
    settings.seed = 6;
    List<long[]> third = run(1000, MS / 4);
    assertEquals(first.size(), second.size());
    for (int i = 0; i < first.size(); i++) {
      assertArrayEquals(first.get(i), second.get(i));
    }
    assertNotEquals(first.get(50)[1], third.get(50)[1]);
  }

  @Test
  void jitterKeepsTheOrder() {
    settings.delayNs = 5 * MS;
    settings.jitterNs = 4 * MS;
    List<long[]> arrived = run(2000, MS / 10);
    assertEquals(2000, arrived.size());
    for (int i = 0; i < 2000; i++) {
      assertEquals(i, arrived.get(i)[0]);
      assertTrue(arrived.get(i)[1] <= i * MS / 10 + 9 * MS);
      assertTrue(arrived.get(i)[1] >= i * MS / 10 + MS);
    }
  }

  @Test
  void reorderedFramesAreOvertaken() {
    settings.delayNs = 5 * MS;
    settings.reorderPpm = 50_000;
    List<long[]> arrived = run(2000, MS / 10);
    assertEquals(2000, arrived.size());
    int late = 0;
    long highest = -1;
    for (long[] frame : arrived) {
      if (frame[0] < highest) {
        late++;
      }
      highest = Math.max(highest, frame[0]);
    }
    assertTrue(late > 60 && late < 140, "late " + late);
  }

  @Test
  void duplicatesArriveTwice() {
    settings.duplicatePpm = 100_000;
    int arrived = run(2000, MS).size();
    assertTrue(arrived > 2130 && arrived < 2270, "arrived " + arrived);
  }

  @Test
  void corruptionFlipsOneBitBehindTheEthernetHeaderAndDropsArp() {
    settings.corruptPpm = 1_000_000;
    Impairment impairment = new Impairment(near, settings, 16);
    for (int round = 0; round < 200; round++) {
      Packet frame = MemoryLinkTest.frame(60, 0);
      impairment.send(frame, 0);
      byte[] arrived = MemoryLinkTest.receive(near.peer(), 0);
      int bits = 0;
      for (int i = 0; i < arrived.length; i++) {
        bits += Integer.bitCount(arrived[i] & 0xFF);
        assertTrue(i >= 14 || arrived[i] == 0);
      }
      assertEquals(1, bits);
    }
    Packet arp = MemoryLinkTest.frame(60, 0);
    Bytes.put16(arp.bytes, arp.head + 12, 0x0806);
    impairment.send(arp, 0);
    assertEquals(0, near.peer().waiting());
    assertEquals(1, impairment.lost());
  }

  @Test
  void theRateSpacesFramesAndTheQueueDropsItsTail() {
    settings.rateBits = 8_000_000; // 1,000 octets take 1 ms
    settings.queueFrames = 10; // 15,140 octets
    List<long[]> arrived = run(100, 0);
    assertEquals(15, arrived.size());
    for (int i = 0; i < 15; i++) {
      assertArrayEquals(new long[] {i, (i + 1) * MS, 1000}, arrived.get(i));
    }
  }

  @Test
  void packetsThatAreLargerThanThePathVanish() {
    settings.mtu = 986;
    assertEquals(100, run(100, MS).size());
    settings.mtu = 985; // a frame of 1,000 octets has 14 of Ethernet
    assertEquals(0, run(100, MS).size());
  }

  @Test
  void aFullStoreDrops() {
    settings.delayNs = MS;
    Impairment impairment = new Impairment(near, settings, 4);
    for (int i = 0; i < 6; i++) {
      assertEquals(Status.OK, impairment.send(numbered(i, 100), 0));
    }
    assertEquals(4, impairment.waiting());
    assertEquals(2, impairment.overflowed());
  }
}
