// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.buffer.ByteRing;
import dev.tulle.stack.Part;
import dev.tulle.wire.TcpHeader;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiverTest {
  private static final long NOW = 5_000_000_000L;
  private static final int[] BASES = {1, 0x7FFF_FFF0, 0xFFFF_FFF0};

  /** A receiver whose next octet is {@code next} and whose whole ring is offered. */
  private static Receiver receiver(int next, int capacity, int mss) {
    Receiver r = new Receiver(new ByteRing(capacity), new Reassembly(4));
    r.start(mss);
    r.open(next - 1);
    r.advertise(true);
    r.quick = 0; // the beginning is over
    return r;
  }

  private static byte[] read(Receiver r, int count) {
    byte[] b = new byte[count];
    r.ring.copy(0, b, 0, count);
    r.ring.consume(count);
    return b;
  }

  private static Segment flagged(int seq, int length, int flags) {
    Segment s = Segments.data(seq, length);
    s.flags = TcpHeader.ACK | flags;
    return s;
  }

  // RFC 9293 3.10.7.4, the table of acceptability.

  @Test
  void insideAnOpenWindowAnEmptySegmentIsAcceptable() {
    for (int next : BASES) {
      Receiver r = receiver(next, 100, 10);
      assertTrue(r.acceptable(Segments.data(next, 0)));
      assertTrue(r.acceptable(Segments.data(next + 99, 0)));
      assertFalse(r.acceptable(Segments.data(next + 100, 0)));
      assertFalse(r.acceptable(Segments.data(next - 1, 0)));
      assertFalse(r.acceptable(Segments.data(next + 0x8000_0000, 0)));
    }
  }

  @Test
  void dataThatTouchesTheWindowIsAcceptable() {
    for (int next : BASES) {
      Receiver r = receiver(next, 100, 10);
      assertTrue(r.acceptable(Segments.data(next - 9, 10)), "its last octet");
      assertFalse(r.acceptable(Segments.data(next - 10, 10)));
      assertTrue(r.acceptable(Segments.data(next + 99, 10)), "its first octet");
      assertFalse(r.acceptable(Segments.data(next + 100, 10)));
      assertTrue(r.acceptable(flagged(next - 10, 10, TcpHeader.FIN)), "its FIN");
      assertFalse(r.acceptable(flagged(next - 11, 10, TcpHeader.FIN)));
    }
  }

  @Test
  void aClosedWindowTakesTheExactNumberAlone() {
    for (int next : BASES) {
      Receiver r = receiver(next, 10, 10);
      r.arrived(Segments.data(next, 10), false, NOW);
      assertEquals(0, r.window());
      assertTrue(r.acceptable(Segments.data(next + 10, 0)));
      assertTrue(r.acceptable(Segments.data(next + 10, 1)), "a probe, for its ACK");
      assertFalse(r.acceptable(Segments.data(next + 9, 0)));
      assertFalse(r.acceptable(Segments.data(next + 11, 0)));
      assertFalse(r.acceptable(Segments.data(next + 9, 1)));
    }
  }

  // What arrives.

  @Test
  void firstOctetsWinOverLaterOnesWithTheSameNumbers() {
    for (int next : BASES) {
      Receiver r = receiver(next, 100, 10);
      byte[] forged = new byte[40];
      Arrays.fill(forged, (byte) 0x55);
      r.arrived(Segments.data(next, 5), false, NOW);
      r.arrived(Segments.data(next + 10, 5), false, NOW); // [10, 15)
      r.arrived(Segments.data(next + 20, 5), false, NOW); // [20, 25)
      r.arrived(Segments.data(next, forged), false, NOW); // fills the gaps and [25, 40)
      assertEquals(next + 40, r.rcvNxt);
      byte[] b = read(r, 40);
      for (int i = 0; i < 40; i++) {
        boolean first = i < 5 || i >= 10 && i < 15 || i >= 20 && i < 25;
        assertEquals(first ? Segments.octet(next + i) : 0x55, b[i], "octet " + i);
      }
    }
  }

  @Property
  void whateverTheOrderTheStreamComesOutWhole(
      @ForAll @IntRange(max = 2) int where,
      @ForAll boolean discarding,
      @ForAll @Size(max = 60) List<@IntRange(max = 80 * 30 - 1) Integer> steps) {
    int start = BASES[where];
    Receiver r = receiver(start, 48, 8);
    r.discarding = discarding;
    int delivered = start;
    int before = r.edge;
    for (int step : steps) {
      int seq = r.rcvNxt - 15 + step % 80;
      Segment s = Segments.data(seq, step / 80);
      if (r.acceptable(s)) {
        r.arrived(s, false, NOW);
      }
      assertTrue(r.edge - r.rcvNxt >= 0, "nothing beyond the edge");
      assertTrue(r.window() <= r.ring.free(), "no more is offered than there is room for");
      if (step % 3 == 0) {
        int count = Math.min(r.ring.length(), step % 23);
        assertArrayEquals(Segments.octets(delivered, count), read(r, count));
        delivered += count;
        r.advertise(true);
      }
      assertTrue(Seq.leq(before, r.edge), "the edge never moves back");
      before = r.edge;
      assertEquals(discarding ? 0 : r.rcvNxt - delivered, r.ring.length());
    }
    int rest = r.ring.length();
    assertArrayEquals(Segments.octets(r.rcvNxt - rest, rest), read(r, rest));
  }

  @Test
  void whatLiesOutsideTheWindowIsCutOffAtBothEdges() {
    for (int next : BASES) {
      Receiver r = receiver(next, 20, 10);
      r.arrived(Segments.data(next - 7, 40), false, NOW);
      assertEquals(next + 20, r.rcvNxt);
      assertEquals(r.rcvNxt, r.edge);
      assertArrayEquals(Segments.octets(next, 20), read(r, 20));
      assertEquals(1, r.acksDue, "the peer shall hear at once that it went too far");
    }
  }

  @Test
  void aRangeTooManyIsForgottenAndTakenLater() {
    Receiver r = receiver(1000, 100, 10);
    for (int i = 1; i <= 5; i++) {
      r.arrived(Segments.data(1000 + 10 * i, 2), false, NOW);
    }
    assertEquals(4, r.reassembly.count());
    r.arrived(Segments.data(1000, 50), false, NOW);
    assertEquals(1050, r.rcvNxt);
    assertTrue(r.reassembly.isEmpty());
    r.arrived(Segments.data(1050, 10), false, NOW);
    assertArrayEquals(Segments.octets(1000, 60), read(r, 60));
  }

  @Test
  void anApplicationThatWantsNoMoreLeavesTheWindowOpen() {
    Receiver r = receiver(1, 20, 10);
    r.discarding = true;
    r.arrived(Segments.data(11, 5), false, NOW);
    r.arrived(Segments.data(1, 10), false, NOW);
    assertEquals(16, r.rcvNxt);
    assertEquals(0, r.ring.length());
    assertEquals(20, r.advertise(true));
  }

  // FIN.

  @Test
  void aFinInOrderEndsTheStreamAndIsAcknowledgedAtOnce() {
    for (int next : BASES) {
      Receiver r = receiver(next, 100, 10);
      r.arrived(flagged(next, 3, TcpHeader.FIN), true, NOW);
      assertTrue(r.finished);
      assertEquals(next + 4, r.rcvNxt);
      assertEquals(3, r.ring.length());
      assertEquals(1, r.acksDue);
      assertFalse(r.updateDue(), "no window matters after a FIN");
    }
  }

  @Test
  void aFinOutOfOrderWaitsForWhatIsMissing() {
    for (int next : BASES) {
      Receiver r = receiver(next, 100, 10);
      r.arrived(flagged(next + 5, 5, TcpHeader.FIN), true, NOW);
      assertFalse(r.finished);
      assertEquals(next, r.rcvNxt);
      r.arrived(Segments.data(next, 5), false, NOW);
      assertTrue(r.finished);
      assertEquals(next + 11, r.rcvNxt);
      assertEquals(10, r.ring.length());
    }
  }

  @Test
  void aBareFinOutOfOrderWaitsToo() {
    Receiver r = receiver(1, 100, 10);
    r.arrived(flagged(6, 0, TcpHeader.FIN), true, NOW);
    assertFalse(r.finished);
    assertEquals(1, r.acksDue);
    r.arrived(Segments.data(1, 5), false, NOW);
    assertTrue(r.finished);
    assertEquals(7, r.rcvNxt);
  }

  @Test
  void aFinBeyondTheWindowIsNotSeen() {
    for (int next : BASES) {
      Receiver r = receiver(next, 10, 10);
      r.arrived(flagged(next, 11, TcpHeader.FIN), true, NOW);
      assertEquals(next + 10, r.rcvNxt);
      assertFalse(r.finished);
      read(r, 10);
      r.advertise(true);
      r.arrived(Segments.data(next + 10, 1), false, NOW);
      assertFalse(r.finished, "it was cut off, so it must come again");
      r.arrived(flagged(next + 11, 0, TcpHeader.FIN), true, NOW);
      assertTrue(r.finished);
    }
  }

  @Test
  void aFinRightBehindAFullWindowNeedsNoRoom() {
    Receiver r = receiver(1, 10, 10);
    r.arrived(flagged(1, 10, TcpHeader.FIN), true, NOW);
    assertTrue(r.finished);
    assertEquals(12, r.rcvNxt);
    assertEquals(0, r.window());
    assertEquals(0, r.advertise(true));
  }

  // When to acknowledge. RFC 5681 4.2, RFC 9293 3.8.6.3.

  @Test
  void oneSegmentIsAcknowledgedLaterTwoFullOnesAtOnce() {
    Receiver r = receiver(1, 10_000, 1000);
    assertEquals(Part.NEVER, r.ackDeadlineNs);
    r.arrived(Segments.data(1, 1000), false, NOW);
    assertEquals(0, r.acksDue);
    long wait = r.ackDeadlineNs - NOW;
    assertTrue(wait > 0 && wait < 500_000_000, "MUST-40");
    r.arrived(Segments.data(1001, 1000), false, NOW + 1000);
    assertEquals(1, r.acksDue);
    assertEquals(NOW + wait, r.ackDeadlineNs, "the first one's deadline");
    r.acknowledgedNow();
    assertEquals(0, r.acksDue);
    assertEquals(Part.NEVER, r.ackDeadlineNs);
    r.arrived(Segments.data(2001, 1000), false, NOW);
    assertEquals(0, r.acksDue, "counted anew");
  }

  @Test
  void fullIsWhatThePeerSendsAsFull() {
    Receiver r = receiver(1, 10_000, 1460);
    r.arrived(Segments.data(1, 500), false, NOW);
    r.arrived(Segments.data(501, 500), false, NOW);
    assertEquals(1, r.acksDue);
    r.acknowledgedNow();
    for (int i = 0; i < 9; i++) {
      r.arrived(Segments.data(1001 + 100 * i, 100), false, NOW);
      assertEquals(0, r.acksDue);
    }
    r.arrived(Segments.data(1901, 100), false, NOW);
    assertEquals(1, r.acksDue);
  }

  @Test
  void aSegmentLargerThanOurMssCountsAsOurs() {
    Receiver r = receiver(1, 100_000, 500);
    r.arrived(Segments.data(1, 5000), false, NOW);
    assertEquals(1, r.acksDue);
  }

  @Test
  void eachSegmentOutOfOrderIsAcknowledgedByItselfUpToALimit() {
    Receiver r = receiver(1, 1000, 10);
    for (int i = 1; i <= 3; i++) {
      r.arrived(Segments.data(1 + 10 * i, 10), false, NOW);
      assertEquals(i, r.acksDue);
    }
    r.acknowledgedNow();
    r.arrived(Segments.data(1, 5), false, NOW);
    assertEquals(1, r.acksDue, "part of a gap");
    for (int i = 0; i < 100; i++) {
      r.arrived(Segments.data(11, 10), false, NOW);
    }
    assertEquals(32, r.acksDue);
  }

  @Test
  void oldDataIsAcknowledgedAtOnce() {
    Receiver r = receiver(1, 1000, 100);
    r.arrived(Segments.data(1, 10), false, NOW);
    r.acknowledgedNow();
    r.arrived(Segments.data(1, 10), false, NOW);
    assertEquals(1, r.acksDue);
    r.acknowledgeNow();
    assertEquals(1, r.acksDue, "no more than what is due already");
  }

  // The window that is offered. RFC 9293 3.8.6.2.2, RFC 7323 2.

  @Test
  void aSynOffersWhatFitsIntoItsFieldWhateverTheScale() {
    Receiver r = new Receiver(new ByteRing(1 << 20), new Reassembly(4));
    r.start(1460);
    assertEquals(0xFFFF, r.advertise(false));
    r.open(0xFFFF_FFF0);
    assertEquals(0xFFFF, r.window());
    r.windowShift = 5;
    assertEquals(0xFFFF, r.advertise(false));
    assertEquals((1 << 20) / 32, r.advertise(true));
    assertEquals(1 << 20, r.window());
    assertEquals(0xFFFF, r.advertise(false), "a SYN-ACK again");
    assertEquals(1 << 20, r.window(), "what was offered stays offered");
  }

  @Test
  void theWindowOpensByASegmentOrHalfTheBufferAndNotByLess() {
    Receiver r = receiver(1, 4000, 1000);
    r.arrived(Segments.data(1, 4000), false, NOW);
    assertEquals(0, r.advertise(true));
    read(r, 999);
    assertFalse(r.updateDue());
    assertEquals(0, r.advertise(true));
    read(r, 1);
    assertTrue(r.updateDue());
    assertEquals(1000, r.advertise(true));
    assertFalse(r.updateDue());
    read(r, 999);
    assertEquals(1000, r.advertise(true));

    Receiver small = receiver(1, 600, 1000);
    small.arrived(Segments.data(1, 600), false, NOW);
    read(small, 299);
    assertFalse(small.updateDue());
    assertEquals(0, small.advertise(true));
    read(small, 1);
    assertTrue(small.updateDue());
    assertEquals(300, small.advertise(true));
  }

  @Test
  void aPeerWithRoomLeftHearsOfTheNextTwoSegments() {
    Receiver r = receiver(1, 10_000, 1000);
    r.arrived(Segments.data(1, 4000), false, NOW);
    r.advertise(true);
    read(r, 1999);
    assertFalse(r.updateDue());
    read(r, 1);
    assertTrue(r.updateDue());
  }

  @Test
  void aPeerWithMuchRoomLeftHearsOfASixteenth() {
    Receiver r = receiver(1, 64_000, 1000);
    r.arrived(Segments.data(1, 6000), false, NOW);
    r.advertise(true);
    read(r, 3865);
    assertFalse(r.updateDue(), "it hears of them with the next ACK");
    read(r, 1);
    assertTrue(r.updateDue());
  }

  @Test
  void aBufferThatTheFieldCannotTellNeedsNoUpdateForEachRead() {
    Receiver r = receiver(1, 200_000, 1000);
    assertEquals(0xFFFF, r.window());
    assertFalse(r.updateDue(), "nothing more can be offered");
    r.arrived(Segments.data(1, 1500), false, NOW);
    assertEquals(0xFFFF, r.advertise(true));
    read(r, 1500);
    assertFalse(r.updateDue());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 14})
  void theEdgeNeverMovesBackAndThePeerIsNeverToldMoreThanThereIs(int shift) {
    Receiver r = receiver(0xFFFF_0000, 100_003, 1000);
    r.windowShift = (byte) shift;
    r.advertise(true);
    int told = r.edge;
    int seed = 7;
    for (int i = 0; i < 20_000; i++) {
      seed = seed * 1_103_515_245 + 12_345;
      int draw = seed >>> 16 & 0x7FFF;
      if ((draw & 1) == 0) {
        r.arrived(Segments.data(r.rcvNxt, Math.min(draw % 1500, r.window())), false, NOW);
      } else {
        read(r, Math.min(draw % 1700, r.ring.length()));
      }
      int field = r.advertise(true);
      assertTrue(field <= 0xFFFF);
      assertTrue(field << shift <= r.ring.free());
      assertTrue(r.window() <= r.ring.free());
      assertTrue(Seq.leq(told, r.edge), "SHLD-14");
      assertTrue(r.rcvNxt + (field << shift) - told > -(1 << shift), "but for the rounding");
      told = r.edge;
    }
  }

  @Test
  void aProbeOfAClosedWindowIsAnsweredAndNotTaken() {
    Receiver r = receiver(1, 10, 10);
    r.arrived(Segments.data(1, 10), false, NOW);
    r.advertise(true);
    r.acknowledgedNow();
    Segment probe = Segments.data(11, 1);
    assertTrue(r.acceptable(probe));
    r.arrived(probe, false, NOW);
    assertEquals(11, r.rcvNxt);
    assertEquals(1, r.acksDue);
    assertEquals(10, r.ring.length());
  }

  @Test
  void nothingOfAnEarlierConnectionIsLeft() {
    Receiver r = receiver(1, 100, 10);
    r.arrived(Segments.data(31, 10), false, NOW);
    r.arrived(flagged(1, 10, TcpHeader.FIN), true, NOW);
    r.discarding = true;
    r.start(20);
    r.open(499);
    assertEquals(0, r.window(), "what no segment has offered");
    r.advertise(false);
    assertEquals(100, r.window());
    assertTrue(r.reassembly.isEmpty());
    assertFalse(r.finished);
    assertEquals(0, r.acksDue);
    r.arrived(Segments.data(500, 10), false, NOW);
    assertFalse(r.finished);
    assertEquals(510, r.rcvNxt);
    assertEquals(10, r.ring.length());
  }
}
