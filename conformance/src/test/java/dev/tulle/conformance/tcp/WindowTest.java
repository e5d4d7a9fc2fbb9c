// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.tcp;

import static dev.tulle.testkit.Segment.ack;
import static dev.tulle.testkit.Segment.data;
import static dev.tulle.testkit.Segment.fin;
import static dev.tulle.testkit.Segment.rst;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.stack.Status;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.TcpSegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Flow control on both sides. RFC 9293 3.8.6. */
class WindowTest extends TcpTest {
  private static final int BUFFER = 64 * 1024;

  /** Fills the receive buffer and answers how much the window took. */
  private long fill() {
    long offset = 0;
    int window = 65_535;
    while (window > 0) {
      int length = Math.min(1460, window);
      h.inject(data(offset, length));
      offset += length;
      List<SeenFrame> acks = h.takeSent();
      if (acks.isEmpty()) {
        window -= length;
      } else {
        window = acks.get(acks.size() - 1).window();
      }
    }
    return offset;
  }

  @Test
  void theWindowClosesAsDataArrivesAndOpensAsItIsRead() {
    established();
    long filled = fill();
    assertTrue(filled >= 65_000 && filled <= BUFFER, "took " + filled);
    h.advanceMs(1000);
    h.takeSent();
    h.inject(data(filled, 100)); // beyond the window: answered by where we are
    h.expect(ack(filled).window(0));
    h.expectRead(3000);
    SeenFrame update = h.expect(ack(filled));
    assertTrue(update.window() >= 1460 && update.window() <= 3100, "window " + update.window());
    h.inject(data(filled, 1460));
    h.expectRead((int) (filled + 1460 - 3000));
  }

  @Test
  void smallReadsDoNotOpenTheWindowByLittle() {
    // RFC 9293 3.8.6.2.2 (MUST-39).
    established();
    long filled = fill();
    h.advanceMs(1000);
    h.takeSent();
    for (int i = 0; i < 14; i++) {
      h.expectRead(100);
      h.expectNothing();
    }
    h.expectRead(100);
    SeenFrame update = h.expect(ack(filled));
    assertTrue(update.window() >= 1460, "window " + update.window());
  }

  @Test
  void theRightEdgeNeverMovesBack() {
    // RFC 9293 3.8.6 (SHLD-14).
    established();
    long edge = 0;
    long offset = 0;
    for (int i = 0; i < 400; i++) {
      int length = 1 + i * 37 % 1460;
      if (offset + length <= edge || edge == 0) {
        h.inject(data(offset, length));
        offset += length;
      }
      if (i % 3 == 0) {
        h.read(1 + i * 91 % 3000);
      }
      for (SeenFrame f : h.takeSent()) {
        long right = f.acknowledgment() - (ISS + 1) + f.window();
        assertTrue(right >= edge, "the edge moved from " + edge + " to " + right);
        edge = right;
      }
    }
  }

  @Test
  void whatGoesBeyondTheWindowIsCutOff() {
    established();
    long filled = fill();
    h.expectRead(4000);
    List<SeenFrame> updates = h.takeSent();
    int window = updates.get(updates.size() - 1).window();
    for (long offset = filled; offset < filled + window; offset += 1460) {
      h.inject(data(offset, 1460));
    }
    h.inject(data(filled + window - 10, 1000).fin()); // a FIN beyond the edge does not count
    assertEquals(filled - 4000 + window, h.socket.readable());
    h.expectRead((int) (filled - 4000 + window));
    h.expectReadStatus(Status.WOULD_BLOCK);
  }

  @Test
  void aClosedWindowIsProbedWithBackOff() {
    // RFC 9293 3.8.6.1 (MUST-36, SHLD-29, SHLD-30).
    established();
    h.inject(ack(0).window(0));
    h.write(1000);
    h.expectNothing();
    long[] gaps = new long[6];
    long lastNs = h.net.nowNs();
    for (int i = 0; i < gaps.length; i++) {
      SeenFrame probe = h.net.nextWithinNs(120_000_000_000L);
      assertEquals(1, probe.data().length);
      assertEquals(h.peer.hostIss() + 1, probe.sequence());
      gaps[i] = probe.timeNs() - lastNs;
      lastNs = probe.timeNs();
      h.inject(ack(0).window(0));
      if (i > 1) {
        assertTrue(gaps[i] > gaps[i - 1] * 3 / 2 || gaps[i] >= 59_000_000_000L, "no back-off");
      }
    }
    h.inject(ack(0).window(65_535));
    assertEquals(1000, octets(h.takeSent()));
  }

  private static int octets(List<SeenFrame> frames) {
    int octets = 0;
    for (SeenFrame f : frames) {
      octets += f.data().length;
    }
    return octets;
  }

