// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What NewReno decides, told as a sender sees it: ten segments are out, one or more are lost. */
class NewRenoTest {
  private static final int MSS = 1000;
  private static final int[] BASES = {0, 0x7FFF_F000, 0xFFFF_F000};

  private final NewReno reno = new NewReno();
  private int una;
  private int nxt;

  /** Ten segments are out. */
  private void open(int iss) {
    reno.start(iss);
    una = iss + 1;
    nxt = una + 10 * MSS;
  }

  private int duplicate() {
    return reno.arrived(null, una, nxt, 0, MSS, true, 0);
  }

  private int ack(int segments) {
    una += segments * MSS;
    return reno.arrived(null, una, nxt, segments * MSS, MSS, false, 0);
  }

  private int inFlight() {
    return reno.inFlight(una, nxt, MSS);
  }

  private void loseOne() {
    duplicate();
    duplicate();
    assertEquals(LossRecovery.LOSS, duplicate());
  }

  /** Sends again what is due, a segment at a time, and answers where it starts. */
  private int sendAgain() {
    assertTrue(reno.due());
    int from = reno.from(una);
    reno.sentAgain(Seq.min(from + MSS, reno.until(una, MSS)), MSS, 0);
    return from;
  }

  @Test
  void whatDuplicatesHaveToldDoesNotWidenTheWindowOnceMore() {
    NewReno loss = new NewReno();
    loss.start(0);
    loss.sent(10_001, 10_000, 0);
    Segment s = Segments.bare(1, 1, 10_000);
    loss.arrived(s, 1, 10_001, 0, 1000, true, 0);
    loss.arrived(s, 1, 10_001, 0, 1000, true, 0);
    loss.arrived(s, 3001, 10_001, 3000, 1000, false, 0);
    assertEquals(1000, loss.news(3000), "two of the three have let new ones out");
    loss.arrived(s, 6001, 10_001, 3000, 1000, false, 0);
    assertEquals(3000, loss.news(3000));
    loss.arrived(s, 6001, 10_001, 0, 1000, true, 0);
    loss.arrived(s, 6501, 10_001, 500, 1000, false, 0);
    assertEquals(500, loss.news(500), "less than a segment is news all the same");
  }

  @Test
  void theThirdDuplicateMeansLossOfTheFirstSegment() {
    for (int iss : BASES) {
      open(iss);
      assertEquals(LossRecovery.NOTHING, duplicate());
      assertEquals(LossRecovery.NOTHING, duplicate());
      assertFalse(reno.due());
      assertEquals(8 * MSS, inFlight(), "RFC 3042: two new segments may go");
      assertEquals(LossRecovery.LOSS, duplicate());
      assertTrue(reno.recovering());
      assertTrue(reno.urgent());
      assertEquals(6 * MSS, inFlight(), "three arrived, one is lost");
      assertEquals(una, sendAgain());
      assertEquals(7 * MSS, inFlight());
      assertFalse(reno.due(), "once");
      duplicate();
      assertEquals(6 * MSS, inFlight());
      ack(10);
      assertFalse(reno.recovering());
      assertFalse(reno.recovering());
      assertEquals(0, inFlight());
    }
  }

  @Test
  void reorderingOfLessThanThreeIsNoLoss() {
    open(0);
    duplicate();
    duplicate();
    assertEquals(LossRecovery.NOTHING, ack(3));
    assertEquals(7 * MSS, inFlight());
    duplicate();
    duplicate();
    assertFalse(reno.due(), "counted anew");
  }

  @Test
  void eachPartialAckSendsTheNextHole() {
    for (int iss : BASES) {
      open(iss);
      loseOne();
      sendAgain();
      for (int i = 0; i < 5; i++) {
        duplicate(); // eight arrived in all; the first and the fourth are lost
      }
      assertEquals(2 * MSS, inFlight());
      ack(3);
      assertTrue(reno.recovering() && reno.due());
      assertEquals(MSS * (7 - 6 - 1), inFlight(), "six beyond the hole have arrived");
      assertEquals(una, sendAgain());
      assertEquals(MSS, inFlight());
      assertTrue(reno.recovering());
      ack(7);
      assertFalse(reno.recovering());
    }
  }

