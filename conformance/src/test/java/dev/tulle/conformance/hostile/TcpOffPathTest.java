// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.testkit.Segment.ack;
import static dev.tulle.testkit.Segment.data;
import static dev.tulle.testkit.Segment.fin;
import static dev.tulle.testkit.Segment.rst;
import static dev.tulle.testkit.Segment.segment;
import static dev.tulle.testkit.Segment.syn;
import static dev.tulle.testkit.Segment.synAck;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.TcpPeer;
import dev.tulle.testkit.TcpSegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks by those who do not see the connection: rows TCP-24 to TCP-31 and TCP-49. */
class TcpOffPathTest extends HostileSequence {
  private static final int RST = TcpSegment.RST;

  @Test
  void tcp24_blindResets() {
    established();
    h.inject(rst(1));
    h.expectAck(0);
    h.inject(rst(65_534));
    h.expectAck(0);
    h.inject(rst(65_535));
    h.inject(rst(-1));
    h.expectNothing();
    counts(Counter.TCP_RESET_CHALLENGED, 2);
    h.expectStatus(Status.OK);
    h.inject(rst(0));
    h.expectStatus(Status.RESET);
    h.expectNothing();
    counts(Counter.TCP_OUT_OF_WINDOW, 2);
  }

  @Test
  void tcp24_resetWithoutAckInSynSent() {
    held.add(connect(9000));
    h.expect(syn());
    h.inject(segment(RST).absoluteSequence(0));
    h.inject(segment(RST).absoluteSequence(12_345));
    h.expectNothing();
    h.expectStatus(Status.WOULD_BLOCK);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5, 6, 7, 8})
  void tcp25_blindSyn(int state) {
    bring(h, state);
    held.add(h.socket);
    int theirs = state == 4 || state == 7 || state == 8 ? 1 : 0;
    for (long offset : new long[] {0, 1, 1000, 65_000, 100_000, -1, -1000, 1L << 31}) {
      h.inject(syn().sequence(theirs + offset));
      h.expectAck(theirs);
      h.expectNothing();
      h.advanceMs(200); // the limit is another row's matter
      h.takeSent();
    }
    assertEquals(1, h.host.tcp.connections());
    counts(Counter.TCP_OUT_OF_WINDOW, 4);
    counts(Counter.TCP_SYN_IN_WINDOW, 4);
  }

  @Test
  void tcp26_blindDataWithAnImpossibleAck() {
    established();
    h.write(100);
    h.expect(data(0, 100));
    long[] bad = {-65_536, 101, 50_000, 1L << 31, -(1L << 30)};
    for (long number : bad) {
      h.inject(data(0, 10).acknowledges(number));
      h.expectAck(0);
      h.expectNothing();
    }
    counts(Counter.TCP_BADACK, bad.length);
    h.expectReadStatus(Status.WOULD_BLOCK);
    h.inject(data(0, 10).acknowledges(-65_535)); // the oldest that may be
    h.expectRead(10);
  }

  @Test
  void tcp26_anAckOfUnsentDataTakesNothingFromTheQueue() {
    h.listen(80);
    h.connected(iss, 1000);
    held.add(h.socket);
    h.write(5000);
    h.expect(data(0, 1000));
    h.inject(ack(3000));
    h.expectAck(0);
    h.inject(ack(1000).window(65_535));
    h.expect(data(1000, 1460));
    h.expect(data(2460, 1460));
    counts(Counter.TCP_BADACK, 1);
  }

  @Test
  void tcp26_anAckOfAnUnsentFinClosesNothing() {
    established();
    h.inject(ack(0).window(0));
    h.writeOnly(10);
    h.shutdownWrite();
    h.inject(ack(11).window(0));
    h.expectAck(0);
    h.expectStatus(Status.OK);
    h.inject(ack(0).window(1000));
    h.expect(data(0, 10).fin());
    counts(Counter.TCP_BADACK, 1);
  }

  @Test
  void tcp27_challengesOnOneConnectionSayNothingAboutAnother() {
    established();
    TcpPeer victim = h.peer;
    h.connected(iss, 65_535);
    held.add(h.socket);
    for (int i = 0; i < 300; i++) {
      h.inject(rst(100 + i));
    }
    int challenges = h.takeSent().size();
    assertTrue(challenges <= 10, challenges + " challenges in a second");
    counts(Counter.TCP_CHALLENGE_LIMIT, 300 - challenges);
    h.use(victim);
    for (int i = 0; i < challenges; i++) {
      h.inject(rst(100 + i));
      h.expectAck(0);
    }
    h.expectNothing();
    counts(Counter.TCP_RESET_CHALLENGED, 300 + challenges);
  }

  @Test
  void tcp28_aLoopOfAcksDiesOut() {
    established();
    int answers = 0;
    for (int i = 0; i < 1000; i++) {
      h.inject(ack(0).sequence(-100_000)); // each answered by an ACK that the other dislikes
      answers += h.takeSent().size();
      h.net.advanceNs(1_000_000);
    }
    assertTrue(answers <= 20, answers + " ACKs in a second");
    h.inject(data(0, 10));
    h.expectRead(10);
    counts(Counter.TCP_CHALLENGE_LIMIT, 1000 - answers);
    counts(Counter.TCP_OUT_OF_WINDOW, 1000);
  }

  @Test
  void tcp31_oldSegmentsInTimeWait() {
    established();
    h.shutdownWrite();
    h.expect(fin(0));
    h.inject(data(0, 100).acknowledges(1).fin());
    h.expectAck(101);
    h.expectRead(100);
    h.inject(rst(101));
    h.expectNothing();
    h.inject(data(50, 50).fin());
    h.expectAck(101);
    h.inject(data(0, 10));
    h.expectAck(101);
    h.inject(syn().sequence(-5000));
    h.expectAck(101);
    assertEquals(1, h.host.tcp.connections());
    h.close();
    h.advanceMs(61_000);
    assertEquals(0, h.host.tcp.connections());
    held.clear();
    counts(Counter.TCP_OUT_OF_WINDOW, 3);
    counts(Counter.TCP_RESET_IGNORED, 1);
  }

  @Test
  void tcp49_halfOpenConnectionsSurviveUnacceptableSegments() {
    h.listen(80);
    h.newPeer(iss);
    h.inject(syn().mss(1460));
    h.expect(synAck());
    for (long offset : new long[] {-2, -1000, 70_000, 1L << 31}) {
      h.inject(syn().sequence(offset));
      h.inject(rst(offset));
    }
    h.inject(rst(10));
    h.inject(syn().sequence(10));
    for (SeenFrame f : h.takeSent()) {
      assertEquals(0, f.flags() & RST);
    }
    h.inject(ack(0).sequence(0));
    h.socket = h.listener.accept();
    assertNotNull(h.socket);
    held.add(h.socket);
    counts(Counter.TCP_OUT_OF_WINDOW, 8);
    counts(Counter.TCP_RESET_CHALLENGED, 1);
    counts(Counter.TCP_SYN_IN_WINDOW, 1);
  }
}