  @Test
  void aClosedWindowKeepsTheConnectionAsLongAsProbesAreAnswered() {
    // RFC 9293 3.8.6.1 (MUST-37).
    established();
    h.inject(ack(0).window(0));
    h.write(1000);
    for (int i = 0; i < 100; i++) {
      SeenFrame probe = h.net.nextWithinNs(120_000_000_000L);
      assertTrue(probe != null && probe.data().length == 1);
      h.inject(ack(0).window(0));
      h.expectStatus(Status.OK);
    }
    h.inject(ack(0).window(65_535));
    assertEquals(1000, octets(h.takeSent()));
  }

  @Test
  void aClosedWindowWhosePeerIsGoneIsGivenUp() {
    established();
    h.inject(ack(0).window(0));
    h.write(1000);
    h.advanceMs(3_600_000);
    h.expectStatus(Status.TIMED_OUT);
  }

  @Test
  void aProbeThatThePeerTakesCounts() {
    established();
    h.inject(ack(0).window(0));
    h.write(1000);
    SeenFrame probe = h.net.nextWithinNs(10_000_000_000L);
    assertEquals(1, probe.data().length);
    h.inject(ack(1).window(0));
    SeenFrame second = h.net.nextWithinNs(10_000_000_000L);
    assertEquals(1, second.data().length);
    assertEquals(h.peer.hostIss() + 2, second.sequence());
    h.inject(ack(1).window(5000));
    h.expect(data(1, 999));
  }

  @Test
  void thePeersProbeIntoOurClosedWindowIsAnswered() {
    // RFC 9293 3.8.6.1 (MUST-36), 3.10.7.4: its ACK counts.
    established();
    long filled = fill();
    h.advanceMs(1000);
    h.takeSent();
    h.write(10);
    h.expect(data(0, 10));
    h.inject(data(filled, 1).acknowledges(10));
    h.expect(ack(filled).window(0));
    h.advanceMs(5000);
    h.expectNothing(); // nothing is sent again: the probe's ACK was taken
  }

  @Test
  void theSenderWaitsForAWorthwhileWindow() {
    // RFC 9293 3.8.6.2.1 (MUST-38).
    established();
    h.inject(ack(0).window(3000));
    h.write(10_000);
    h.expect(data(0, 1460));
    h.expect(data(1460, 1460));
    h.expectNothing(); // 80 octets would be silly
    h.inject(ack(2920).window(200));
    h.expectNothing();
    h.inject(ack(2920).window(1460));
    h.expect(data(2920, 1460));
  }

  @Test
  void aWindowThatStaysSmallIsUsedInTheEnd() {
    established();
    h.inject(ack(0).window(200));
    h.write(10_000);
    SeenFrame frame = h.net.nextWithinNs(5_000_000_000L);
    assertTrue(frame != null && frame.data().length == 200, "the override timer sends");
    h.inject(ack(200).window(200));
    frame = h.net.nextWithinNs(60_000_000_000L);
    assertEquals(200, frame.data().length);
  }

  @Test
  void aPeerWithASmallBufferGetsHalfOfIt() {
    h.listen(80);
    h.connected(ISS, 500);
    h.write(2000);
    h.expect(data(0, 500));
    h.inject(ack(500).window(250));
    h.expect(data(500, 250));
  }

  @Test
  void aShrunkWindowStopsNewDataOnly() {
    // RFC 9293 3.8.6 (MUST-34).
    established();
    h.write(20_000);
    assertEquals(14_600, octets(h.takeSent()));
    h.inject(ack(1460).window(1000)); // 13,140 are in flight
    h.expectNothing();
    SeenFrame again = h.net.nextWithinNs(2_000_000_000L);
    assertEquals(h.peer.hostIss() + 1 + 1460, again.sequence(), "the time-out");
    h.inject(ack(14_600).window(65_535));
    assertEquals(2 * 1460, octets(h.takeSent())); // slow start after the time-out
  }

  @Test
  void aFinGoesIntoAClosedWindowOnlyBehindItsData() {
    established();
    h.inject(ack(0).window(0));
    h.write(10);
    h.shutdownWrite();
    SeenFrame probe = h.net.nextWithinNs(5_000_000_000L);
    assertEquals(1, probe.data().length);
    assertEquals(0, probe.flags() & TcpSegment.FIN);
    h.inject(ack(0).window(100));
    assertEquals(10, octets(h.takeSent()));
    h.inject(ack(11));
    h.inject(fin(0));
    h.expectAck(1);
  }

  @Test
  void aClosedWindowKeepsOutNeitherResetsNorUrgentPointers() {
    // RFC 9293 3.10.7.4 (MUST-66): data is cut off, everything else counts.
    established();
    long filled = fill();
    h.advanceMs(1000);
    h.takeSent();
    h.inject(data(filled, 1).urgent(1));
    h.expect(ack(filled).window(0));
    h.inject(rst(filled));
    h.expectNothing();
    h.expectStatus(Status.RESET);
  }
}
