// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.tcp;

import static dev.tulle.testkit.Segment.ack;
import static dev.tulle.testkit.Segment.data;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** When data is acknowledged and when small writes wait. RFC 9293 3.7.4, 3.8.6.3; RFC 5681 4.2. */
class AckTest extends TcpTest {
  @Test
  void aSingleSegmentIsAcknowledgedALittleLater() {
    // RFC 9293 3.8.6.3 (MUST-40): in less than half a second.
    pastQuickAcks();
    h.inject(data(QUICK, 1460));
    h.expectNothing();
    h.expectWithinMs(1, 499, ack(QUICK + 1460));
    h.expectNothing();
  }

  @Test
  void everySecondFullSegmentIsAcknowledgedAtOnce() {
    // RFC 9293 3.8.6.3 (SHLD-18), RFC 5681 4.2.
    pastQuickAcks();
    for (int i = 0; i < 10; i++) {
      h.inject(data(QUICK + 2920L * i, 1460));
      h.expectNothing();
      h.inject(data(QUICK + 2920L * i + 1460, 1460));
      h.expectAck(QUICK + 2920L * (i + 1));
    }
  }

  @Test
  void theAckRidesOnDataOfOurs() {
    pastQuickAcks();
    h.inject(data(QUICK, 100));
    h.write(50);
    h.expect(data(0, 50).acknowledges(QUICK + 100));
    h.advanceMs(190);
    h.expectNothing();
  }

  @Test
  void dataOutOfOrderIsAcknowledgedAtOnceEachTime() {
    established();
    h.inject(data(1460, 1460));
    h.expectAck(0);
    h.inject(data(2920, 1460));
    h.expectAck(0);
    h.injectTogether(data(4380, 1460), data(5840, 1460), data(7300, 1460));
    for (int i = 0; i < 3; i++) {
      h.expectAck(0); // RFC 5681 4.2: one for each, or fast retransmit does not start
    }
    h.inject(data(0, 1460));
    h.expectAck(8760); // the gap is filled: at once
    h.expectRead(8760);
  }

  @Test
  void aSegmentThatFillsPartOfAGapIsAcknowledgedAtOnce() {
    established();
    h.inject(data(2000, 1000));
    h.expectAck(0);
    h.inject(data(0, 1000));
    h.expectAck(1000);
    h.inject(data(1000, 1000));
    h.expectAck(3000);
  }

  @Test
  void whatArrivesTwiceIsAcknowledgedAtOnce() {
    established();
    h.inject(data(0, 1460));
    h.expectWithinMs(0, 499, ack(1460));
    h.inject(data(0, 1460));
    h.expectAck(1460);
  }

  @Test
  void overlappingPiecesGiveEachOctetOnce() {
    established();
    h.inject(data(500, 500));
    h.inject(data(250, 500));
    h.inject(data(900, 1000));
    h.inject(data(800, 1300));
    h.takeSent();
    h.inject(data(0, 600));
    h.expectAck(2100);
    h.expectRead(2100);
  }

  @Test
  void aFinOutOfOrderWaitsForItsPlace() {
    established();
    h.inject(data(100, 50).fin());
    h.expectAck(0);
    h.inject(data(0, 100));
    h.expectAck(151);
    h.expectRead(150);
  }

  @Test
  void moreGapsThanAreRememberedLoseNothingForGood() {
    established();
    for (int i = 49; i > 0; i--) {
      h.inject(data(200L * i, 100));
    }
    h.takeSent();
    for (int i = 0; i < 50; i++) { // as a peer would send it all again
      h.inject(data(200L * i, 200));
    }
    h.expectRead(10_000);
  }

  @Test
  void smallWritesWaitForAnAckUnlessTheFirst() {
    // Nagle: RFC 9293 3.7.4 (SHLD-7).
    established();
    h.write(10);
    h.expect(data(0, 10).push());
    h.write(20);
    h.write(30);
    h.expectNothing();
    h.inject(ack(10));
    h.expect(data(10, 50).push());
  }

  @Test
  void aFullSegmentDoesNotWait() {
    established();
    h.write(10);
    h.expect(data(0, 10));
    h.write(1500);
    h.expect(data(10, 1460));
    h.expectNothing();
  }

  @Test
  void withoutNagleSmallWritesGoAtOnce() {
    // RFC 9293 3.7.4 (MUST-17).
    established();
    h.socket.noDelay(true);
    for (int i = 0; i < 5; i++) {
      h.write(10);
      h.expect(data(10L * i, 10).push());
    }
  }

  @Test
  void switchingNagleOffReleasesWhatWaits() {
    established();
    h.write(10);
    h.expect(data(0, 10));
    h.write(10);
    h.expectNothing();
    h.socket.noDelay(true);
    h.poll();
    h.expect(data(10, 10));
  }

  @Test
  void theLastSegmentOfAWriteIsPushed() {
    // RFC 9293 3.9.1.2 (MUST-61).
    established();
    h.write(2920);
    assertEquals(0, h.expect(data(0, 1460)).flags() & 8);
    assertTrue(h.expect(data(1460, 1460).push()).has(8));
  }

  @Test
  void segmentsThatArriveTogetherAreAcknowledgedTogether() {
    // RFC 9293 3.10.7.4 (MUST-58, MUST-59): all that waits is looked at before the ACK goes.
    established();
    h.injectTogether(data(0, 1460), data(1460, 1460), data(2920, 1460), data(4380, 10));
    h.expectAck(4390);
    h.expectNothing();
  }
}