  @Test
  void whatWasSentDuringRecoveryDoesNotProlongIt() {
    open(0);
    loseOne();
    sendAgain();
    nxt += 2 * MSS;
    ack(10);
    assertFalse(reno.recovering());
    assertEquals(2 * MSS, inFlight());
  }

  @Test
  void duplicatesFromBeforeARecoveryProveNothing() {
    for (int iss : BASES) {
      open(iss);
      reno.timedOut(una, nxt, true, 0);
      nxt += 2 * MSS;
      ack(10);
      assertFalse(reno.recovering());
      for (int i = 0; i < 20; i++) { // RFC 6582 3.2 (2)
        assertEquals(LossRecovery.NOTHING, duplicate());
      }
      assertFalse(reno.recovering());
      ack(1);
      nxt += 10 * MSS;
      duplicate();
      duplicate();
      assertEquals(LossRecovery.LOSS, duplicate());
    }
  }

  @Test
  void aFloodOfDuplicatesHalvesOnceAndLetsNoMoreOutThanWasOutstanding() {
    open(0);
    int losses = 0;
    for (int i = 0; i < 1000; i++) {
      losses += duplicate() == LossRecovery.LOSS ? 1 : 0;
    }
    assertEquals(1, losses);
    assertEquals(0, inFlight());
    nxt += 3 * MSS;
    assertTrue(inFlight() >= 2 * MSS, "what was sent since is in flight");
  }

  @Test
  void aFloodThatProvesNothingLetsThreeSegmentsOut() {
    open(0);
    reno.timedOut(una, nxt, true, 0);
    nxt += 10 * MSS;
    ack(10);
    for (int i = 0; i < 1000; i++) {
      duplicate();
    }
    assertEquals(7 * MSS, inFlight());
  }

  @Test
  void howeverMuchWentWellBeforeALossIsFound() {
    for (int gigabytes = 1; gigabytes <= 5; gigabytes++) { // sequence numbers go round after 4.29
      open(0);
      for (int i = 0; i < 1000 * gigabytes; i++) {
        nxt += 1000 * MSS;
        ack(1000);
      }
      loseOne();
    }
  }

  @Test
  void aTimeOutSendsEverythingAgainInOrder() {
    for (int iss : BASES) {
      open(iss);
      reno.timedOut(una, nxt, true, 0);
      assertEquals(0, inFlight());
      assertFalse(reno.urgent(), "the window decides");
      assertEquals(una, sendAgain());
      assertEquals(MSS, inFlight());
      ack(1);
      assertEquals(una, sendAgain());
      assertEquals(una + MSS, sendAgain());
      assertEquals(2 * MSS, inFlight());
      assertEquals(LossRecovery.NOTHING, duplicate(), "of what was sent again");
      assertEquals(2 * MSS, inFlight());
      ack(7); // only the first two had been lost after all
      assertEquals(una, sendAgain());
      assertEquals(una + MSS, sendAgain());
      assertFalse(reno.due());
      ack(2);
      assertFalse(reno.recovering());
      assertFalse(reno.due());
    }
  }

  @Test
  void aTimeOutEndsFastRecovery() {
    open(0);
    loseOne();
    sendAgain();
    duplicate();
    reno.timedOut(una, nxt, true, 0);
    assertEquals(0, inFlight());
    assertEquals(una, sendAgain());
    reno.timedOut(una, nxt, true, 0);
    assertEquals(una, sendAgain(), "and again");
  }

  @Test
  void nothingOfAnEarlierConnectionIsLeft() {
    open(0);
    loseOne();
    open(77);
    assertFalse(reno.recovering());
    assertFalse(reno.due());
    assertEquals(10 * MSS, inFlight());
    loseOne();
  }
}
