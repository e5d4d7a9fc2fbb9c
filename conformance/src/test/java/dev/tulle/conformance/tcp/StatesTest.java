// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.tcp;

import static dev.tulle.testkit.Segment.ack;
import static dev.tulle.testkit.Segment.data;
import static dev.tulle.testkit.Segment.fin;
import static dev.tulle.testkit.Segment.rst;
import static dev.tulle.testkit.Segment.segment;
import static dev.tulle.testkit.Segment.syn;
import static dev.tulle.testkit.Segment.synAck;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.TcpSegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same segments in every state. RFC 9293 3.10.7.4, RFC 5961. */
class StatesTest extends TcpTest {
  enum State {
    SYN_RECEIVED(0, 0),
    ESTABLISHED(0, 0),
    CLOSE_WAIT(1, 0),
    FIN_WAIT_1(0, 1),
    FIN_WAIT_2(0, 1),
    CLOSING(1, 1),
    LAST_ACK(1, 1),
    TIME_WAIT(1, 1);

    /** What the peer has sent and we have, FINs counted. */
    final int theirs;

    final int ours;

    State(int theirs, int ours) {
      this.theirs = theirs;
      this.ours = ours;
    }
  }

  private void bring(State state) {
    h.listen(80);
    if (state == State.SYN_RECEIVED) {
      h.newPeer(ISS);
      h.inject(syn().mss(1460));
      h.expect(synAck());
      return;
    }
    h.connected(ISS, 65_535);
    if (state == State.CLOSE_WAIT || state == State.LAST_ACK) {
      h.inject(fin(0));
      h.expectAck(1);
    }
    if (state.ours == 1) {
      h.shutdownWrite();
      h.expect(fin(0));
    }
    if (state == State.CLOSING) {
      h.inject(fin(0).acknowledges(0));
      h.expectAck(1);
    }
    if (state == State.FIN_WAIT_2) {
      h.inject(ack(1));
    }
    if (state == State.TIME_WAIT) {
      h.inject(fin(0).acknowledges(1));
      h.expectAck(1);
    }
    h.expectNothing();
  }

  private void alive(State state) {
    assertEquals(1, h.host.tcp.connections(), state + " must survive");
  }

  @ParameterizedTest
  @EnumSource
  void aResetWithTheExactNumberEnds(State state) {
    bring(state);
    h.inject(rst(state.theirs));
    h.expectNothing();
    if (state == State.TIME_WAIT) {
      alive(state); // RFC 1337
      return;
    }
    if (state == State.SYN_RECEIVED) {
      assertEquals(0, h.host.tcp.connections());
    } else {
      boolean wasOver = state == State.CLOSING || state == State.LAST_ACK;
      h.expectStatus(wasOver ? Status.CLOSED : Status.RESET);
      h.close();
      assertEquals(0, h.host.tcp.connections());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aResetElsewhereInTheWindowIsChallenged(State state) {
    bring(state);
    for (int offset : new int[] {1, 1000, 65_000}) {
      h.inject(rst(state.theirs + offset));
      h.expect(ack(state.theirs).sequence(state.ours));
    }
    h.expectNothing();
    assertEquals(3, h.net.counter(Counter.TCP_RESET_CHALLENGED));
    alive(state);
  }

  @ParameterizedTest
  @EnumSource
  void aResetOutsideTheWindowIsIgnored(State state) {
    bring(state);
    h.inject(rst(state.theirs - 1));
    h.inject(rst(state.theirs + 65_536));
    h.inject(rst(1L << 31));
    h.expectNothing();
    alive(state);
  }

  @ParameterizedTest
  @EnumSource
  void aSynInTheWindowIsChallenged(State state) {
    bring(state);
    h.inject(syn().sequence(state.theirs + 10));
    if (state == State.TIME_WAIT) {
      // RFC 9293 3.6.1 (MAY-2), RFC 6191: above all numbers seen, it opens anew.
      h.expect(synAck());
      return;
    }
    h.expect(ack(state.theirs).sequence(state.ours));
    h.expectNothing();
    alive(state);
  }

  @ParameterizedTest
  @EnumSource
  void aSynOutsideTheWindowIsChallenged(State state) {
    bring(state);
    h.inject(syn().sequence(-100_000));
    h.expect(ack(state.theirs).sequence(state.ours));
    h.expectNothing();
    alive(state);
  }

  @ParameterizedTest
  @EnumSource
  void anAckOfWhatWasNeverSentIsAnsweredAndChangesNothing(State state) {
    bring(state);
    h.inject(ack(state.ours + 1));
    if (state == State.SYN_RECEIVED) {
      h.expect(segment(TcpSegment.RST).sequence(state.ours + 1)); // RFC 9293 3.10.7.4, fifth
    } else {
      h.expect(ack(state.theirs).sequence(state.ours));
    }
    h.expectNothing();
    alive(state);
  }

  @ParameterizedTest
  @EnumSource
  void dataFromBeforeTheWindowIsAcknowledgedAgain(State state) {
    bring(state);
    h.inject(data(-500, 100));
    h.expect(ack(state.theirs).sequence(state.ours));
    h.expectNothing();
    alive(state);
  }

  @ParameterizedTest
  @EnumSource
  void aSegmentWithoutAckIsDropped(State state) {
    bring(state);
    h.inject(segment(0).sequence(state.theirs));
    h.inject(segment(TcpSegment.PSH | TcpSegment.URG).sequence(state.theirs));
    h.expectNothing();
    alive(state);
  }

  @ParameterizedTest
  @EnumSource
  void synAndFinTogetherAreRefused(State state) {
    bring(state);
    h.inject(segment(0xFF).sequence(state.theirs));
    h.inject(segment(TcpSegment.SYN | TcpSegment.FIN).sequence(state.theirs));
    h.expectNothing();
    alive(state);
  }

  @ParameterizedTest
  @EnumSource
  void abortSendsAResetWhereThePeerMightStillCare(State state) {
    bring(state);
    if (state == State.SYN_RECEIVED) {
      h.listener.close();
      h.poll();
    } else {
      h.abort();
    }
    List<SeenFrame> sent = h.takeSent();
    assertEquals(state == State.TIME_WAIT ? 0 : 1, sent.size());
    if (state != State.TIME_WAIT) {
      assertEquals(TcpSegment.RST, sent.get(0).flags() & TcpSegment.RST);
      assertEquals(0, h.host.tcp.connections());
    }
  }

  @Test
  void aResetMayCarryData() {
    // RFC 9293 3.5.3 (SHLD-2): text that says why, as some send.
    bring(State.ESTABLISHED);
    h.inject(rst(0).carrying(0, 40));
    h.expectNothing();
    h.expectStatus(Status.RESET);
  }
}
