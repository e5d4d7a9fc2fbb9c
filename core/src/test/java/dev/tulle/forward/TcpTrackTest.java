// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.wire.Bytes;
import dev.tulle.wire.TcpHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TcpTrackTest {
  private static final int SYN = TcpHeader.SYN;
  private static final int ACK = TcpHeader.ACK;
  private static final int RST = TcpHeader.RST;

  private final Flow flow = new Flow();
  private final Tuple client = flow.original;
  private final Tuple server = flow.reply;

  private static boolean accept(Tuple from, int flags, int seq, int ack, int length) {
    byte[] b = new byte[TcpHeader.BYTES + length];
    Bytes.put32(b, TcpHeader.SEQUENCE, seq);
    Bytes.put32(b, TcpHeader.ACKNOWLEDGMENT, ack);
    Bytes.put8(b, TcpHeader.OFFSET, TcpHeader.BYTES << 2);
    Bytes.put8(b, TcpHeader.FLAGS, flags);
    Bytes.put16(b, TcpHeader.WINDOW, 1000);
    return TcpTrack.accept(from, b, 0, b.length);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 0x40000000, 0x7FFFFFFF, 0x80000000, 0xC0000000, -1})
  void aSynAckFitsAgainUntilItIsAcknowledgedWhateverItsNumber(int iss) {
    assertTrue(accept(client, SYN, 100, 0, 0));
    for (int i = 0; i < 3; i++) {
      assertTrue(accept(server, SYN | ACK, iss, 101, 0));
      assertEquals(Flow.OPENING, flow.state);
    }
    assertTrue(accept(client, SYN, 100, 0, 0));
    assertTrue(accept(server, SYN | ACK, iss, 101, 0));
    assertTrue(accept(client, ACK, 101, iss + 1, 0));
    assertEquals(Flow.OPEN, flow.state);
    assertTrue(accept(server, SYN | ACK, iss, 101, 0)); // that ACK was lost behind us
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 0x40000000, 0x7FFFFFF0, 0xC0000000})
  void twoThatCallEachOtherAtOnceGetThrough(int iss) {
    assertTrue(accept(client, SYN, 100, 0, 0));
    assertTrue(accept(server, SYN, iss, 0, 0));
    assertTrue(accept(client, SYN | ACK, 100, iss + 1, 0));
    assertEquals(Flow.OPENING, flow.state);
    assertTrue(accept(server, SYN | ACK, iss, 101, 0));
    assertEquals(Flow.OPEN, flow.state);
  }

  @Test
  void whatASynCarriedCountsAlsoWhenItIsRepeatedWithout() {
    // RFC 7413: the first answer was lost, or is still on its way.
    assertTrue(accept(client, SYN, 100, 0, 1000));
    assertTrue(accept(client, SYN, 100, 0, 0));
    assertTrue(accept(server, SYN | ACK, 5000, 1101, 0));
    assertTrue(accept(server, ACK, 5001, 1101, 700));
    assertTrue(accept(server, SYN | ACK, 5000, 1101, 0));
    assertTrue(accept(client, ACK, 1101, 5701, 0));
    assertEquals(Flow.OPEN, flow.state);
  }

  @Test
  void aFreshNumberIsTakenWhereNobodyHasAnsweredTheFirst() {
    assertTrue(accept(client, SYN, 100, 0, 0));
    assertTrue(accept(client, SYN, 0x70000000, 0, 0));
    assertFalse(accept(server, SYN | ACK, 5000, 101, 0));
    assertTrue(accept(server, SYN | ACK, 5000, 0x70000001, 0));
  }

  @Test
  void onlyTheResetThatTheOtherExpectsEndsAConnection() {
    assertTrue(accept(client, SYN, 100, 0, 0));
    assertTrue(accept(server, SYN | ACK, 5000, 101, 0));
    assertTrue(accept(client, ACK, 101, 5001, 0));
    assertTrue(accept(server, RST, 5002, 0, 0));
    assertEquals(Flow.OPEN, flow.state);
    assertFalse(accept(server, RST, 0x70000000, 0, 0));
    assertTrue(accept(server, RST, 5001, 0, 0));
    assertEquals(Flow.CLOSING, flow.state);
  }

  @Test
  void aConnectionThatIsOverLeavesItsPortsToTheNext() {
    onlyTheResetThatTheOtherExpectsEndsAConnection();
    assertTrue(accept(client, SYN, 0x60000000, 0, 0));
    assertEquals(Flow.OPENING, flow.state);
    assertTrue(accept(server, SYN | ACK, -77, 0x60000001, 0));
    assertTrue(accept(client, ACK, 0x60000001, -76, 0));
    assertEquals(Flow.OPEN, flow.state);
  }
}
