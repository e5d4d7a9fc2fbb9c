// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.buffer.ByteRing;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SenderTest {
  private static final int[] BASES = {0, 0x7FFF_FFFE, 0xFFFF_FFFE};
  private static final int PLENTY = 1 << 30;

  /** A sender whose SYN is acknowledged, with a full segment of 1,000 octets. */
  private static Sender sender(int iss, int window) {
    Sender s = new Sender(new ByteRing(100_000));
    s.start(iss);
    s.sndNxt += 1;
    s.mss = 1000;
    s.setWindow(Segments.bare(7, iss + 1, 0), window);
    s.acknowledged(iss + 1);
    return s;
  }

  private static void write(Sender s, int octets) {
    assertEquals(octets, s.ring.append(Segments.octets(s.finSeq(), octets), 0, octets));
  }

  private static int next(Sender s) {
    return s.next(PLENTY, s.sndNxt - s.sndUna);
  }

  /** Sends what {@link Sender#next} allows, as {@code Output} does; answers how many octets. */
  private static int send(Sender s) {
    int length = next(s);
    boolean fin = s.finFits(length);
    s.sent(length, length + (fin ? 1 : 0));
    return length;
  }

  private static void ack(Sender s, int ack, int window) {
    s.updateWindow(Segments.bare(7, ack, window));
    if (Seq.lt(s.sndUna, ack)) {
      s.acknowledged(ack);
    }
  }

  @Test
  void theAckOfTheSynLeavesAllData() {
    for (int iss : BASES) {
      Sender s = new Sender(new ByteRing(100));
      s.start(iss);
      write(s, 5);
      s.sndNxt += 1;
      s.acknowledged(iss + 1);
      assertEquals(5, s.ring.length());
      assertEquals(5, s.unsent());
      assertEquals(iss + 1, s.first);
      assertEquals(s.sndUna, s.sndNxt);
      assertEquals(iss + 6, s.finSeq());
    }
  }

  @Test
  void whatIsAcknowledgedIsForgotten() {
    for (int iss : BASES) {
      Sender s = sender(iss, 10_000);
      write(s, 2500);
      assertEquals(1000, send(s));
      assertEquals(1000, send(s));
      ack(s, iss + 1 + 1500, 10_000);
      assertEquals(1000, s.ring.length());
      assertEquals(500, s.unsent());
      byte[] b = new byte[1000];
      s.ring.copy(0, b, 0, 1000);
      assertEquals(Segments.octet(iss + 1501), b[0]);
      assertEquals(iss + 1 + 2500, s.finSeq());
    }
  }

  // When to send. RFC 9293 3.7.4, 3.8.6.2.1.

  @Test
  void nagleHoldsASmallSegmentBackWhileAnotherOneIsInFlight() {
    Sender s = sender(0, 10_000);
    write(s, 10);
    assertEquals(10, send(s));
    write(s, 20);
    assertEquals(Sender.WAIT, next(s));
    s.noDelay = true;
    assertEquals(20, next(s));
    s.noDelay = false;
    write(s, 1000);
    assertEquals(1000, send(s), "a full one goes");
    assertEquals(Sender.WAIT, next(s));
    ack(s, s.sndNxt - 1000, 10_000);
    assertEquals(20, next(s), "only a full one is in flight");
  }

  @Test
  void aSmallSegmentOfLongAgoHoldsNothingBack() {
    Sender s = sender(0, 10_000);
    write(s, 10);
    assertEquals(10, send(s));
    ack(s, s.sndNxt, 10_000);
    for (int i = 0; i < 5; i++) {
      int far = 500_000_000; // as if so much had gone in full segments
      s.first += far;
      s.sndUna += far;
      s.sndNxt += far;
      write(s, 20);
      assertEquals(20, next(s));
      s.ring.consume(20);
    }
  }

  @Test
  void theEndOfAWriteDoesNotWaitForTheFullSegmentsBeforeIt() {
    for (int iss : BASES) {
      Sender s = sender(iss, 10_000);
      write(s, 2300);
      assertEquals(1000, send(s));
      assertEquals(1000, send(s));
      assertEquals(300, send(s), "nobody knows of more");
      write(s, 1200);
      assertEquals(1000, send(s));
      assertEquals(Sender.WAIT, next(s), "one small segment is enough");
      ack(s, iss + 1 + 2299, 10_000);
      assertEquals(Sender.WAIT, next(s));
      ack(s, iss + 1 + 2300, 10_000);
      assertEquals(200, next(s));
    }
  }

  @Test
  void theLastSegmentBeforeAFinDoesNotWait() {
    Sender s = sender(0, 10_000);
    write(s, 10);
    send(s);
    write(s, 20);
    s.closing = true;
    assertEquals(20, next(s));
  }

  @Test
  void aWindowThatIsTooSmallForAFullSegmentIsNotFilledByCrumbs() {
    Sender s = sender(0, 10_000);
    write(s, 5000);
    ack(s, s.sndUna, 999);
    assertEquals(Sender.WAIT, next(s));
    s.noDelay = true;
    assertEquals(Sender.WAIT, next(s), "that is about Nagle alone");
    ack(s, s.sndUna, 1000);
    assertEquals(1000, next(s));
  }

  @Test
  void halfOfTheLargestWindowIsWorthASegment() {
    Sender s = sender(0, 1200);
    write(s, 5000);
    ack(s, s.sndUna, 599);
    assertEquals(Sender.WAIT, next(s));
    ack(s, s.sndUna, 600);
    assertEquals(600, next(s));
  }

  @Test
  void allThatIsLeftGoesIntoAWindowThatJustTakesIt() {
    Sender s = sender(0, 10_000);
    write(s, 300);
    ack(s, s.sndUna, 300);
    assertEquals(300, next(s));
    ack(s, s.sndUna, 299);
    assertEquals(Sender.WAIT, next(s));
  }

  @Test
  void aWindowThatShrinksBelowWhatIsInFlightStopsTheSender() {
    for (int iss : BASES) {
      Sender s = sender(iss, 10_000);
      write(s, 9000);
      for (int i = 0; i < 5; i++) {
        assertEquals(1000, send(s));
      }
      ack(s, s.sndUna, 2000);
      assertEquals(Sender.WAIT, next(s));
      ack(s, s.sndUna, 0);
      assertEquals(Sender.WAIT, next(s));
      ack(s, s.sndNxt, 0);
      assertEquals(Sender.WAIT, next(s));
      ack(s, s.sndUna, 3000);
      assertEquals(1000, send(s));
    }
  }

  @Test
  void theLargestWindowCannotOverflow() {
    for (int iss : BASES) {
      Sender s = sender(iss, 10_000);
      s.windowShift = 14;
      s.updateWindow(Segments.bare(7, s.sndUna, 0xFFFF));
      assertEquals(0xFFFF << 14, s.sndWnd);
      write(s, 1500);
      assertEquals(1000, next(s));
    }
  }

  @Test
  void theCongestionWindowHoldsBackAndIsSaidToHave() {
    Sender s = sender(0, 10_000);
    write(s, 3000);
    assertEquals(1000, s.next(2000, 1000));
    assertEquals(Sender.WAIT, s.next(2000, 1001));
  }

  @Test
  void theMostOfAWindowOfDataSaysWhetherTheCongestionWindowWasUsed() {
    Sender s = sender(0, 10_000);
    s.sndNxt += 3000;
    s.used(false);
    assertFalse(s.limited);
    assertEquals(3000, s.used);
    s.sndNxt += 1000;
    s.used(true);
    assertTrue(s.limited);
    s.sndUna += 2000;
    s.used(false);
    assertTrue(s.limited, "still the same window of data");
    s.sndUna = s.sndNxt;
    s.sndNxt += 100;
    s.used(false);
    assertFalse(s.limited);
    assertEquals(100, s.used);
  }

  @Property
  void whateverTheWindowsNothingGoesBeyondThem(
      @ForAll @IntRange(max = 2) int where,
      @ForAll @IntRange(max = 5000) int waiting,
      @ForAll @IntRange(max = 4000) int window,
      @ForAll @IntRange(max = 4000) int cwnd,
      @ForAll @IntRange(max = 3000) int inFlight,
      @ForAll boolean noDelay,
      @ForAll boolean closing) {
    Sender s = sender(BASES[where], 10_000);
    s.noDelay = noDelay;
    s.closing = closing;
    write(s, inFlight + waiting);
    s.sndNxt += inFlight;
    ack(s, s.sndUna, window);
    int length = s.next(cwnd, inFlight);
    if (length == Sender.WAIT) {
      assertFalse(s.finFits(0) && waiting == 0, "a FIN that fits goes");
      return;
    }
    int span = length + (s.finFits(length) ? 1 : 0);
    assertTrue(length <= waiting && length <= s.mss);
    assertTrue(span > 0, "never nothing");
    assertTrue(inFlight + span <= window);
    assertTrue(length == 0 || inFlight + length <= cwnd);
    assertTrue(closing || span == length);
  }

  // FIN.

  @Test
  void aFinGoesWithTheLastDataOrAlone() {
    for (int iss : BASES) {
      Sender s = sender(iss, 10_000);
      s.closing = true;
      assertEquals(0, next(s));
      assertTrue(s.finFits(0));
      s.sndNxt += 1;
      assertTrue(s.finSent());
      assertEquals(Sender.WAIT, next(s));
      assertEquals(0, s.unsent());

      s = sender(iss, 10_000);
      write(s, 1200);
      s.closing = true;
      assertEquals(1000, next(s));
      assertFalse(s.finFits(1000), "not before the end");
      s.sndNxt += 1000;
      assertEquals(200, next(s));
      assertTrue(s.finFits(200));
      s.sndNxt += 201;
      assertTrue(s.finSent());
      ack(s, iss + 1 + 1200, 10_000);
      assertTrue(s.finSent());
      assertEquals(0, s.ring.length());
      assertEquals(Sender.WAIT, next(s));
      ack(s, s.sndNxt, 10_000);
      assertEquals(s.sndNxt, s.sndUna);
      assertTrue(s.finSent());
      assertEquals(0, s.unsent());
      assertEquals(Sender.WAIT, next(s));
    }
  }

  @Test
  void aFinTakesANumberOfTheWindow() {
    Sender s = sender(0, 10_000);
    write(s, 500);
    s.closing = true;
    ack(s, s.sndUna, 500);
    assertEquals(500, next(s));
    assertFalse(s.finFits(500));
    s.sndNxt += 500;
    assertEquals(Sender.WAIT, next(s), "the window is full");
    ack(s, s.sndNxt, 0);
    assertEquals(Sender.WAIT, next(s), "the window is closed");
    ack(s, s.sndNxt, 1);
    assertEquals(0, next(s));
    assertTrue(s.finFits(0));
  }

  @Test
  void withoutCloseThereIsNoFin() {
    Sender s = sender(0, 10_000);
    assertEquals(Sender.WAIT, next(s));
    assertFalse(s.finFits(0));
    assertFalse(s.finSent());
  }

  // Segment sizes. RFC 9293 3.7.1.

  @ParameterizedTest
  @CsvSource({
    "0, 1460, 536",
    "1, 1460, 88",
    "12, 1460, 88",
    "47, 1460, 88",
    "88, 1460, 88",
    "89, 1460, 89",
    "536, 1460, 536",
    "1460, 1460, 1460",
    "65535, 1460, 1460",
    "0, 500, 500",
    "1, 60, 60"
  })
  void aFullSegmentIsWhatBothTheOptionAndThePathAllow(int offered, int path, int expected) {
    Sender s = sender(0, 10_000);
    s.agreeMss(offered, path);
    assertEquals(expected, s.mss);
  }

  // The peer's window. RFC 9293 3.10.7.4, fifth step.

  @Test
  void onlyASegmentThatIsNotOlderUpdatesTheWindow() {
    for (int iss : BASES) {
      Sender s = sender(iss, 500);
      int una = s.sndUna;
      assertTrue(s.updateWindow(Segments.bare(7, una, 600)));
      assertFalse(s.updateWindow(Segments.bare(6, una, 700)), "older");
      assertFalse(s.updateWindow(Segments.bare(7, una - 1, 700)), "as old, older ACK");
      assertEquals(600, s.sndWnd);
      assertFalse(s.updateWindow(Segments.bare(8, una, 600)), "newer, the same window");
      assertTrue(s.updateWindow(Segments.bare(8, una, 650)));
      assertFalse(s.updateWindow(Segments.bare(7, una, 700)), "now older");
      assertEquals(650, s.sndWnd);
    }
  }

  @Test
  void anAckOfSomethingNewUpdatesTheWindowWhateverItsNumber() {
    for (int iss : BASES) {
      Sender s = sender(iss, 500);
      assertTrue(s.updateWindow(Segments.bare(50_000, s.sndUna, 0)), "forged");
      assertTrue(s.updateWindow(Segments.bare(7, s.sndUna + 1, 600)));
      assertEquals(600, s.sndWnd);
    }
  }

  @Test
  void theLargestWindowIsRemembered() {
    Sender s = sender(0, 500);
    s.updateWindow(Segments.bare(7, 1, 4000));
    s.updateWindow(Segments.bare(7, 1, 0));
    assertEquals(4000, s.maxWindow);
    s.start(9);
    assertEquals(0, s.maxWindow);
  }
}
