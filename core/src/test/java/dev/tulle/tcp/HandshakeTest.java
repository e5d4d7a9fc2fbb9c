// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Status;
import dev.tulle.wire.TcpHeader;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {
  private static final int SYN = TcpHeader.SYN;
  private static final int ACK = TcpHeader.ACK;
  private static final int RST = TcpHeader.RST;

  private final Bench b = new Bench();
  private final Handshake handshake = new Handshake(Bench.NO_OPTIONS, new KeyedHash(1, 2));

  private int initial(Handshake by, int remote, int localPort, int remotePort, long nowNs) {
    b.path.local = 0x0A09_0002;
    b.path.remote = remote;
    b.c.localPort = (char) localPort;
    b.c.remotePort = (char) remotePort;
    by.open(b.c, nowNs);
    return b.c.sender.iss;
  }

  // Initial sequence numbers. RFC 6528 3, RFC 9293 3.4.1.

  @Test
  void forOneTupleTheNumberFollowsTheClock() {
    int first = initial(handshake, 7, 80, 5000, 0);
    assertEquals(first, initial(handshake, 7, 80, 5000, 4095));
    assertEquals(first + 1, initial(handshake, 7, 80, 5000, 4096));
    assertEquals(first + 244_140, initial(handshake, 7, 80, 5000, 1_000_000_000L));
    assertEquals(first - 1, initial(handshake, 7, 80, 5000, (1L << 44) - 1), "4.9 hours: it wraps");
  }

  @Test
  void eachPartOfTheTupleAndTheKeyChangeIt() {
    int first = initial(handshake, 7, 80, 5000, 0);
    assertNotEquals(first, initial(handshake, 8, 80, 5000, 0));
    assertNotEquals(first, initial(handshake, 7, 81, 5000, 0));
    assertNotEquals(first, initial(handshake, 7, 80, 5001, 0));
    assertNotEquals(first, initial(handshake, 7, 5000, 80, 0));
    Handshake restarted = new Handshake(Bench.NO_OPTIONS, new KeyedHash(3, 4));
    assertNotEquals(first, initial(restarted, 7, 80, 5000, 0));
  }

  @Test
  void betweenTuplesThereIsNoPattern() {
    int count = 10_000;
    int[] ones = new int[32];
    Set<Integer> steps = new HashSet<>();
    Set<Integer> numbers = new HashSet<>();
    int before = 0;
    for (int i = 0; i < count; i++) {
      int iss = initial(handshake, 7, 80, 1024 + i, 0);
      numbers.add(iss);
      steps.add(iss - before);
      for (int bit = 0; bit < 32; bit++) {
        ones[bit] += (iss ^ before) >>> bit & 1;
      }
      before = iss;
    }
    assertTrue(numbers.size() > count - 5, "a few may meet by chance");
    assertTrue(steps.size() > count - 5, "no difference is preferred");
    for (int flips : ones) {
      // A fair coin strays less than 250 (5 standard deviations) from one half.
      assertTrue(Math.abs(flips - count / 2) < 250, "a bit that follows the port");
    }
  }

  // SYN-SENT. RFC 9293 3.10.7.3.

  private void syn(int iss) {
    handshake.open(b.c, b.nowNs);
    b.c.sender.start(iss);
    b.c.loss.start(iss);
    b.send();
    assertEquals("S 0+0", b.all());
  }

  private void arrives(int seq, int ack, int flags) {
    handshake.arrives(b.c, Segments.flagged(seq, ack, flags), b.output, b.nowNs);
    b.send();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 0x7FFF_FFFF, 0xFFFF_FFFF})
  void anAckOfAnythingButOurSynIsReset(int iss) {
    syn(iss);
    int[] acks = {iss, iss + 2, iss - 1, iss + 0x7000_0000, iss + 0x9000_0000};
    for (int ack : acks) {
      arrives(70, ack, SYN | ACK);
      assertEquals("R " + (ack - iss) + "+0", b.all());
      arrives(70, ack, ACK);
      assertEquals("R " + (ack - iss) + "+0", b.all());
      arrives(70, ack, SYN | ACK | RST);
      arrives(70, ack, ACK | RST);
      assertEquals("", b.all(), "never for a reset");
      assertEquals(State.SYN_SENT, b.c.state);
      assertEquals(iss, b.c.sender.sndUna);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 0x7FFF_FFFF, 0xFFFF_FFFF})
  void onlyAResetThatAcknowledgesOurSynRefuses(int iss) {
    syn(iss);
    arrives(0, 0, RST);
    arrives(0, iss + 1, RST);
    arrives(0, 0, RST | SYN);
    arrives(0, 0, 0);
    arrives(0, 0, TcpHeader.FIN);
    arrives(0, iss + 1, ACK);
    assertEquals(State.SYN_SENT, b.c.state);
    assertEquals("", b.all());
    arrives(0, iss + 1, RST | ACK);
    assertEquals(State.CLOSED, b.c.state);
    assertEquals(Status.REFUSED, b.c.error);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 0x7FFF_FFFF, 0xFFFF_FFFF})
  void aSynAckEstablishes(int iss) {
    syn(iss);
    b.nowNs += 50_000_000;
    arrives(0xFFFF_FFFF, iss + 1, SYN | ACK);
    assertEquals(State.ESTABLISHED, b.c.state);
    assertEquals("A 1+0", b.all());
    assertEquals(0, b.c.receiver.rcvNxt);
    assertEquals(50_000, b.c.rtt.smoothedUs());
    assertEquals(RetransmitTimer.OFF, b.c.timer.kind);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 0x7FFF_FFFF, 0xFFFF_FFFF})
  void aSynAloneOpensSimultaneously(int iss) {
    syn(iss);
    arrives(0x7FFF_FFFF, 0, SYN);
    assertEquals(State.SYN_RECEIVED, b.c.state);
    assertEquals("SA 0+0", b.all());
    assertTrue(b.c.active, "we opened it all the same");
    Segment synAck = Segments.flagged(0x7FFF_FFFF, iss + 1, SYN | ACK);
    b.arrives(synAck);
    assertEquals(State.ESTABLISHED, b.c.state);
    assertEquals(0x8000_0000, b.c.receiver.rcvNxt);
  }

  // SYN-RECEIVED.

  @ParameterizedTest
  @ValueSource(ints = {0, 0x7FFF_FFFF, 0xFFFF_FFFF})
  void onlyAnAckOfOurSynAckEstablishes(int iss) {
    b.c.path.open(new dev.tulle.ip.Endpoint(7, 0));
    answer(Segments.flagged(0xFFFF_FFFF, 0, SYN));
    b.c.sender.start(iss);
    b.send();
    assertEquals("SA 0+0", b.all());
    for (int ack : new int[] {iss, iss + 2, iss - 1}) {
      b.arrives(Segments.bare(0, ack, 0xFFFF));
      assertEquals("R " + (ack - iss) + "+0", b.all());
      assertEquals(State.SYN_RECEIVED, b.c.state);
    }
    // A half-open connection survives what lies outside its window: the number comes first.
    b.arrives(Segments.flagged(0x7000_0000, 0, RST));
    b.arrives(Segments.flagged(0x7000_0000, 0, SYN));
    assertEquals(State.SYN_RECEIVED, b.c.state);
    b.arrives(Segments.bare(0, iss + 1, 0xFFFF));
    assertEquals(State.ESTABLISHED, b.c.state);
  }

  @Test
  void dataOnASynIsLeftForThePeerToSendAgain() {
    Segment syn = Segments.data(10, 100);
    syn.flags = SYN;
    answer(syn);
    assertEquals(11, b.c.receiver.rcvNxt);
    assertEquals(0, b.c.receiver.ring.length());
  }

  /** As for a listener, which is left out again afterwards. */
  private void answer(Segment syn) {
    b.c.listener = new Listener(null, 80, 1);
    handshake.answer(b.c, syn, b.nowNs);
    b.c.listener = null;
  }
}
