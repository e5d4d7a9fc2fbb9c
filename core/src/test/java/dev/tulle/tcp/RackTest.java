// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.stack.Part;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What RACK decides to be lost, and when it asks. */
class RackTest extends RackSteps {
  @ParameterizedTest
  @ValueSource(ints = {0, 0x7FFF_F000, 0xFFFF_F000})
  void aSegmentIsLostWhenThreeLaterOnesHaveArrived(int iss) {
    open(iss);
    send(6);
    nowNs = 1101 * MS;
    assertEquals(LossRecovery.NOTHING, sack(0, 1, 2));
    assertEquals(LossRecovery.NOTHING, sack(0, 1, 3));
    assertFalse(rack.due());
    assertEquals(LossRecovery.LOSS, sack(0, 1, 4));
    assertTrue(rack.recovering());
    assertEquals(2, inFlight());
    assertEquals(0, sendAgain());
    assertFalse(rack.due());
    assertEquals(3, inFlight());
    nowNs += 100 * MS;
    assertEquals(LossRecovery.NOTHING, ack(6));
    assertFalse(rack.recovering());
    assertEquals(0, inFlight());
  }

  @Test
  void aSegmentIsLostWhenALaterOneHasArrivedAndALittleTimeHasPassed() {
    open(0);
    send(3);
    nowNs = 1102 * MS;
    assertEquals(LossRecovery.NOTHING, sack(0, 2, 3));
    long deadline = rack.deadlineNs();
    assertTrue(deadline > nowNs && deadline <= nowNs + 30 * MS, "a quarter of the round trip");
    nowNs = deadline;
    assertEquals(LossRecovery.LOSS, rack.expired(una, nxt, nowNs));
    assertEquals(0, sendAgain());
    assertEquals(1, sendAgain());
    assertFalse(rack.due());
  }

  @Test
  void aLateSegmentIsNoLoss() {
    open(0);
    send(4);
    nowNs = 1101 * MS;
    sack(0, 1, 2);
    nowNs += 5 * MS;
    assertEquals(LossRecovery.NOTHING, ack(4));
    assertEquals(Part.NEVER, rack.deadlineNs());
    assertFalse(rack.recovering());
  }

  @Test
  void aLostRetransmissionIsFoundByWhatWasSentAfterIt() {
    open(0);
    send(6);
    nowNs = 1101 * MS;
    sack(0, 1, 4);
    assertEquals(0, sendAgain());
    nowNs += MS;
    send(4);
    nowNs += 100 * MS;
    sack(0, 1, 10); // all but the copy, sent before the last four, has arrived
    assertEquals(0, sendAgain(), "again");
  }

  @Test
  void aTimeOutSparesWhatWasSentJustNow() {
    open(0);
    send(4);
    nowNs = 1101 * MS;
    ack(1);
    nowNs = 1400 * MS;
    send(2);
    rack.timedOut(una, nxt, true, nowNs);
    assertEquals(2, inFlight(), "RFC 8985 6.3");
    assertTrue(rack.urgent(), "the first goes although something is in flight");
    assertEquals(1, sendAgain());
    assertFalse(rack.urgent());
    assertEquals(2, sendAgain());
    assertEquals(3, sendAgain());
    assertFalse(rack.due());
  }

  @Test
  void aPeerThatAsksForWhatItHasIsBelievedSoon() {
    open(0);
    send(4);
    nowNs = 1101 * MS;
    rack.plan(100_000, Part.NEVER, nowNs);
    sack(0, 1, 3);
    ack(1);
    nowNs += 49 * MS;
    assertEquals(LossRecovery.NOTHING, rack.expired(una, nxt, nowNs));
    nowNs += MS;
    assertEquals(nowNs, rack.deadlineNs());
    assertEquals(LossRecovery.TIME_OUT, rack.expired(una, nxt, nowNs));
    rack.timedOut(una, nxt, true, nowNs);
    assertEquals(1, sendAgain());
    assertEquals(2, sendAgain());
  }

