// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.stack.Counter;
import dev.tulle.stack.KeyedHash;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.TcpHeader;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {
  private static final long MS = 1_000_000;
  private static final long DAY = 24L * 3600 * 1000 * MS;

  private Bench b;
  private Timestamps option;

  private void established(int recent) {
    b = Bench.established(0, 10_000);
    option = new Timestamps(new KeyedHash(1, 2), b.counters);
    b.c.stamped = true;
    b.c.recentStamp = recent;
    b.c.recentStampNs = b.nowNs;
  }

  private static Segment stamped(Segment s, int stamp) {
    s.stamped = true;
    s.stamp = stamp;
    s.echoNs = -1;
    return s;
  }

  /** The next segment in order, with a good ACK. */
  private Segment next(int stamp) {
    return stamped(Segments.bare(b.c.receiver.rcvNxt, b.c.sender.sndUna, 10_000), stamp);
  }

  private boolean accepts(Segment s) {
    return option.accepts(b.c, s, b.nowNs);
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 0x7FFF_FFFF, 0xFFFF_FFFF})
  void newerStampsAreRememberedAndOlderOnesRefused(int recent) {
    established(recent);
    assertTrue(accepts(next(recent)));
    assertTrue(accepts(next(recent + 5)));
    assertEquals(recent + 5, b.c.recentStamp);
    assertFalse(accepts(next(recent + 4)));
    assertEquals(1, b.counters.value(Counter.TCP_PAWS));
    assertEquals(1, b.c.receiver.acksDue, "RFC 7323 5.3 R1: answered");
    assertEquals(recent + 5, b.c.recentStamp);
    Segment reset = next(recent);
    reset.flags = TcpHeader.RST;
    assertTrue(accepts(reset), "a reset is judged by its number alone");
  }

  @Test
  void aResetIsNeitherRefusedForItsStampNorLearntFrom() {
    // RFC 7323 5.2 (MUST NOT): TIME-WAIT outlives a reset, so what it says must not stay.
    established(100);
    Segment reset = next(0x7000_0000);
    reset.flags = TcpHeader.RST | TcpHeader.ACK;
    assertTrue(accepts(reset));
    assertEquals(100, b.c.recentStamp);
    reset.stamp = 50;
    assertTrue(accepts(reset));
  }

  @Test
  void aStampFromBeforeALongSilenceIsOutdated() {
    established(1000);
    b.nowNs += 25 * DAY;
    assertTrue(accepts(next(5)));
    assertEquals(5, b.c.recentStamp);
  }

  @Test
  void aForgedSegmentDoesNotMoveTheRecentStamp() {
    int huge = 0x7000_0000;
    established(100);
    Segment beyond = next(huge);
    beyond.seq = b.c.receiver.rcvNxt + 1; // in the window, but not the one after our last ACK
    assertTrue(accepts(beyond));
    Segment outside = next(huge);
    outside.seq = b.c.receiver.rcvNxt - 1;
    assertTrue(accepts(outside));
    Segment badAck = next(huge);
    badAck.ack = b.c.sender.sndNxt + 1;
    assertTrue(accepts(badAck));
    badAck.ack = b.c.sender.sndUna - b.c.sender.maxWindow - 1;
    assertTrue(accepts(badAck));
    Segment noAck = next(huge);
    noAck.flags = 0;
    assertTrue(accepts(noAck));
    assertEquals(100, b.c.recentStamp);
    assertTrue(accepts(next(101)));
    assertEquals(101, b.c.recentStamp);
  }

  @Test
  void dataThatComesOnceMoreBecauseItsAckWasLostMovesTheRecentStamp() {
    established(100);
    b.c.receiver.irs = b.c.receiver.rcvNxt - 3000;
    Segment copy = next(900);
    copy.length = 1000;
    copy.seq = b.c.receiver.rcvNxt - 1000;
    assertTrue(accepts(copy));
    assertEquals(900, b.c.recentStamp, "RFC 7323 appendix H");
    copy.stamp = 901;
    copy.seq = b.c.receiver.irs;
    assertTrue(accepts(copy));
    assertEquals(900, b.c.recentStamp, "nothing came before the SYN");
    copy.seq = b.c.receiver.rcvNxt - b.c.receiver.ring.capacity() - 1;
    assertTrue(accepts(copy));
    assertEquals(900, b.c.recentStamp, "nobody has that in flight");
  }

  @Test
  void aSynThatComesOnceMoreMovesTheRecentStamp() {
    established(100);
    Segment syn = next(150);
    syn.flags = TcpHeader.SYN;
    syn.seq = b.c.receiver.irs;
    assertTrue(accepts(syn));
    assertEquals(150, b.c.recentStamp);
    syn.stamp = 140;
    assertTrue(accepts(syn));
    syn.stamp = 160;
    syn.seq++;
    assertTrue(accepts(syn));
    assertEquals(150, b.c.recentStamp, "older, or another's");
  }

  @Test
  void onceAgreedASegmentWithoutIsDroppedUnlessItResets() {
    established(100);
    Segment bare = next(0);
    bare.stamped = false;
    assertFalse(accepts(bare));
    assertEquals(1, b.counters.value(Counter.TCP_UNSTAMPED));
    bare.flags |= TcpHeader.RST;
    assertTrue(accepts(bare));
    b.c.stamped = false;
    bare.flags = TcpHeader.ACK;
    assertTrue(accepts(bare), "not agreed");
    assertTrue(accepts(next(1)), "nor used where it comes all the same");
  }

  @Test
  void theEchoTellsWhenWeSentWhatIsAnswered() {
    established(100);
    byte[] sent = new byte[12];
    assertEquals(12, option.write(sent, 0, 40, b.c, 0, b.nowNs));
    long sentNs = b.nowNs;
    b.nowNs += 70 * MS;
    Segment s = next(101);
    s.echo = Bytes.i32(sent, 4);
    assertTrue(accepts(s));
    assertEquals(sentNs, s.echoNs, MS);
    s = next(101);
    s.echo = Bytes.i32(sent, 4) + 71; // what we have not yet sent
    assertTrue(accepts(s));
    assertEquals(-1, s.echoNs);
    s = next(101);
    s.echo = 0;
    assertTrue(accepts(s));
    assertEquals(-1, s.echoNs);
  }

  @Test
  void everySegmentCarriesTheOptionOnceAgreed() {
    established(0x0102_0304);
    byte[] out = new byte[14];
    Arrays.fill(out, (byte) 9);
    assertEquals(13, option.write(out, 1, 40, b.c, 1000, b.nowNs));
    assertArrayEquals(new byte[] {9, 1, 1, 8, 10}, Arrays.copyOf(out, 5));
    assertArrayEquals(new byte[] {1, 2, 3, 4, 9}, Arrays.copyOfRange(out, 9, 14));
    b.c.stamped = false;
    assertEquals(1, option.write(out, 1, 40, b.c, 1000, b.nowNs));
    assertEquals(1, option.writeSyn(out, 1, b.c, true, b.nowNs), "not offered, not answered");
  }

  @Test
  void theOptionTakesItsRoomFromTheFullSegment() {
    established(0);
    b.c.stamped = false;
    int mss = b.c.sender.mss;
    Segment syn = Segments.data(0, 0);
    option.agree(b.c, syn, b.nowNs);
    assertFalse(b.c.stamped);
    assertEquals(mss, b.c.sender.mss);
    option.agree(b.c, stamped(syn, 77), b.nowNs);
    assertTrue(b.c.stamped);
    assertEquals(mss - 12, b.c.sender.mss);
    assertEquals(77, b.c.recentStamp);
  }

  @Test
  void eachPairOfEndpointsHasAnOffsetOfItsOwn() {
    established(0);
    byte[] a = new byte[40];
    byte[] z = new byte[40];
    b.c.remotePort = 1;
    option.writeSyn(a, 20, b.c, false, b.nowNs);
    b.c.remotePort = 2;
    option.writeSyn(z, 20, b.c, false, b.nowNs);
    assertFalse(Bytes.i32(a, 24) == Bytes.i32(z, 24));
    assertEquals(0, Bytes.i32(a, 28), "RFC 7323 3.2: no echo in a SYN");
    option.writeSyn(z, 20, b.c, false, b.nowNs + 5 * MS);
    b.c.remotePort = 1;
    option.writeSyn(z, 20, b.c, false, b.nowNs + 5 * MS);
    assertEquals(Bytes.i32(a, 24) + 5, Bytes.i32(z, 24), "the clock ticks in milliseconds");
  }
}
