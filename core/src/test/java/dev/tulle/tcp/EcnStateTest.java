// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Counter;
import dev.tulle.wire.TcpHeader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Explicit congestion notification beside NewReno and Reno, at numbers that wrap. RFC 3168. */
class EcnStateTest {
  private static final int ACK = TcpHeader.ACK;
  private static final int SYN = TcpHeader.SYN;
  private static final int ECE = TcpHeader.ECE;
  private static final int CWR = TcpHeader.CWR;

  private final Packet packet = new Packet(1500);

  /** A connection that agreed, with ten segments of 1,000 octets in flight. */
  private static Bench agreed(int iss) {
    Bench b = Bench.established(iss, 65_000);
    b.c.ecn = new EcnState(false);
    b.c.ecn.agree(b.c, Segments.flagged(Bench.IRS, 0, SYN | ECE | CWR));
    b.write(4000);
    b.send();
    b.all();
    return b;
  }

  private static void echo(Bench b, int ack) {
    Segment s = Segments.flagged(b.c.receiver.rcvNxt, ack, ACK | ECE);
    s.window = 65_000;
    b.arrives(s);
  }

  private int mark(Bench b, int flags, int seq, int length) {
    packet.clear(0);
    return b.c.ecn.mark(b.c, packet, flags, seq, length);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 0x7FFF_FFFE, 0xFFFF_FFFD, 0xFFFF_F000})
  void anEchoReducesOnceUntilNewDataIsAcknowledged(int iss) {
    Bench b = agreed(iss);
    int before = b.c.congestion.window();
    echo(b, iss + 1001);
    int reduced = b.c.congestion.window();
    assertTrue(reduced < before);
    assertTrue(b.c.ecn.reducing);
    echo(b, iss + 2001);
    echo(b, iss + 4001);
    assertEquals(reduced, b.c.congestion.window());
    b.write(1000);
    b.send();
    assertEquals("PA 4001+1000", b.all(), "nothing is sent again");
    b.ack(iss + 5001, 65_000);
    assertFalse(b.c.ecn.reducing);
    b.write(1000);
    b.send();
    echo(b, iss + 6001);
    assertEquals(2, b.counters.value(Counter.TCP_ECN_REDUCED));
    assertEquals(0, b.counters.value(Counter.TCP_RETRANSMITTED));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 0x7FFF_FFFE, 0xFFFF_FFFD})
  void theReductionIsToldWithTheNextNewDataAndOnce(int iss) {
    Bench b = agreed(iss);
    echo(b, iss + 1001);
    int next = b.c.sender.sndNxt;
    assertEquals(ACK, mark(b, ACK, next, 0), "not by a pure ACK");
    assertEquals(0, packet.trafficClass);
    assertEquals(ACK, mark(b, ACK, next - 1000, 1000), "nor by what is sent again");
    assertEquals(0, packet.trafficClass);
    b.c.probeDue = true;
    assertEquals(ACK, mark(b, ACK, next, 1), "nor by a probe");
    assertEquals(0, packet.trafficClass);
    b.c.probeDue = false;
    assertEquals(ACK | CWR, mark(b, ACK, next, 1000));
    assertEquals(2, packet.trafficClass);
    assertEquals(ACK, mark(b, ACK, next, 1000));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 0x7FFF_FFFE, 0xFFFF_FFFD})
  void aTimeoutEndsTheReductionAndIsTold(int iss) {
    Bench b = agreed(iss);
    echo(b, iss + 1001);
    b.expire(); // sends again
    assertFalse(b.c.ecn.reducing);
    assertEquals(1000, b.c.congestion.window());
    assertEquals(ACK | CWR, mark(b, ACK, b.c.sender.sndNxt, 1000));
    echo(b, iss + 4001);
    assertEquals(1, b.counters.value(Counter.TCP_ECN_REDUCED), "the window shrank already");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 0x7FFF_FFFE, 0xFFFF_FFFD})
  void aLossReducesNoFurtherWhatAnEchoHasReduced(int iss) {
    Bench b = agreed(iss);
    echo(b, iss + 1001);
    int reduced = b.c.congestion.window();
    for (int i = 0; i < 3; i++) {
      b.ack(iss + 1001, 65_000);
    }
    assertEquals(1, b.counters.value(Counter.TCP_FAST_RETRANSMIT));
    assertEquals(reduced, b.c.congestion.window());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 0x7FFF_FFFE, 0xFFFF_FFFD})
  void nothingIsEchoedBeforeDataWasAcknowledged(int iss) {
    Bench b = agreed(iss);
    echo(b, iss + 1);
    assertFalse(b.c.ecn.reducing);
    echo(b, iss + 1001);
    assertTrue(b.c.ecn.reducing);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, ECE, CWR})
  void halfAQuestionIsNone(int flags) {
    Bench b = Bench.established(0, 65_000);
    b.c.ecn = new EcnState(true);
    b.c.ecn.agree(b.c, Segments.flagged(Bench.IRS, 0, SYN | flags));
    assertEquals(SYN | ACK, mark(b, SYN | ACK, 0, 0));
    assertEquals(ACK, mark(b, ACK, b.c.sender.sndNxt, 100));
    assertEquals(0, packet.trafficClass);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void aSynAckAgreesWithOneFlagAlone(int which) {
    Bench b = Bench.established(0, 65_000);
    b.c.ecn = new EcnState(true);
    b.c.active = true;
    b.c.sender.sndNxt = b.c.sender.iss;
    assertEquals(SYN | ECE | CWR, mark(b, SYN, 0, 0));
    b.c.sender.sndNxt++;
    int flags = which << 6;
    b.c.ecn.agree(b.c, Segments.flagged(Bench.IRS, 1, SYN | ACK | flags));
    mark(b, ACK, b.c.sender.sndNxt, 100);
    assertEquals(flags == ECE ? 2 : 0, packet.trafficClass);
    assertEquals(SYN, mark(b, SYN, 0, 0), "a second SYN does not ask");
  }
}
