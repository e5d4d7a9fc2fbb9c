// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.tcp;

import static dev.tulle.testkit.Segment.ack;
import static dev.tulle.testkit.Segment.data;
import static dev.tulle.testkit.Segment.rstAck;
import static dev.tulle.testkit.Segment.synAck;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.Segment;
import dev.tulle.testkit.TcpSegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Time-outs and fast retransmit. RFC 6298, RFC 5681 3.2, RFC 6582, RFC 3042. */
class RetransmissionTest extends TcpTest {
  private static final int MSS = 1460;

  @Test
  void afterALostSynTheFirstTimeOutIsThreeSeconds() {
    // RFC 6298 5.7 (MUST).
    h.listen(80);
    h.newPeer(ISS);
    h.inject(h.peerSyn());
    h.expect(synAck());
    h.expectWithinMs(999, 1001, synAck());
    h.inject(ack(0).window(65_535));
    h.socket = h.listener.accept();
    h.write(100);
    h.expect(data(0, 100));
    h.expectWithinMs(2999, 3001, data(0, 100));
  }

  @Test
  void theTimeOutDoublesUpToAMinute() {
    // RFC 6298 5.5, 2.5.
    established();
    h.write(100);
    SeenFrame frame = h.expect(data(0, 100));
    long gapNs = 0;
    for (int i = 0; i < 12; i++) {
      SeenFrame again = h.net.nextWithinNs(61_000_000_000L);
      assertNotNull(again, "nothing after " + i);
      assertEquals(100, again.data().length);
      long gap = again.timeNs() - frame.timeNs();
      assertTrue(gap >= Math.min(2 * gapNs, 59_000_000_000L), "after " + gapNs + " came " + gap);
      assertTrue(gap <= 60_100_000_000L);
      gapNs = gap;
      frame = again;
    }
  }

  @Test
  void theTimeOutFollowsTheMeasuredRoundTrip() {
    established();
    long offset = 0;
    for (int i = 0; i < 20; i++) {
      h.write(100);
      h.expect(data(offset, 100));
      h.advanceMs(600);
      h.takeSent();
      offset += 100;
      h.inject(ack(offset));
    }
    h.write(100);
    h.expect(data(offset, 100));
    h.expectWithinMs(600, 1300, data(offset, 100));
  }

  @Test
  void aRetransmittedSegmentIsNotMeasured() {
    // Karn: RFC 6298 3 (MUST).
    established();
    h.write(100);
    h.expect(data(0, 100));
    h.expectWithinMs(199, 1001, data(0, 100));
    h.advanceMs(5); // an answer to the first, or a very fast one to the second: nobody knows
    h.inject(ack(100));
    h.write(100);
    h.expect(data(100, 100));
    h.expectWithinMs(199, 1001, data(100, 100));
  }

  @Test
  void anAckRestartsTheTimer() {
    // RFC 6298 5.3.
    established();
    h.socket.noDelay(true);
    for (int i = 0; i < 4; i++) {
      h.write(100);
      h.expect(data(100L * i, 100));
    }
    for (int i = 1; i < 4; i++) {
      h.advanceMs(150);
      h.inject(ack(100L * i));
      h.expectNothing();
    }
    h.expectWithinMs(199, 1001, data(300, 100));
  }

  @Test
  void afterATimeOutOneSegmentGoesAndSlowStartFollows() {
    // RFC 5681 3.1: the loss window is one segment.
    established();
    h.write(8 * MSS);
    assertEquals(8, h.takeSent().size());
    SeenFrame first = h.net.nextWithinNs(2_000_000_000L);
    assertEquals(h.peer.hostIss() + 1, first.sequence());
    assertEquals(MSS, first.data().length);
    h.expectNothing();
    h.inject(ack(MSS));
    h.expect(data(MSS, MSS));
    h.expect(data(2 * MSS, MSS));
    h.expectNothing();
    h.inject(ack(3 * MSS));
    h.expect(data(3 * MSS, MSS));
    h.expect(data(4 * MSS, MSS));
    h.expect(data(5 * MSS, MSS));
    h.expectNothing();
    h.inject(ack(8 * MSS)); // the rest had arrived
    h.expectNothing();
  }

  @Test
  void threeDuplicateAcksSendTheLostSegmentAgain() {
    established();
    h.write(8 * MSS);
    assertEquals(8, h.takeSent().size());
    h.inject(ack(0));
    h.inject(ack(0));
    h.expectNothing();
    h.inject(ack(0));
    h.expect(data(0, MSS));
    assertEquals(1, h.net.counter(Counter.TCP_FAST_RETRANSMIT));
    h.inject(ack(8 * MSS));
    h.advanceMs(5000);
    h.expectNothing();
  }

