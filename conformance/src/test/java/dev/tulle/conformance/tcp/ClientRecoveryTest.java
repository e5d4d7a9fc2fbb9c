// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.tcp;

import static dev.tulle.testkit.Segment.ack;
import static dev.tulle.testkit.Segment.data;
import static dev.tulle.testkit.Segment.syn;
import static dev.tulle.testkit.Segment.synAck;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.profile.Client;
import dev.tulle.stack.Counter;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.TcpHarness;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the client profile repairs losses, with peers that acknowledge selectively and others. */
class ClientRecoveryTest {
  private static final int ISS = 1_000_000;
  private static final int MSS = 1460;
  private static final byte[] SELECTIVE = Octets.of(2, 4, 5, 180, 4, 2, 1, 1);

  private final TcpHarness h =
      new TcpHarness((link, mac, entropy) -> Client.host(link, mac, entropy, 4, 64 * 1024));

  @AfterEach
  void noInternalError() {
    h.net.expectNoInternalError();
  }

  private void connected(boolean selective) {
    h.listen(80);
    h.newPeer(ISS);
    h.inject(selective ? syn().options(SELECTIVE) : syn().mss(MSS));
    h.expect(synAck());
    h.advanceMs(20); // a round trip
    h.inject(ack(0));
    h.socket = h.listener.accept();
  }

  private List<Integer> sentOffsets() {
    List<Integer> offsets = new ArrayList<>();
    for (SeenFrame f : h.takeSent()) {
      offsets.add(f.sequence() - h.peer.hostIss() - 1);
    }
    return offsets;
  }

  /** An ACK with one block, both in octets of the host's stream. */
  private void acknowledge(long acknowledged, int left, int right) {
    byte[] option = Octets.of(1, 1, 5, 10, 0, 0, 0, 0, 0, 0, 0, 0);
    Octets.put32(option, 4, h.peer.hostIss() + 1 + left);
    Octets.put32(option, 8, h.peer.hostIss() + 1 + right);
    h.inject(ack(acknowledged).options(option));
  }

  @Test
  void aPeerWithoutSelectiveAcknowledgementsGetsFastRetransmit() {
    connected(false);
    h.write(8 * MSS);
    assertEquals(8, h.takeSent().size());
    for (int i = 0; i < 3; i++) {
      h.inject(ack(0));
    }
    h.expect(data(0, MSS));
    assertEquals(1, h.net.counter(Counter.TCP_FAST_RETRANSMIT));
    h.inject(ack(4 * MSS));
    h.expect(data(4 * MSS, MSS));
    h.inject(ack(8 * MSS));
    h.expectNothing();
  }

  @Test
  void holesThatSelectiveAcknowledgementsShowAreFilledTogether() {
    connected(true);
    h.write(10 * MSS);
    assertEquals(10, h.takeSent().size());
    h.advanceMs(20);
    h.takeSent();
    acknowledge(0, 1 * MSS, 3 * MSS); // 0, 3 and 6 are lost
    byte[] two = new byte[20];
    System.arraycopy(Octets.of(1, 1, 5, 18), 0, two, 0, 4);
    Octets.put32(two, 4, h.peer.hostIss() + 1 + 4 * MSS);
    Octets.put32(two, 8, h.peer.hostIss() + 1 + 6 * MSS);
    Octets.put32(two, 12, h.peer.hostIss() + 1 + MSS);
    Octets.put32(two, 16, h.peer.hostIss() + 1 + 3 * MSS);
    h.inject(ack(0).options(two));
    Octets.put32(two, 4, h.peer.hostIss() + 1 + 7 * MSS);
    Octets.put32(two, 8, h.peer.hostIss() + 1 + 10 * MSS);
    Octets.put32(two, 12, h.peer.hostIss() + 1 + 4 * MSS);
    Octets.put32(two, 16, h.peer.hostIss() + 1 + 6 * MSS);
    h.inject(ack(0).options(two));
    h.advanceMs(15);
    assertEquals(List.of(0, 3 * MSS, 6 * MSS), sentOffsets());
    h.inject(ack(10 * MSS));
    h.expectNothing();
    assertEquals(0, h.net.counter(Counter.TCP_TIMEOUT));
  }

  @Test
  void aLostTailIsProbedBeforeTheTimeOut() {
    // RFC 8985 7.
    connected(true);
    h.write(4 * MSS);
    assertEquals(4, h.takeSent().size());
    SeenFrame probe = h.net.nextWithinNs(150_000_000);
    assertTrue(probe != null, "no probe within 150 ms of a 20 ms round trip");
    assertEquals(h.peer.hostIss() + 1 + 3 * MSS, probe.sequence());
    h.advanceMs(20);
    acknowledge(0, 3 * MSS, 4 * MSS); // the rest of the tail is lost
    h.advanceMs(20);
    assertEquals(List.of(0), sentOffsets()); // PRR: one for one that was delivered
    acknowledge(MSS, 3 * MSS, 4 * MSS);
    h.advanceMs(20);
    assertEquals(List.of(MSS, 2 * MSS), sentOffsets());
    assertEquals(0, h.net.counter(Counter.TCP_TIMEOUT));
  }

  @Test
  void ourOwnSelectiveAcknowledgementsTellWhatWeHold() {
    connected(true);
    h.inject(data(2000, 500));
    SeenFrame f = h.expect(ack(0));
    byte[] sack = f.tcpOption(5);
    assertEquals(8, sack.length);
    assertEquals(ISS + 1 + 2000, Octets.i32(sack, 0));
    assertEquals(ISS + 1 + 2500, Octets.i32(sack, 4));
    h.inject(data(4000, 500));
    sack = h.expect(ack(0)).tcpOption(5);
    assertEquals(16, sack.length);
    assertEquals(ISS + 1 + 4000, Octets.i32(sack, 0)); // RFC 2018 4: the latest first
    h.injectTogether(data(0, 1000), data(1000, 1000));
    assertEquals(2500, h.takeSent().getLast().acknowledgment() - (ISS + 1));
    h.inject(data(0, 1000)); // RFC 2883: told that it came twice
    sack = h.expect(ack(2500)).tcpOption(5);
    assertEquals(ISS + 1, Octets.i32(sack, 0));
    assertEquals(ISS + 1 + 1000, Octets.i32(sack, 4));
  }
}
