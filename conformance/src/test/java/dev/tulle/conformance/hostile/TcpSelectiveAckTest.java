// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.testkit.Segment.ack;
import static dev.tulle.testkit.Segment.data;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.tcp.TcpInfo;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Selective acknowledgements that lie: rows TCP-05, TCP-16, TCP-40 and TCP-41. */
class TcpSelectiveAckTest extends HostileSequence {
  private static final int MSS = 1460;

  private TcpInfo info() {
    TcpInfo info = new TcpInfo();
    h.socket.info(info);
    return info;
  }

  @Test
  void tcp05_aBlockThatCannotBeIsIgnoredAndTheOthersCount() {
    selective(MSS);
    h.write(10 * MSS);
    h.takeSent();
    h.inject(sack(0, 2 * MSS, 2 * MSS, 3 * MSS, 2 * MSS)); // empty, reversed
    h.inject(sack(0, -5000, -4000, 0, -1)); // before SND.UNA, more than half of all numbers
    h.inject(sack(0, 9 * MSS, 1 << 20, 1 << 20, 1 << 21)); // beyond SND.NXT
    h.inject(sack(0, 1 - (1L << 31), 1 << 20));
    assertEquals(0, info().sacked);
    h.inject(sack(0, 5 * MSS, 4 * MSS, 3 * MSS, 4 * MSS, 1 << 20, 1 << 21));
    assertEquals(1, info().sacked);
    assertEquals(10, info().unacked);
    h.takeSent();
    h.inject(ack(10 * MSS));
    assertEquals(0, info().unacked);
  }

  @Test
  void tcp16_blocksAcrossTheWrapNameTheSegmentsThatTheyCover() {
    selective(MSS);
    h.write(6 * MSS);
    h.takeSent();
    // With numbers that wrap inside the first segment this block is behind the wrap, and
    h.inject(sack(0, MSS, 4 * MSS));
    assertEquals(3, info().sacked);
    h.expect(data(0, MSS));
    h.inject(ack(4 * MSS));
    h.inject(ack(6 * MSS));
    h.takeSent();
    // what the host tells of the peer's octets begins before it.
    h.inject(data(20, 100));
    SeenFrame told = h.expectAck(0);
    byte[] block = told.tcpOption(5);
    assertEquals(iss + 1 + 20, Octets.i32(block, 0));
    assertEquals(iss + 1 + 120, Octets.i32(block, 4));
  }

  @Test
  void tcp40_smallestMssAndALargeQueue() {
    selective(48);
    h.write(60_000);
    for (int i = 0; i < 2000; i++) {
      int at = 88 * (2 * (i % 300) + 1);
      h.inject(sack(0, at, at + 88));
    }
    List<SeenFrame> sent = h.takeSent();
    for (SeenFrame f : sent) {
      int length = f.data().length;
      assertTrue(length == 0 || length >= 88, "a segment of " + length);
    }
    assertTrue(info().unacked <= 1024, info().unacked + " segments are remembered");
    assertEquals(60_000, h.socket.unacknowledged());
  }

  @Test
  void tcp41_selectiveAcknowledgementsThatChangeAllTheTime() {
    selective(MSS);
    h.write(60_000);
    h.takeSent();
    for (int i = 0; i < 5000; i++) {
      long left = i * 977 % 10_000;
      h.inject(
          sack(
              0,
              left,
              left + 500,
              left + 1000,
              left + 1500,
              left + 2000,
              left + 2500,
              left + 3000,
              left + 3500));
    }
    h.takeSent();
    assertEquals(60_000, h.socket.unacknowledged()); // nothing is let go before it is acknowledged
  }

  @Test
  void tcp41_aPeerThatTakesItsWordBackGetsEverythingAgain() {
    selective(MSS);
    h.write(5 * MSS);
    h.takeSent();
    h.inject(sack(0, MSS, 5 * MSS));
    h.expect(data(0, MSS));
    assertEquals(4, info().sacked);
    h.inject(ack(MSS)); // and of the others it knows nothing any more
    h.advanceMs(2000);
    assertEquals(0, info().sacked);
    long again = MSS;
    for (int i = 0; i < 20 && again < 5 * MSS; i++) {
      for (SeenFrame f : h.takeSent()) {
        long offset = f.sequence() - h.peer.hostIss() - 1;
        again = offset == again ? again + f.data().length : again;
      }
      h.inject(ack(again));
    }
    assertEquals(5 * MSS, again);
  }
}
