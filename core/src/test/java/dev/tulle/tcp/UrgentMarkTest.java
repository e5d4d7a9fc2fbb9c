// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tulle.wire.TcpHeader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where the peer's urgent data ends, in a stream whose numbers pass 0 on the way. */
class UrgentMarkTest {
  private final UrgentMark mark = new UrgentMark();
  private final Bench bench = Bench.established(100, 20_000);
  private final Connection c = bench.c;

  @BeforeEach
  void opened() {
    mark.agree(c, Segments.bare(0, 0, 0), 0);
  }

  private void urgent(int ahead, int pointer, int flags) {
    Segment s = Segments.flagged(c.receiver.rcvNxt + ahead, c.sender.sndNxt, flags);
    s.urgent = pointer;
    mark.accepts(c, s, 0);
  }

  private int ahead() {
    return c.urgent ? c.urgentSeq - UrgentMark.next(c) : -1;
  }

  @Test
  void thePointerIsToWhatFollowsTheLastUrgentOctet() {
    urgent(0, 5, TcpHeader.ACK | TcpHeader.URG);
    assertEquals(4, ahead());
    urgent(2, 1, TcpHeader.ACK | TcpHeader.URG);
    assertEquals(4, ahead(), "an earlier one changes nothing");
    urgent(2, 10, TcpHeader.ACK | TcpHeader.URG);
    assertEquals(11, ahead(), "a later one does");
  }

  @Test
  void whatIsReadIsForgotten() {
    urgent(0, 5, TcpHeader.ACK | TcpHeader.URG);
    bench.arrives(Segments.data(c.receiver.rcvNxt, 10));
    assertEquals(4, ahead());
    c.receiver.ring.consume(5);
    urgent(0, 0, TcpHeader.ACK);
    assertFalse(c.urgent);
  }

  @Test
  void onlyTheStreamHasMarks() {
    urgent(0, 5, TcpHeader.ACK);
    urgent(0, 0, TcpHeader.ACK | TcpHeader.URG);
    urgent(0, 5, TcpHeader.URG);
    urgent(0, 5, TcpHeader.ACK | TcpHeader.URG | TcpHeader.SYN);
    urgent(0, 5, TcpHeader.ACK | TcpHeader.URG | TcpHeader.RST);
    urgent(-100, 200, TcpHeader.ACK | TcpHeader.URG); // outside the window
    urgent(0x4000_0000, 5, TcpHeader.ACK | TcpHeader.URG);
    c.sender.sndNxt -= 1;
    Segment forged = Segments.flagged(c.receiver.rcvNxt, c.sender.sndNxt + 2, 0x30);
    forged.urgent = 5;
    mark.accepts(c, forged, 0);
    assertFalse(c.urgent);
  }
}
