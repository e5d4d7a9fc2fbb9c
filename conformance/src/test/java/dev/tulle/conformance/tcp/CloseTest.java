// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.tcp;

import static dev.tulle.testkit.Segment.ack;
import static dev.tulle.testkit.Segment.data;
import static dev.tulle.testkit.Segment.fin;
import static dev.tulle.testkit.Segment.rst;
import static dev.tulle.testkit.Segment.rstAck;
import static dev.tulle.testkit.Segment.segment;
import static dev.tulle.testkit.Segment.syn;
import static dev.tulle.testkit.Segment.synAck;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tulle.stack.Status;
import dev.tulle.testkit.TcpPeer;
import dev.tulle.testkit.TcpSegment;
import org.junit.jupiter.api.Test;

/** How connections end. RFC 9293 3.6, 3.10.4, 3.10.5. */
class CloseTest extends TcpTest {
  private static final long TIME_WAIT_MS = 60_000;

  @Test
  void weCloseFirst() {
    established();
    h.close();
    h.expect(fin(0).acknowledges(0));
    h.inject(ack(1));
    h.inject(fin(0));
    h.expectAck(1);
    h.advanceMs(TIME_WAIT_MS - 1);
    assertEquals(1, h.host.tcp.connections());
    h.advanceMs(2);
    assertEquals(0, h.host.tcp.connections());
    h.expectNothing();
  }

  @Test
  void thePeerClosesFirst() {
    established();
    h.inject(fin(0));
    h.expectAck(1);
    h.expectReadStatus(Status.CLOSED);
    h.close();
    h.expect(fin(0).acknowledges(1));
    h.inject(ack(1));
    h.expectNothing();
    assertEquals(0, h.host.tcp.connections());
  }

  @Test
  void bothCloseAtOnce() {
    established();
    h.close();
    h.expect(fin(0));
    h.inject(fin(0).acknowledges(0));
    h.expectAck(1);
    assertEquals(1, h.host.tcp.connections());
    h.inject(ack(1));
    h.expectNothing();
    h.advanceMs(TIME_WAIT_MS - 1000);
    assertEquals(1, h.host.tcp.connections());
    h.advanceMs(2000);
    assertEquals(0, h.host.tcp.connections());
  }

  @Test
  void theirFinWithTheAckOfOursGoesStraightToTimeWait() {
    established();
    h.close();
    h.expect(fin(0));
    h.inject(fin(0).acknowledges(1));
    h.expectAck(1);
    h.advanceMs(TIME_WAIT_MS + 1);
    assertEquals(0, h.host.tcp.connections());
  }

  @Test
  void afterOurHalfCloseThePeerGoesOnSending() {
    established();
    h.write(10);
    h.shutdownWrite();
    h.expect(data(0, 10));
    h.expect(fin(10));
    h.inject(ack(11));
    assertEquals(Status.CLOSED, h.socket.write(new byte[1], 0, 1));
    for (int i = 0; i < 10; i++) {
      h.inject(data(1000L * i, 1000));
    }
    h.expectRead(10_000);
    h.takeSent();
    h.advanceMs(600_000);
    h.inject(data(10_000, 5).fin());
    h.expectRead(5);
    h.expectReadStatus(Status.CLOSED);
    h.expectAck(10_006);
  }

  @Test
  void afterTheirHalfCloseWeGoOnSending() {
    established();
    h.inject(fin(0));
    h.expectAck(1);
    h.write(2000);
    h.expect(data(0, 1460).acknowledges(1));
    h.inject(ack(1460)); // Nagle held the rest back
    h.expect(data(1460, 540).acknowledges(1));
    h.inject(ack(2000));
    h.close();
    h.expect(fin(2000));
    h.inject(ack(2001));
    assertEquals(0, h.host.tcp.connections());
  }

  @Test
  void whatWasWrittenIsDeliveredBeforeTheFin() {
    established();
    h.writeOnly(3000);
    h.close();
    h.expect(data(0, 1460));
    h.expect(data(1460, 1460));
    h.expect(data(2920, 80).fin());
    h.inject(ack(3001));
    h.expectNothing();
  }

  @Test
  void ourFinIsSentAgain() {
    established();
    h.close();
    h.expect(fin(0));
    h.expectWithinMs(199, 1001, fin(0));
    h.inject(ack(1));
    h.advanceMs(10_000);
    h.expectNothing();
  }

  @Test
  void theFinBehindLostDataIsSentAgainWithIt() {
    established();
    h.writeOnly(100);
    h.close();
    h.expect(data(0, 100).fin());
    h.expectWithinMs(199, 1001, data(0, 100).fin());
    h.inject(ack(101));
    h.expectNothing();
  }

