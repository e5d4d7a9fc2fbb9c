// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.tcp;

import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.Segment.ack;
import static dev.tulle.testkit.Segment.data;
import static dev.tulle.testkit.Segment.fin;
import static dev.tulle.testkit.Segment.synAck;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Client;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.Segment;
import dev.tulle.testkit.TcpHarness;
import dev.tulle.testkit.TcpSegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What holds for the header of every segment that we send, in a whole life of a connection. */
class HeaderRulesTest {
  private static final int MSS = 2;
  private static final int SACK_PERMITTED = 4;
  private static final int SACK = 5;
  private static final int STAMPS = 8;

  private final TcpHarness h =
      new TcpHarness((link, mac, entropy) -> Client.host(link, mac, entropy, 4, 65_536));
  private final List<SeenFrame> sent = new ArrayList<>();

  /** SYN, data, a time-out, data out of order from the peer, both FINs. */
  private List<SeenFrame> aWholeLife() {
    h.connect(9000);
    h.peer.iss = 5000;
    take();
    h.advanceMs(1100); // the SYN once more
    take();
    byte[] options = Octets.of(2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 2);
    h.inject(synAck().acknowledges(0).options(options));
    take();
    h.write(5000);
    take();
    h.advanceMs(3000);
    take();
    h.inject(stamped(data(200, 100)));
    take();
    h.inject(stamped(data(0, 200)));
    take();
    h.inject(stamped(ack(5000)));
    take();
    h.inject(stamped(fin(300)));
    h.expectRead(300);
    h.close();
    take();
    h.inject(stamped(ack(5001)));
    take();
    assertEquals(0, h.host.tcp.connections());
    return sent;
  }

  private static Segment stamped(Segment s) {
    return s.options(Octets.of(1, 1, 8, 10, 0, 0, 0, 2, 0, 0, 0, 0));
  }

  private void take() {
    sent.addAll(h.takeSent());
  }

  @Test
  void theMssOptionIsInSynsAloneAndSaysWhatTheInterfaceTakes() {
    // RFC 9293 3.7.1 (MUST-14, MUST-67, SHLD-5), 3.2 (MUST-65).
    int syns = 0;
    for (SeenFrame f : aWholeLife()) {
      if (f.has(TcpSegment.SYN)) {
        syns++;
        assertEquals(h.host.port.mtu() - 40, f.mss());
      } else {
        assertNull(f.tcpOption(MSS), f::toString);
      }
    }
    assertEquals(2, syns);
  }

  @Test
  void optionsHaveTheirLengthsAndFillWholeWords() {
    // RFC 9293 3.1 (MUST-68, MUST-69): no list of ours is shorter than the header.
    for (SeenFrame f : aWholeLife()) {
      byte[] options = f.tcpOptions();
      int at = 0;
      while (at < options.length) {
        assertTrue(options[at] != 0, f::toString);
        at += options[at] == 1 ? 1 : options[at + 1];
      }
      assertEquals(options.length, at);
      assertEquals(0, options.length % 4);
    }
  }

  @Test
  void everySegmentHasItsStampAndThoseOfGapsAreSelective() {
    // RFC 7323 3.2 (MUST): in every segment but a reset.
    boolean selective = false;
    for (SeenFrame f : aWholeLife()) {
      assertNotNull(f.tcpOption(STAMPS), f::toString);
      assertEquals(f.has(TcpSegment.SYN), f.tcpOption(SACK_PERMITTED) != null);
      selective |= f.tcpOption(SACK) != null;
    }
    assertTrue(selective);
  }

  @Test
  void everySegmentComesFromOneAddressWithItsChecksumAndWithoutUrgentData() {
    // RFC 9293 3.9.1.1 (MUST-44, MUST-45), 3.8.5 (SHLD-13); the harness refuses a wrong checksum,
    // 3.1 (MUST-2).
    for (SeenFrame f : aWholeLife()) {
      assertEquals(HOST, f.source());
      assertEquals(0, f.flags() & TcpSegment.URG);
      assertEquals(0, Octets.u16(f.bytes(), 14 + 20 + 18), "the urgent pointer");
      assertNull(f.problem());
    }
  }

  @Test
  void aPortWhoseConnectionIsOpeningCanBeListenedOn() {
    // RFC 9293 3.9.1.1 (MUST-42).
    h.connect(9000);
    take();
    Endpoint local = new Endpoint();
    h.socket.local(local);
    assertNotNull(h.host.tcp.listen(local.port, 1));
    h.peer.iss = 5000;
    h.inject(synAck().acknowledges(0));
    h.expectAck(0); // and the connection is what it was
  }
}
