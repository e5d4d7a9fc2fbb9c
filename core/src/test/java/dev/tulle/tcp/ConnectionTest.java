// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.wire.TcpHeader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What single segments and deadlines do to a connection; whole stories are told elsewhere. */
class ConnectionTest {
  // Closed windows and FIN. RFC 9293 3.8.6.1.

  @ParameterizedTest
  @ValueSource(ints = {0, 0x7FFF_FFFE, 0xFFFF_FFFD})
  void aFinThatFindsTheWindowClosedIsTheProbe(int iss) {
    Bench b = Bench.established(iss, 0);
    b.c.shutdown();
    b.send();
    assertEquals("", b.all());
    assertEquals(RetransmitTimer.PERSIST, b.c.timer.kind);
    long wait = b.c.deadlineNs() - b.nowNs;
    for (int i = 0; i < 20; i++) {
      b.expire();
      assertEquals("FA 1+0", b.all());
      assertEquals(State.FIN_WAIT_1, b.c.state);
      wait = Math.min(2 * wait, 60_000_000_000L);
      assertEquals(wait, b.c.deadlineNs() - b.nowNs);
      b.ack(iss + 1, 0); // the peer is there and has no room
    }
    b.ack(iss + 1, 500);
    b.send();
    assertEquals("FA 1+0", b.all(), "at once when the window opens");
    b.ack(iss + 2, 500);
    assertEquals(State.FIN_WAIT_2, b.c.state);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 0x7FFF_FFFE, 0xFFFF_FFFD})
  void aFinThatTheClosedWindowTookIsDone(int iss) {
    Bench b = Bench.established(iss, 0);
    b.c.shutdown();
    b.send();
    b.expire();
    b.ack(iss + 2, 0);
    assertEquals(State.FIN_WAIT_2, b.c.state);
    assertEquals(RetransmitTimer.OFF, b.c.timer.kind);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 0x7FFF_FFFE, 0xFFFF_FFFD})
  void aFinWaitsBehindDataThatFillsTheWindow(int iss) {
    Bench b = Bench.established(iss, 700);
    b.write(700);
    b.c.shutdown();
    b.send();
    assertEquals("PA 1+700", b.all());
    b.ack(iss + 701, 0);
    b.send();
    assertEquals("", b.all());
    b.expire();
    assertEquals("FA 701+0", b.all());
    b.ack(iss + 702, 0);
    assertEquals(State.FIN_WAIT_2, b.c.state);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 0x7FFF_FFFE, 0xFFFF_FFFD})
  void dataThatFindsTheWindowClosedIsProbedByOneOctet(int iss) {
    Bench b = Bench.established(iss, 0);
    b.write(3000);
    b.c.shutdown();
    b.send();
    assertEquals("", b.all());
    b.expire();
    b.ack(iss + 1, 0);
    b.expire();
    assertEquals("A 1+1, A 1+1", b.all());
    b.ack(iss + 2, 0); // the second was taken
    b.send();
    assertEquals("", b.all());
    b.expire();
    assertEquals("A 2+1", b.all());
    b.ack(iss + 2, 5000);
    b.send();
    assertEquals("A 2+1000, A 1002+1000, FPA 2002+999", b.all());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 0x7FFF_FFFE, 0xFFFF_FFFD})
  void answersToProbesAreNoDuplicates(int iss) {
    Bench b = Bench.established(iss, 0);
    b.write(10);
    b.send();
    for (int i = 0; i < 6; i++) {
      b.expire();
      b.ack(iss + 1, 0);
    }
    assertFalse(b.c.loss.recovering());
    assertEquals(0, b.counters.value(Counter.TCP_FAST_RETRANSMIT));
  }

  // Acceptable ACKs. RFC 9293 3.10.7.4, RFC 5961 5.2.

  @ParameterizedTest
  @ValueSource(ints = {0, 0x7FFF_FFFE, 0xFFFF_FFFD})
  void anAckCountsFromOneWindowBackToWhatWasSent(int iss) {
    int[] acks = {iss + 1 - 3000, iss, iss + 1, iss + 2001};
    for (int ack : acks) {
      Bench b = Bench.established(iss, 3000);
      b.write(2000);
      b.send();
      b.c.receiver.acknowledgedNow();
      b.ack(ack, 3000);
      assertEquals(0, b.counters.value(Counter.TCP_BADACK), "ACK " + (ack - iss));
      assertEquals(0, b.c.receiver.acksDue);
    }
    int[] wrong = {iss + 1 - 3001, iss + 2002, iss + 0x7000_0000, iss + 0x9000_0000};
    for (int ack : wrong) {
      Bench b = Bench.established(iss, 3000);
      b.write(2500);
      b.c.sender.corked = true; // the last 500 are written and not sent
      b.send();
      assertEquals("A 1+1000, A 1001+1000", b.all());
      Segment s = Segments.data(b.c.receiver.rcvNxt, 5);
      s.ack = ack;
      b.arrives(s);
      assertEquals(1, b.counters.value(Counter.TCP_BADACK), "ACK " + (ack - iss));
      assertEquals(1, b.c.receiver.acksDue, "challenged");
      assertEquals(0, b.c.receiver.ring.length(), "its data is forged too");
      assertEquals(2500, b.c.sender.ring.length());
      assertEquals(iss + 1, b.c.sender.sndUna);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 0x7FFF_FFFE, 0xFFFF_FFFD})
  void anOldAckTellsNothingAboutTheWindow(int iss) {
    Bench b = Bench.established(iss, 3000);
    b.write(2000);
    b.send();
    b.ack(iss + 2001, 3000);
    Segment old = Segments.bare(b.c.receiver.rcvNxt + 5, iss + 1001, 17);
    b.arrives(old);
    assertEquals(3000, b.c.sender.sndWnd, "only if SND.UNA =< SEG.ACK");
  }

  // Duplicate ACKs. RFC 5681 2.

  @ParameterizedTest
  @ValueSource(ints = {0, 0x7FFF_FFFE, 0xFFFF_FFFD})
  void onlyBareAcksOfTheSameNumberAndWindowAreDuplicates(int iss) {
    Bench b = Bench.established(iss, 9000);
    for (int i = 0; i < 5; i++) {
      b.ack(iss + 1, 9000); // nothing is outstanding
    }
    b.write(4000);
    b.send();
    b.all();
    for (int i = 0; i < 5; i++) {
      Segment data = Segments.data(b.c.receiver.rcvNxt, 3);
      data.ack = iss + 1;
      data.window = 9000;
      b.arrives(data);
      b.ack(iss + 1, 8000 + i); // a window that is news
      b.ack(iss + 1, 9000);
    }
    b.ack(iss, 9000); // older
    assertFalse(b.c.loss.recovering());
    b.ack(iss + 1, 9000);
    b.ack(iss + 1, 9000);
    assertFalse(b.c.loss.recovering());
    b.ack(iss + 1, 9000);
    assertTrue(b.c.loss.recovering());
    b.send();
    assertEquals("A 1+1000", b.next());
  }

  // ICMP. RFC 5927.

  @ParameterizedTest
  @ValueSource(ints = {0, 0x7FFF_FFFE, 0xFFFF_FFFD})
  void icmpCountsOnlyForWhatIsInFlightAndEndsNoEstablishedConnection(int iss) {
    Bench b = Bench.established(iss, 3000);
    b.write(2000);
    b.send();
    b.c.unreachable(iss, Status.REFUSED, true);
    b.c.unreachable(iss + 2001, Status.REFUSED, true);
    assertEquals(2, b.counters.value(Counter.TCP_ICMP_IGNORED));
    b.c.unreachable(iss + 1, Status.REFUSED, true);
    b.c.unreachable(iss + 2000, Status.REFUSED, false);
    assertEquals(2, b.counters.value(Counter.TCP_ICMP_SOFT));
    assertEquals(State.ESTABLISHED, b.c.state);

    Bench opening = new Bench();
    opening.c.state = State.SYN_SENT;
    opening.c.sender.start(iss);
    opening.c.synDue = true;
    opening.send();
    opening.c.unreachable(iss, Status.REFUSED, false);
    assertEquals(State.SYN_SENT, opening.c.state);
    opening.c.unreachable(iss + 1, Status.REFUSED, true);
    assertEquals(State.SYN_SENT, opening.c.state);
    opening.c.unreachable(iss, Status.REFUSED, true);
    assertEquals(State.CLOSED, opening.c.state);
    assertEquals(Status.REFUSED, opening.c.error);
  }

  // Challenges. RFC 5961 7.

  @ParameterizedTest
  @ValueSource(ints = {0, 0x7FFF_FFFE, 0xFFFF_FFFD})
  void challengesAreLimitedForEachConnectionAlone(int iss) {
    Bench b = Bench.established(iss, 3000);
    Bench other = Bench.established(iss, 3000);
    int rst = b.c.receiver.rcvNxt + 1;
    for (int i = 0; i < 1000; i++) {
      b.arrives(Segments.flagged(rst, 0, TcpHeader.RST));
      b.send();
    }
    assertEquals(10, b.path.sent.size());
    assertEquals(990, b.counters.value(Counter.TCP_CHALLENGE_LIMIT));
    other.arrives(Segments.flagged(rst, 0, TcpHeader.RST));
    other.send();
    assertEquals(1, other.path.sent.size());
    b.all();
    b.nowNs += 1_000_000_000L;
    b.arrives(Segments.flagged(rst, 0, TcpHeader.RST));
    b.send();
    assertEquals("A 1+0", b.all());
    assertEquals(State.ESTABLISHED, b.c.state);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 0x7FFF_FFFE, 0xFFFF_FFFD})
  void anEmptyPoolDefersAndLosesNothing(int iss) {
    Bench b = Bench.established(iss, 3000);
    Packet[] taken = new Packet[4];
    for (int i = 0; i < 4; i++) {
      taken[i] = b.pool.take();
    }
    b.c.receiver.acknowledgeNow();
    b.send();
    assertTrue(b.c.deadlineNs() - b.nowNs < 500_000_000, "the ACK alone will try again");
    b.write(1000);
    b.c.shutdown();
    b.send();
    for (Packet packet : taken) {
      b.pool.release(packet);
    }
    assertEquals("", b.all());
    b.expire();
    assertEquals("FPA 1+1000", b.all());
    assertEquals(0, b.c.receiver.acksDue);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 0x7FFF_FFFE, 0xFFFF_FFFD, 0xFFFF_F000})
  void aTailLossProbeThatIsSmallerThanTheTailDoesNotEndTheStream(int iss) {
    Bench b = Bench.established(iss, 3000, new Rack(16));
    b.write(2000);
    b.c.shutdown();
    b.send();
    assertEquals("A 1+1000, FPA 1001+1000", b.all());
    b.c.sender.mss = 500; // the path turned out to be narrow meanwhile
    b.expire();
    assertEquals(1, b.counters.value(Counter.TCP_LOSS_PROBE));
    assertEquals("A 1001+500", b.all());
  }
}