  @Test
  void closingWithUnreadDataTellsThePeerByAReset() {
    // RFC 1122 4.2.2.13 (SHOULD), RFC 2525 2.17.
    established();
    h.inject(data(0, 10));
    h.expectAck(10);
    h.close();
    h.expect(rstAck().sequence(0).acknowledges(10));
    assertEquals(0, h.host.tcp.connections());
  }

  @Test
  void dataForAnApplicationThatIsGoneIsReset() {
    established();
    h.close();
    h.expect(fin(0));
    h.inject(ack(1));
    h.inject(data(0, 10));
    h.expect(segment(TcpSegment.RST).sequence(1));
    assertEquals(0, h.host.tcp.connections());
  }

  @Test
  void abortResetsAtOnce() {
    established();
    h.write(100);
    h.expect(data(0, 100));
    h.abort();
    h.expect(rstAck().sequence(100));
    h.expectNothing();
    assertEquals(0, h.host.tcp.connections());
  }

  @Test
  void lingeringForNoTimeResets() {
    established();
    h.socket.linger(0);
    h.write(100);
    h.expect(data(0, 100));
    h.close();
    h.expect(rstAck().sequence(100));
    assertEquals(0, h.host.tcp.connections());
  }

  @Test
  void lingeringEndsByAResetWhenTimeIsUp() {
    established();
    h.socket.linger(5_000_000_000L);
    h.writeOnly(100);
    h.close();
    h.expect(data(0, 100).fin());
    h.advanceMs(4_990);
    h.takeSent();
    assertEquals(1, h.host.tcp.connections());
    h.advanceMs(20);
    h.expect(rstAck());
    assertEquals(0, h.host.tcp.connections());
  }

  @Test
  void anAbandonedFinWait2EndsAfterAMinute() {
    established();
    h.close();
    h.expect(fin(0));
    h.inject(ack(1));
    h.advanceMs(59_000);
    assertEquals(1, h.host.tcp.connections());
    h.advanceMs(2_000);
    assertEquals(0, h.host.tcp.connections());
  }

  @Test
  void aPeerThatIsGoneDoesNotHoldLastAckForEver() {
    established();
    h.inject(fin(0));
    h.expectAck(1);
    h.close();
    h.advanceMs(600_000);
    assertEquals(0, h.host.tcp.connections());
  }

  @Test
  void inTimeWaitAFinIsAcknowledgedAgainAndTheTimeStartsAnew() {
    established();
    timeWait();
    h.advanceMs(TIME_WAIT_MS - 1000);
    h.inject(fin(0));
    h.expectAck(1);
    h.advanceMs(TIME_WAIT_MS - 1000);
    assertEquals(1, h.host.tcp.connections());
    h.advanceMs(2000);
    assertEquals(0, h.host.tcp.connections());
  }

  @Test
  void inTimeWaitANewSynOpensAnewAndAnOldOneDoesNot() {
    established();
    TcpPeer old = h.peer;
    timeWait();
    h.inject(syn().sequence(-500));
    h.expectAck(1);
    TcpPeer again = h.newPeer(old.address, old.port, ISS + 10_000);
    h.inject(syn().mss(1460));
    h.expect(synAck().acknowledges(0));
    h.inject(ack(0));
    h.socket = h.listener.accept();
    h.inject(data(0, 10));
    h.expectRead(10);
    assertEquals(again, h.peer);
  }

  @Test
  void inTimeWaitAResetChangesNothing() {
    // RFC 1337.
    established();
    timeWait();
    h.inject(rst(1));
    assertEquals(1, h.host.tcp.connections());
    h.inject(fin(0));
    h.expectAck(1);
  }

  private void timeWait() {
    h.close();
    h.expect(fin(0));
    h.inject(fin(0).acknowledges(1));
    h.expectAck(1);
  }

  @Test
  void theOldestTimeWaitMakesRoomForANewConnection() {
    h.listen(80);
    for (int i = 0; i < 12; i++) { // of 8
      h.connected(ISS + i, 65_535);
      timeWait();
    }
    assertEquals(8, h.host.tcp.connections());
    h.connected(ISS, 65_535);
    h.inject(data(0, 10));
    h.expectRead(10);
  }

  @Test
  void aResetIsAnErrorForReaderAndWriter() {
    established();
    h.inject(data(0, 10));
    h.expectAck(10);
    h.inject(rst(10));
    h.expectRead(10); // what had arrived before is still there
    h.expectReadStatus(Status.RESET);
    assertEquals(Status.RESET, h.socket.write(new byte[1], 0, 1));
    h.expectStatus(Status.RESET);
    h.close();
    h.expectNothing();
    assertEquals(0, h.host.tcp.connections());
  }

  @Test
  void aDeadPeerIsGivenUpInTheEnd() {
    established();
    h.write(100);
    h.advanceMs(3_600_000);
    h.expectStatus(Status.TIMED_OUT);
    h.takeSent();
    h.close();
    assertEquals(0, h.host.tcp.connections());
  }
}