  @Test
  void aSlipOfItIsForgiven() {
    open(0);
    send(4);
    nowNs = 1101 * MS;
    sack(0, 1, 3);
    ack(1);
    ack(3);
    nowNs += 60 * MS;
    assertEquals(LossRecovery.NOTHING, rack.expired(una, nxt, nowNs));
  }

  @Test
  void anAckOfAnEarlierCopySaysNothingAboutTheLast() {
    open(0);
    send(6);
    nowNs = 1101 * MS;
    sack(0, 1, 4);
    sendAgain();
    nowNs += MS;
    send(1);
    nowNs += 120 * MS;
    echoNs = 1000 * MS; // RFC 8985 6.2 step 2
    ack(1);
    assertFalse(rack.due(), "what was sent before the copy is not lost for that");
  }

  @Test
  void oneAckThatTellsOfSeveralSegmentsSaysNothingOfTheirOrder() {
    open(0);
    send(8);
    nowNs += 100 * MS;
    ack(1, 4 * MSS, 8 * MSS, 2 * MSS, 3 * MSS); // earlier ACKs were lost: the newest block is first
    assertEquals(1, sendAgain());
  }

  @Test
  void anEchoOfTheOriginalInTheAnswerToACopyIsNoRoundTrip() {
    open(0);
    send(2);
    nowNs += 900 * MS;
    rack.timedOut(una, nxt, true, nowNs);
    assertEquals(0, sendAgain());
    nowNs += 100 * MS;
    echoNs = 1000 * MS; // the peer had the first copy, its ACK was lost
    ack(1, 0, MSS);
    assertEquals(0, rack.rttNs());
  }

  @Test
  void anEchoOfTheCopyIsARoundTripAlsoWhereTheOriginalHadArrived() {
    open(0);
    send(2);
    nowNs += 900 * MS;
    rack.timedOut(una, nxt, true, nowNs);
    assertEquals(0, sendAgain());
    echoNs = nowNs;
    nowNs += 100 * MS;
    ack(1, 0, MSS);
    assertEquals(100 * MS, rack.rttNs());
  }

  @Test
  void aProbeThatArrivedTwiceIsKnownAlsoWhenNothingIsInFlight() {
    open(0);
    send(3);
    nowNs = rack.deadlineNs();
    rack.expired(una, nxt, nowNs);
    rack.probed(nxt, MSS, true, nowNs);
    nowNs += 5 * MS;
    ack(3);
    nowNs += 95 * MS;
    ack(3, 2 * MSS, 3 * MSS);
    send(1);
    nowNs += 100 * MS;
    assertEquals(LossRecovery.NOTHING, ack(4), "no loss was repaired");
  }

  @Test
  void aTimeOutSendsEverythingAgainThatIsNotSacked() {
    open(0);
    send(5);
    nowNs = 1101 * MS;
    sack(0, 2, 3);
    nowNs = 1200 * MS;
    rack.timedOut(una, nxt, true, nowNs);
    assertEquals(0, inFlight());
    assertFalse(rack.recovering(), "the window opens by slow start");
    assertEquals(0, sendAgain());
    assertEquals(1, sendAgain());
    assertEquals(3, sendAgain());
    assertEquals(4, sendAgain());
    assertFalse(rack.due());
  }

  @Test
  void aPeerThatForgetsIsBelievedAfterATimeOut() {
    open(0);
    send(3);
    nowNs = 1101 * MS;
    sack(0, 1, 3);
    ack(1); // and still not the rest: it was thrown away
    rack.timedOut(una, nxt, true, nowNs);
    assertEquals(1, sendAgain());
    assertEquals(2, sendAgain());
  }