  @Test
  void theFirstTwoDuplicateAcksLetNewDataOut() {
    // RFC 3042.
    established();
    h.write(14 * MSS);
    assertEquals(10, h.takeSent().size());
    h.inject(ack(0));
    h.expect(data(10 * MSS, MSS));
    h.inject(ack(0));
    h.expect(data(11 * MSS, MSS));
    h.inject(ack(0));
    h.expect(data(0, MSS));
  }

  @Test
  void aPartialAckSendsTheNextHoleAgain() {
    // RFC 6582 3.2 (5).
    established();
    h.write(10 * MSS);
    assertEquals(10, h.takeSent().size());
    for (int i = 0; i < 3; i++) {
      h.inject(ack(0));
    }
    h.expect(data(0, MSS));
    h.inject(ack(3 * MSS));
    h.expect(data(3 * MSS, MSS));
    h.inject(ack(7 * MSS));
    h.expect(data(7 * MSS, MSS));
    h.inject(ack(10 * MSS));
    h.expectNothing();
    assertEquals(1, h.net.counter(Counter.TCP_FAST_RETRANSMIT));
    assertEquals(0, h.net.counter(Counter.TCP_TIMEOUT));
  }

  @Test
  void recoveryHalvesTheWindowOnce() {
    established();
    h.write(60_000);
    assertEquals(10, h.takeSent().size());
    for (int i = 0; i < 9; i++) {
      h.inject(ack(0));
    }
    h.takeSent();
    h.inject(ack(h.peer.seen()));
    // Ten segments were in flight, and those that limited transmit let out: half of that remains.
    int burst = h.takeSent().size();
    assertTrue(burst >= 4 && burst <= 6, burst + " segments");
  }

  @Test
  void duplicateAcksWithDataOrAnotherWindowAreNone() {
    // RFC 5681 2.
    established();
    h.write(8 * MSS);
    assertEquals(8, h.takeSent().size());
    for (int i = 0; i < 5; i++) {
      h.inject(ack(0).window(60_000 + i));
      h.inject(data(100L * i, 100));
    }
    assertEquals(0, h.net.counter(Counter.TCP_FAST_RETRANSMIT));
  }

  @Test
  void aLostRetransmissionIsLeftToTheTimer() {
    established();
    h.write(8 * MSS);
    assertEquals(8, h.takeSent().size());
    for (int i = 0; i < 3; i++) {
      h.inject(ack(0));
    }
    h.expect(data(0, MSS));
    for (int i = 0; i < 4; i++) {
      h.inject(ack(0));
    }
    h.expectNothing();
    SeenFrame again = h.net.nextWithinNs(2_000_000_000L);
    assertEquals(h.peer.hostIss() + 1, again.sequence());
    h.inject(ack(8 * MSS));
    h.expectNothing();
  }

  @Test
  void theConnectionIsGivenUpAfterManyTimeOutsAndTheSocketTells() {
    // RFC 9293 3.8.3 (MUST-20, MUST-21): R2 of at least 100 seconds.
    established();
    h.write(100);
    h.advanceMs(100_000);
    h.expectStatus(Status.OK);
    h.advanceMs(1_500_000);
    h.expectStatus(Status.TIMED_OUT);
    h.expectReadStatus(Status.TIMED_OUT);
    List<SeenFrame> sent = h.takeSent();
    assertTrue(sent.size() >= 10 && sent.size() <= 20, sent.size() + " segments");
    h.inject(ack(100)); // nobody knows it any more
    h.expect(rst());
    h.socket.close();
    h.poll();
    assertEquals(0, h.host.tcp.connections());
  }

  private static Segment rst() {
    return Segment.segment(TcpSegment.RST).sequence(100);
  }

  @Test
  void anAnswerInTheMiddleStartsCountingAnew() {
    established();
    h.write(100);
    for (int i = 0; i < 5; i++) {
      h.advanceMs(400_000); // not enough to give up, though it would be in all
      h.expectStatus(Status.OK);
      h.inject(ack(10 * i + 10));
    }
    h.takeSent();
    assertNotNull(h.net.nextWithinNs(61_000_000_000L));
    h.inject(ack(100));
    h.expectStatus(Status.OK);
    h.write(10);
    h.expect(data(100, 10));
    h.advanceMs(20);
    h.inject(ack(110)); // this one is measured: the back-off ends, RFC 6298 5
    h.write(10);
    h.expect(data(110, 10));
    h.expectWithinMs(199, 1001, data(110, 10));
  }

  @Test
  void aResetInTheMiddleOfRecoveryEndsEverything() {
    established();
    h.write(8 * MSS);
    h.takeSent();
    for (int i = 0; i < 3; i++) {
      h.inject(ack(0));
    }
    h.takeSent();
    h.inject(rstAck().sequence(0));
    h.expectStatus(Status.RESET);
    h.advanceMs(100_000);
    h.expectNothing();
  }
}
