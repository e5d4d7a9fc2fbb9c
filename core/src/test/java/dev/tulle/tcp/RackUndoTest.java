// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What was sent again, or slowed down for, in vain: by D-SACK, timestamps and F-RTO. */
class RackUndoTest extends RackSteps {
  @Test
  void whatWasSentTwiceForNothingIsUndone() {
    open(0);
    send(6);
    nowNs = 1101 * MS;
    sack(0, 1, 4);
    sendAgain();
    nowNs += 5 * MS;
    ack(5); // the first was only late
    nowNs += 95 * MS;
    assertEquals(LossRecovery.UNDO, ack(5, 0, MSS), "and its copy came for nothing");
    assertFalse(rack.recovering());
  }

  @Test
  void itIsUndoneAlsoWhenTheRecoveryIsOverByThen() {
    open(0);
    send(6);
    nowNs = 1101 * MS;
    sack(0, 1, 4);
    sendAgain();
    nowNs += 5 * MS;
    ack(6);
    assertFalse(rack.recovering());
    nowNs += 95 * MS;
    assertEquals(LossRecovery.UNDO, ack(6, 0, MSS));
    assertEquals(LossRecovery.NOTHING, ack(6, 0, MSS), "once");
  }

  @Test
  void itIsNotUndoneWhereOneCopyOfTwoWasNeeded() {
    open(0);
    send(8);
    nowNs = 1101 * MS;
    sack(0, 2, 6);
    sendAgain();
    sendAgain();
    nowNs += 100 * MS;
    assertEquals(LossRecovery.NOTHING, ack(8, 0, MSS), "the second may have been lost");
    assertEquals(LossRecovery.UNDO, ack(8, MSS, 2 * MSS), "but was not");
  }

  @Test
  void aDuplicateOfWhatWasNotSentAgainProvesNothing() {
    open(0);
    send(4);
    nowNs = 1101 * MS;
    ack(2);
    send(6);
    nowNs = 1202 * MS;
    sack(2, 3, 6);
    sendAgain();
    assertEquals(LossRecovery.NOTHING, ack(2, MSS, 2 * MSS), "from before, the network's doing");
    assertEquals(LossRecovery.NOTHING, ack(2, 3000, 4000, 3000, 6000), "not sent again");
    assertTrue(rack.recovering());
  }

  @Test
  void anEchoFromBeforeTheCopyUndoesIt() {
    open(0);
    send(6);
    nowNs = 1101 * MS;
    sack(0, 1, 4);
    sendAgain();
    nowNs += 50 * MS;
    echoNs = 1101 * MS;
    assertEquals(LossRecovery.NOTHING, ack(0), "proves nothing without progress");
    echoNs = 1000 * MS; // RFC 3522: of what was sent before the first copy
    assertEquals(LossRecovery.UNDO, ack(1));
    assertFalse(rack.recovering());
  }

  @Test
  void anEchoFromBeforeUndoesATimeOut() {
    open(0);
    send(6);
    nowNs = 1305 * MS;
    rack.timedOut(una, nxt, true, nowNs);
    sendAgain();
    nowNs += 10 * MS;
    echoNs = 1000 * MS;
    assertEquals(LossRecovery.UNDO, ack(1));
    assertFalse(rack.due(), "the others are late as well");
    assertEquals(5, inFlight());
  }

  @Test
  void anEchoOfTheCopyUndoesNothing() {
    open(0);
    send(6);
    nowNs = 1305 * MS;
    rack.timedOut(una, nxt, true, nowNs);
    sendAgain();
    echoNs = nowNs;
    nowNs += 100 * MS;
    assertEquals(LossRecovery.NOTHING, ack(1));
    assertEquals(100 * MS, rack.rttNs(), "but tells the round trip, in spite of Karn");
  }

  @Test
  void aTimeOutIsUndoneWhereAllCopiesWereForNothing() {
    open(0);
    send(2);
    nowNs = 1305 * MS;
    rack.timedOut(una, nxt, true, nowNs);
    sendAgain();
    sendAgain();
    nowNs += 100 * MS;
    assertEquals(LossRecovery.NOTHING, ack(2));
    assertEquals(LossRecovery.NOTHING, ack(2, 0, MSS));
    assertEquals(LossRecovery.UNDO, ack(2, MSS, 2 * MSS));
  }

  @Test
  void afterATimeOutTheAckOfAnOriginalTellsThatItWasSpurious() {
    open(0);
    send(6);
    nowNs = 1305 * MS;
    rack.timedOut(una, nxt, true, nowNs);
    assertEquals(0, sendAgain());
    nowNs += 10 * MS;
    assertEquals(LossRecovery.NOTHING, ack(1));
    assertFalse(rack.due(), "RFC 5682 3.1 (2b): new data goes first");
    send(2);
    assertFalse(rack.due());
    nowNs += 10 * MS;
    assertEquals(LossRecovery.UNDO, ack(2));
    assertFalse(rack.due());
    assertEquals(6, inFlight());
  }

  @Test
  void afterATimeOutTheSelectiveAckOfNewDataTellsThatItWasReal() {
    open(0);
    send(6);
    nowNs = 1305 * MS;
    rack.timedOut(una, nxt, true, nowNs);
    sendAgain();
    nowNs += 100 * MS;
    ack(1);
    send(2);
    nowNs += 100 * MS;
    assertEquals(LossRecovery.NOTHING, sack(1, 6, 7));
    assertTrue(rack.due());
    assertEquals(1, sendAgain());
  }

  @Test
  void whereThereIsNothingNewTheOldGoesAtOnce() {
    open(0);
    send(6);
    nowNs = 1305 * MS;
    rack.timedOut(una, nxt, true, nowNs);
    sendAgain();
    nowNs += 100 * MS;
    ack(1);
    assertFalse(rack.due());
    assertTrue(rack.instead());
    assertTrue(rack.due());
    assertFalse(rack.instead(), "once");
    assertEquals(1, sendAgain());
  }

  @Test
  void aTimeOutInTheMiddleOfARecoveryIsNotDoubted() {
    open(0);
    send(8);
    nowNs = 1101 * MS;
    sack(0, 1, 4);
    sendAgain();
    nowNs = 1405 * MS;
    rack.timedOut(una, nxt, true, nowNs);
    assertEquals(0, sendAgain());
    nowNs += 100 * MS;
    ack(4);
    assertTrue(rack.due(), "RFC 5682 2.1 (1)");
  }
}