  @Test
  void blocksThatCannotBeAreIgnored() {
    for (int iss : new int[] {0, 0x7FFF_F000, 0xFFFF_F000}) {
      open(iss);
      send(5);
      nowNs = 1101 * MS;
      ack(0, 3000, 3000);
      ack(0, 3000, 2000); // left beyond right
      ack(0, 2000, 5001); // beyond SND.NXT
      ack(0, 2000, 0x7FFF_FFFF);
      ack(0, 2000, 0x9000_0000);
      ack(0, 0x9000_0000, 2000); // starts half the circle back
      ack(0, 2001, 2999); // no whole segment
      ack(0, -5000, -4000);
      assertEquals(5, inFlight(), "nothing was delivered");
      assertFalse(rack.due());
      assertEquals(LossRecovery.NOTHING, ack(0, 3000, 2000, 1000, 2000), "the good one counts");
      assertEquals(4, inFlight());
    }
  }

  @Test
  void theRoundTripOfASegmentSentTwiceIsNotTaken() {
    open(0);
    send(4);
    nowNs = 1100 * MS;
    ack(1);
    assertEquals(100 * MS, rack.rttNs());
    rack.timedOut(una, nxt, true, nowNs);
    sendAgain();
    nowNs += 7 * MS;
    ack(2);
    assertEquals(0, rack.rttNs(), "Karn");
  }

  @Test
  void noMoreIsSentThanCanBeRemembered() {
    open(0);
    send(15);
    assertTrue(rack.room());
    send(1);
    assertFalse(rack.room());
    nowNs += 100 * MS;
    ack(1);
    assertTrue(rack.room());
  }

  @Test
  void theProbeRepeatsTheLastSegment() {
    open(0);
    send(3);
    rack.plan(100_000, Part.NEVER, nowNs);
    nowNs = rack.deadlineNs();
    assertEquals(LossRecovery.PROBE, rack.expired(una, nxt, nowNs));
    assertEquals(base + 2 * MSS, rack.probeFrom(una));
    rack.probed(nxt, MSS, true, nowNs);
    rack.plan(100_000, Part.NEVER, nowNs);
    assertEquals(Part.NEVER, rack.deadlineNs());
  }

  @Test
  void afterARewindNothingIsOutAndNoTimerRuns() {
    open(0);
    send(3);
    nowNs = 1101 * MS;
    sack(0, 2, 3);
    rack.plan(100_000, Part.NEVER, nowNs);
    rack.rewind();
    nxt = una;
    assertEquals(Part.NEVER, rack.deadlineNs());
    assertEquals(0, inFlight());
    assertFalse(rack.due());
    send(2);
    nowNs += 100 * MS;
    assertEquals(LossRecovery.NOTHING, ack(2));
    assertEquals(0, inFlight());
  }

  @Property
  void whateverThePeerSaysTheBooksBalance(
      @ForAll @IntRange(max = 2) int where,
      @ForAll @Size(max = 60) List<@IntRange(max = (1 << 20) - 1) Integer> steps) {
    RackTest t = new RackTest();
    t.open(new int[] {0, 0x7FFF_F000, 0xFFFF_F000}[where]);
    for (int step : steps) {
      int a = step >> 3 & 31;
      int b = step >> 8 & 31;
      int c = step >> 13 & 127;
      int out = (t.nxt - t.base) / MSS;
      int acked = (t.una - t.base) / MSS;
      t.nowNs += c * MS;
      switch (step & 7) {
        case 0:
        case 1:
          for (int i = 0; i < a % 4 && t.rack.room(); i++) {
            t.send(1);
          }
          break;
        case 2:
          t.ack(Math.min(out, acked + a % 4));
          break;
        case 3:
        case 4:
          t.ack(acked, a * 500, b * 500, c * 300, c * 300 + a * 100);
          break;
        case 5:
          t.rack.timedOut(t.una, t.nxt, (c & 1) == 0, t.nowNs);
          break;
        case 6:
          if (t.rack.expired(t.una, t.nxt, t.nowNs) == LossRecovery.LOSS) {
            t.rack.reduce(2 * MSS, t.nxt - t.una, MSS);
          }
          t.rack.plan(100_000, t.nowNs + 1000 * MS, t.nowNs);
          break;
        default:
          for (int i = 0; i < 3 && t.rack.due(); i++) {
            int from = t.rack.from(t.una);
            int until = t.rack.until(t.una, MSS);
            assertTrue(Seq.leq(t.una, from) && Seq.lt(from, until) && Seq.leq(until, t.nxt));
            t.sendAgain();
          }
      }
      assertEquals((t.nxt - t.una) / MSS, t.rack.segments.count());
      assertTrue(t.inFlight() >= 0, "never less than nothing");
      assertTrue(t.rack.segments.sacked + t.rack.segments.lost <= t.rack.segments.count());
    }
  }

