// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Counter;
import dev.tulle.wire.TcpHeader;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentTest {
  private static final TcpOption[] NONE = {};
  private static final TcpOption[] SCALE = {new WindowScale()};
  private static final byte[] EMPTY = {};

  private final Segment s = new Segment();

  private static byte[] octets(int... values) {
    byte[] b = new byte[values.length];
    for (int i = 0; i < b.length; i++) {
      b[i] = (byte) values[i];
    }
    return b;
  }

  private int parse(Packet packet) {
    return s.parse(packet, 0, SCALE);
  }

  private int parseOptions(int... options) {
    return parse(Segments.packet(octets(options), EMPTY));
  }

  @Test
  void fieldsAreUnsignedAndThePayloadStaysInPlace() {
    Packet packet = Segments.packet(EMPTY, octets(1, 2, 3));
    assertEquals(Segment.GOOD, parse(packet));
    assertEquals(32769, s.sourcePort);
    assertEquals(65534, s.destinationPort);
    assertEquals(-3, s.seq);
    assertEquals(0x8000_0002, s.ack);
    assertEquals(0xFFFE, s.window);
    assertEquals(TcpHeader.ACK, s.flags);
    assertEquals(27, s.payload);
    assertEquals(3, s.length);
    assertEquals(packet.bytes, s.bytes);
    assertEquals(0, s.mss);
    assertEquals(-1, s.windowShift);
    assertTrue(s.has(TcpHeader.ACK));
    assertFalse(s.has(TcpHeader.SYN));
  }

  @Test
  void synAndFinTakeOneNumberEach() {
    Packet packet = Segments.packet(EMPTY, octets(1, 2, 3));
    int[] flags = {0, TcpHeader.FIN, TcpHeader.SYN, TcpHeader.SYN | TcpHeader.FIN, 0xFC, 0xFF};
    int[] spans = {3, 4, 4, 5, 3, 5};
    for (int i = 0; i < flags.length; i++) {
      packet.bytes[packet.head + TcpHeader.FLAGS] = (byte) flags[i];
      Segments.seal(packet);
      assertEquals(Segment.GOOD, parse(packet));
      assertEquals(flags[i], s.flags);
      assertEquals(spans[i], s.span());
    }
  }

  @Test
  void whatIsShorterThanAHeaderIsDroppedWhateverTheArrayHoldsBeyond() {
    for (int length = 0; length < 20; length++) {
      Packet packet = Segments.packet(EMPTY, EMPTY);
      packet.end = packet.head + length;
      assertEquals(Counter.TCP_SHORT, parse(packet));
    }
  }

  @Test
  void theHeaderMustBeWholeAndInsideTheSegment() {
    for (int total = 20; total <= 64; total++) {
      for (int words = 0; words < 16; words++) {
        Packet packet = Segments.packet(EMPTY, new byte[total - 20]);
        packet.bytes[packet.head + TcpHeader.OFFSET] = (byte) (words << 4);
        Segments.seal(packet);
        boolean good = words >= 5 && words * 4 <= total;
        assertEquals(good ? Segment.GOOD : Counter.TCP_BADOFF, parse(packet));
        if (good) {
          assertEquals(total - words * 4, s.length);
          assertEquals(packet.head + words * 4, s.payload);
        }
      }
    }
  }

  @Test
  void everyFlippedBitIsFoundAtEvenAndOddLengths() {
    for (int length = 0; length < 4; length++) {
      Packet packet = Segments.packet(octets(2, 4, 5, 0xB4), new byte[length]);
      assertEquals(Segment.GOOD, parse(packet));
      for (int bit = 0; bit < 8 * packet.length(); bit++) {
        if (bit >= 8 * TcpHeader.OFFSET && bit < 8 * TcpHeader.OFFSET + 4) {
          continue; // an offset that leads outside is found earlier
        }
        packet.bytes[packet.head + bit / 8] ^= (byte) (0x80 >> bit % 8);
        assertEquals(Counter.TCP_BADSUM, parse(packet), "bit " + bit);
        packet.bytes[packet.head + bit / 8] ^= (byte) (0x80 >> bit % 8);
      }
    }
  }

  @Test
  void thePseudoHeaderBelongsToTheSum() {
    Packet packet = Segments.packet(EMPTY, EMPTY);
    assertEquals(Segment.GOOD, s.parse(packet, 0xFFFF, NONE), "minus zero is zero");
    assertEquals(Counter.TCP_BADSUM, s.parse(packet, 1, NONE));
    assertEquals(Counter.TCP_BADSUM, s.parse(packet, 0xFFFE, NONE));
  }

  @Test
  void portZeroIsNobodys() {
    for (int port : new int[] {TcpHeader.SOURCE_PORT, TcpHeader.DESTINATION_PORT}) {
      Packet packet = Segments.packet(EMPTY, EMPTY);
      packet.bytes[packet.head + port] = 0;
      packet.bytes[packet.head + port + 1] = 0;
      Segments.seal(packet);
      assertEquals(Counter.TCP_BADPORT, parse(packet));
    }
  }

  @Test
  void optionsAreReadInAnyOrderAndPadding() {
    assertEquals(Segment.GOOD, parseOptions(1, 1, 3, 3, 7, 2, 4, 0x05, 0xB4, 0, 9, 9));
    assertEquals(1460, s.mss);
    assertEquals(7, s.windowShift);
    assertEquals(Segment.GOOD, parseOptions(1, 1, 1, 1));
    assertEquals(0, s.mss, "an earlier segment's option is forgotten");
    assertEquals(-1, s.windowShift);
  }

  @Test
  void afterTheEndOfTheListNothingIsRead() {
    assertEquals(Segment.GOOD, parseOptions(0, 2, 4, 0xFF, 0xFF, 3, 3, 9));
    assertEquals(0, s.mss);
    assertEquals(-1, s.windowShift);
  }

  @Test
  void unknownOptionsAreSkippedWithTheirLength() {
    for (int kind = 6; kind < 256; kind++) {
      if (kind != TcpHeader.OPTION_TIMESTAMPS) {
        assertEquals(Segment.GOOD, parseOptions(kind, 6, 2, 4, 9, 9, 2, 4, 1, 2), "kind " + kind);
        assertEquals(0x0102, s.mss);
      }
    }
  }

  @Test
  void everyLengthOfAnUnknownOptionEndsTheWalk() {
    for (int room = 4; room <= 40; room += 4) {
      for (int size = 0; size < 256; size++) {
        byte[] options = new byte[room];
        Arrays.fill(options, (byte) 1);
        options[0] = (byte) 254;
        options[1] = (byte) size;
        boolean good = size >= 2 && size <= room;
        assertEquals(
            good ? Segment.GOOD : Counter.TCP_BADOPT,
            parse(Segments.packet(options, new byte[300])),
            "length " + size + " in " + room);
      }
    }
  }

  @Test
  void knownOptionsHaveOneLength() {
    int[] kinds = {2, 3, 4, 8};
    int[] right = {4, 3, 2, 10};
    for (int i = 0; i < kinds.length; i++) {
      for (int size = 0; size < 256; size++) {
        byte[] options = new byte[40];
        options[0] = (byte) kinds[i];
        options[1] = (byte) size;
        int expected = size == right[i] ? Segment.GOOD : Counter.TCP_BADOPT;
        assertEquals(expected, parse(Segments.packet(options, EMPTY)), "length " + size);
        assertEquals(expected, s.parse(Segments.packet(options, EMPTY), 0, NONE));
      }
    }
  }

  @Test
  void anOptionThatTheHeaderCutsOffIsIllegal() {
    assertEquals(Counter.TCP_BADOPT, parseOptions(1, 1, 1, 2)); // no length octet
    assertEquals(Counter.TCP_BADOPT, parseOptions(1, 1, 1, 254));
    assertEquals(Counter.TCP_BADOPT, parseOptions(1, 1, 2, 4)); // no value
    assertEquals(Counter.TCP_BADOPT, parseOptions(1, 2, 4, 5)); // half of it
    assertEquals(Counter.TCP_BADOPT, parseOptions(1, 1, 3, 3));
    assertEquals(Segment.GOOD, parseOptions(1, 1, 1, 0));
  }

  @Test
  void theFirstOfTwoOptionsCounts() {
    assertEquals(Segment.GOOD, parseOptions(2, 4, 1, 0, 2, 4, 2, 0, 3, 3, 4, 3, 3, 5));
    assertEquals(256, s.mss);
    assertEquals(4, s.windowShift);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF})
  void theMssIsUnsigned(int mss) {
    assertEquals(Segment.GOOD, parseOptions(2, 4, mss >> 8, mss));
    assertEquals(mss, s.mss);
  }

  @Test
  void whatNoProfileTakesIsSkipped() {
    assertEquals(Segment.GOOD, s.parse(Segments.packet(octets(3, 3, 9, 0), EMPTY), 0, NONE));
    assertEquals(-1, s.windowShift);
  }

  @Property
  void whateverArrivesIsParsedOrDropped(@ForAll @Size(max = 80) byte[] octets) {
    Packet packet = new Packet(octets.length + 100);
    packet.head = 3;
    packet.end = 3 + octets.length;
    System.arraycopy(octets, 0, packet.bytes, 3, octets.length);
    if (octets.length >= 20) {
      Segments.seal(packet);
    }
    if (parse(packet) == Segment.GOOD) {
      assertTrue(s.payload >= packet.head + 20);
      assertEquals(packet.end, s.payload + s.length);
    }
  }

  @Property
  void whateverTheOptionsAreTheWalkEnds(@ForAll @Size(min = 1, max = 40) byte[] options) {
    int answer = parse(Segments.packet(options, EMPTY));
    assertTrue(answer == Segment.GOOD || answer == Counter.TCP_BADOPT);
  }
}