  @Test
  void whatWasTooBigGoesOutInPiecesWithoutALossBeingCounted() {
    open(0x7FFF_F000);
    send(3);
    rack.resized(una, nxt, 400);
    assertFalse(rack.recovering());
    assertEquals(0, rack.inFlight(una, nxt, 400));
    for (int octets : new int[] {400, 400, 200, 400, 400, 200, 400, 400, 200}) {
      assertTrue(rack.due());
      assertEquals(octets, Math.min(400, rack.until(una, 400) - rack.from(una)));
      rack.sentAgain(rack.from(una) + octets, octets, nowNs);
    }
    assertFalse(rack.due());
    assertEquals(9 * 400, rack.inFlight(una, nxt, 400));
    nowNs += 100 * MS;
    assertEquals(LossRecovery.NOTHING, sack(0, 1, 3));
    assertEquals(LossRecovery.NOTHING, sack(3, 1, 3));
    assertEquals(0, rack.inFlight(una, nxt, 400));
  }

  @Test
  void aSegmentThatTheSmallerSizeStillHoldsIsNotSentAgain() {
    open(1);
    send(1);
    nxt += 300;
    rack.sent(nxt, 300, nowNs);
    rack.resized(una, nxt, 400);
    assertEquals(una, rack.from(una));
    assertEquals(400, rack.inFlight(una, nxt, 400));
    for (int i = 0; i < 3; i++) {
      rack.sentAgain(Math.min(una + 1000, rack.from(una) + 400), 400, nowNs);
    }
    assertFalse(rack.due());
  }

  @Test
  void wherePiecesCannotBeRememberedTheyGoOutAllTheSame() {
    open(1);
    send(16); // all that there is room for
    rack.resized(una, nxt, 100);
    for (int at = 0; at < 16_000; at += 100) {
      assertTrue(rack.due());
      assertEquals(una + at, rack.from(una));
      rack.sentAgain(una + at + 100, 100, nowNs);
    }
    assertFalse(rack.due());
    rack.timedOut(una, nxt, true, nowNs);
    assertEquals(una, rack.from(una));
  }

  @Test
  void piecesThatGotLostCountAsAnyOther() {
    open(1);
    send(1);
    rack.resized(una, nxt, 250);
    for (int i = 1; i <= 4; i++) {
      rack.sentAgain(una + 250 * i, 250, nowNs);
      nowNs += MS;
    }
    nowNs += 100 * MS;
    ack(0, 250, 1000);
    nowNs += 200 * MS;
    rack.expired(una, nxt, nowNs);
    assertTrue(rack.due());
    assertEquals(una, rack.from(una));
    assertEquals(una + 250, rack.until(una, 250));
  }

  @Test
  void whereAnEarlierAckWasLostTheEchoMeasuresTheRoundTrip() {
    open(0);
    send(1); // its ACK is lost
    nowNs = 1400 * MS;
    send(1);
    nowNs = 1500 * MS;
    echoNs = 1400 * MS;
    ack(2);
    assertEquals(100 * MS, rack.rttNs());
  }

  @Test
  void afterATimeOutAnAckOfNothingNewMeasuresNothing() {
    open(0);
    send(3);
    nowNs = 1400 * MS;
    rack.timedOut(una, nxt, true, nowNs);
    assertEquals(0, sendAgain());
    nowNs = 1500 * MS;
    echoNs = 990 * MS;
    sack(0, 1, 2);
    assertEquals(0, rack.rttNs());
  }
}
