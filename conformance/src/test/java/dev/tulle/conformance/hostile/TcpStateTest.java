// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.HostHarness.PEER_MAC;
import static dev.tulle.testkit.Segment.ack;
import static dev.tulle.testkit.Segment.data;
import static dev.tulle.testkit.Segment.fin;
import static dev.tulle.testkit.Segment.rst;
import static dev.tulle.testkit.Segment.segment;
import static dev.tulle.testkit.Segment.syn;
import static dev.tulle.testkit.Segment.synAck;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.profile.Minimal;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.TcpHarness;
import dev.tulle.testkit.TcpSegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Urgent data, handshakes and states under attack: rows TCP-10 to TCP-21. */
class TcpStateTest extends HostileSequence {
  private static final int SYN = TcpSegment.SYN;
  private static final int FIN = TcpSegment.FIN;
  private static final int RST = TcpSegment.RST;
  private static final int ACK = TcpSegment.ACK;
  private static final int URG = TcpSegment.URG;

  @Test
  void tcp10_urgentPointerZeroGivesTheReaderNoMoreThanItAskedFor() {
    established();
    h.inject(data(0, 1024).urgent(0));
    assertEquals(1, h.read(1).length);
    h.expectRead(1023);
  }

  @ParameterizedTest
  @CsvSource({"65535, 0", "65535, 10", "1, 0", "5, 10", "32768, 10", "0, 10"})
  void tcp11_urgentPointerAnywhere(int pointer, int length) {
    established();
    h.inject(data(0, 100));
    h.inject(data(100, length).urgent(pointer));
    h.inject(data(50, 20).urgent(pointer)); // points before RCV.NXT
    h.expectRead(100 + length);
    h.inject(data(100 + length, 10));
    h.expectRead(10);
    counts(Counter.TCP_OUT_OF_WINDOW, 1);
  }

  @Test
  void tcp12_rejectedSynsLeaveNoTrace() {
    h.listen(80);
    h.newPeer(iss);
    h.inject(syn().options(Octets.of(29, 1, 0, 0)));
    h.expectNothing();
    counts(Counter.TCP_BADOPT, 1);
    h.inject(segment(SYN | URG | FIN).absoluteSequence(123_456));
    h.expectNothing();
    counts(Counter.TCP_REFUSED, 1);
    assertEquals(0, h.host.tcp.connections());
    h.inject(syn().mss(1460));
    h.expect(synAck().acknowledges(0));
    h.inject(data(0, 20).acknowledges(0));
    h.socket = h.listener.accept();
    held.add(h.socket);
    h.expectRead(20);
  }

  @Test
  void tcp13_rejectedSynAcksLeaveNoTrace() {
    held.add(connect(9000));
    h.expect(syn());
    h.peer.iss = 5000;
    h.inject(segment(SYN | ACK | FIN | URG).sequence(-1).acknowledges(0).mss(100).window(1));
    h.expectNothing();
    counts(Counter.TCP_REFUSED, 1);
    h.expectStatus(Status.WOULD_BLOCK);
    h.peer.iss = iss;
    h.inject(synAck().acknowledges(0).mss(1460));
    h.expectAck(0);
    h.inject(data(0, 20));
    h.expectRead(20);
    h.takeSent();
    h.write(2000);
    h.expect(data(0, 1460).acknowledges(20));
  }

  @Test
  void tcp14_segmentsDuringTearDown() {
    h.listen(80);
    for (int how = 0; how < 4; how++) {
      h.connected(iss, 65_535); // or rather one that an earlier round left unaccepted
      h.writeOnly(100);
      if (how == 0) {
        h.socket.close();
      } else if (how == 1) {
        h.socket.abort();
      } else {
        h.socket.shutdownWrite();
      }
      h.injectTogether(data(0, 10), syn().sequence(20), fin(10), rst(11), syn(), ack(0));
      h.takeSent();
      h.inject(syn().sequence(100_000));
      h.inject(data(0, 10));
      if (how > 1) {
        h.socket.close();
      }
      h.poll();
      h.takeSent();
    }
    h.listener.close(); // what nobody accepted goes with it
    h.advanceMs(200_000);
    h.takeSent();
    if (h.host.tcp.connections() != 0) {
      throw h.net.failure("connections are left");
    }
    h.listener = null;
    counts(Counter.TCP_DATA_AFTER_CLOSE, 2);
    counts(Counter.TCP_OUT_OF_WINDOW, 14);
    counts(Counter.TCP_RESET_SENT, 8);
    counts(Counter.TCP_SYN_IN_WINDOW, 2);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1, 2, 1 << 30, Integer.MIN_VALUE})
  void tcp15_synAckThatAcknowledgesSomethingElse(int off) {
    held.add(connect(9000));
    h.expect(syn());
    h.peer.iss = iss;
    int number = h.peer.hostIss() + 1 + off;
    h.inject(segment(SYN | ACK).sequence(-1).absoluteAcknowledgment(number));
    h.expect(segment(RST).absoluteSequence(number));
    h.inject(segment(SYN | ACK | RST).sequence(-1).absoluteAcknowledgment(number));
    h.inject(segment(ACK | RST).sequence(-1).absoluteAcknowledgment(number));
    h.expectNothing();
    h.expectStatus(Status.WOULD_BLOCK);
    h.inject(synAck().acknowledges(0).mss(1460));
    h.expectStatus(Status.OK);
    h.expectAck(0);
    counts(Counter.TCP_RESET_SENT, 1);
  }

  @Test
  void tcp15_synAckThatAcknowledgesNumberZero() {
    held.add(connect(9000));
    h.expect(syn());
    h.peer.iss = iss;
    h.inject(segment(SYN | ACK).sequence(-1).absoluteAcknowledgment(0));
    h.expect(segment(RST).absoluteSequence(0));
    h.expectStatus(Status.WOULD_BLOCK);
    counts(Counter.TCP_RESET_SENT, 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1, -1000, 1 << 30})
  void tcp15_handshakeAckThatAcknowledgesSomethingElse(int off) {
    h.listen(80);
    h.newPeer(iss);
    h.inject(syn().mss(1460));
    h.expect(synAck());
    h.inject(ack(off));
    h.expect(segment(RST).sequence(off));
    h.expectNothing();
    h.inject(ack(0));
    h.socket = h.listener.accept();
    assertNotNull(h.socket);
    held.add(h.socket);
    counts(Counter.TCP_RESET_SENT, 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, -2, -1000, -70_000, 0x7FFFFFFF, 0x7FFFFFF0, Integer.MIN_VALUE, 0})
  void tcp16_thePeersNumbersWrapInTheMiddle(int first) {
    h.listen(80);
    h.connected(first, 65_535);
    held.add(h.socket);
    crossTheWrap();
    counts(Counter.TCP_OUT_OF_WINDOW, 1);
  }

  @Test
  void tcp16_ourNumbersWrapInTheMiddle() {
    established();
    crossTheWrap();
    counts(Counter.TCP_OUT_OF_WINDOW, 1);
  }

  private void crossTheWrap() {
    for (int i = 0; i < 60; i++) {
      h.inject(data(1460L * i + 730, 730)); // out of order all the way
      h.inject(data(1460L * i, 730));
      h.expectRead(1460);
      h.takeSent();
    }
    for (int i = 0; i < 60; i++) {
      h.write(1460);
      h.expect(data(1460L * i, 1460));
      if (i % 7 == 3) {
        h.advanceMs(300); // a time-out here and there
        h.takeSent();
      }
      h.inject(ack(1460L * (i + 1)));
      h.takeSent();
    }
    h.expectStatus(Status.OK);
    h.inject(rst(1L << 31));
    h.expectStatus(Status.OK);
  }

  @Test
  void tcp17_synFromOurOwnAddressAndPort() {
    h.listen(80);
    TcpSegment land = Frames.tcp(80, 80).sequence(1).flags(SYN);
    h.net.inject(h.net.fromPeer(Frames.ipv4(HOST, HOST).tcp(land)));
    h.expectNothing();
    counts(Counter.IP_MARTIAN, 1);
    assertEquals(0, h.host.tcp.connections());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "127.0.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "10.9.0.255"
      })
  void tcp18_synFromAnAddressThatCannotBe(String source) {
    h.listen(80);
    TcpSegment segment = Frames.tcp(4000, 80).sequence(1).flags(SYN);
    h.net.inject(h.net.fromPeer(Frames.ipv4(Octets.address(source), HOST).tcp(segment)));
    h.expectNothing();
    counts(Counter.IP_MARTIAN, 1);
    assertEquals(0, h.host.tcp.connections());
  }

  @ParameterizedTest
  @ValueSource(strings = {"255.255.255.255", "10.9.0.255", "224.0.0.1", "10.9.0.2"})
  void tcp18_synToMany(String destination) {
    h.listen(80);
    for (int flags : new int[] {SYN, ACK, FIN, 0}) {
      for (int port : new int[] {80, 81}) {
        TcpSegment segment = Frames.tcp(4000, port).sequence(1).flags(flags);
        h.net.inject(
            Frames.ethernet(PEER_MAC, Frames.BROADCAST)
                .ipv4(Frames.ipv4(PEER, Octets.address(destination)).tcp(segment))
                .build());
        h.expectNothing();
      }
    }
    boolean group = destination.startsWith("255") || destination.endsWith("255");
    counts(group ? Counter.TCP_REFUSED : Counter.IP_L2BCAST_UNICAST, 8);
    assertEquals(0, h.host.tcp.connections());
  }

  @Test
  void tcp19_everyCombinationOfFlagsInEveryState() {
    for (int state = 0; state < 9; state++) {
      TcpHarness one = null;
      for (int flags = 0; flags < 256; flags++) {
        one = new TcpHarness(Minimal::host);
        bring(one, state);
        one.inject(segment(flags));
        List<SeenFrame> replies = one.net.takeSent();
        assertTrue(replies.size() <= 1, "flags " + flags + " in state " + state);
        if ((flags & RST) != 0 && !replies.isEmpty()) {
          assertEquals(0, replies.get(0).flags() & RST, "a reset was answered by a reset");
        }
        if ((flags & (SYN | FIN)) == (SYN | FIN)) {
          assertTrue(replies.isEmpty(), "SYN with FIN must be dropped");
          assertEquals(1, one.net.counter(Counter.TCP_REFUSED));
        }
        one.net.expectNoInternalError();
      }
    }
  }

  @Test
  void tcp20_splitHandshake() {
    held.add(connect(9000));
    h.expect(syn());
    h.peer.iss = iss;
    h.inject(ack(0).sequence(-1)); // an ACK first: nothing yet
    h.expectNothing();
    h.inject(syn().mss(1460));
    h.expect(synAck().acknowledges(0));
    h.expectStatus(Status.WOULD_BLOCK);
    h.inject(ack(0));
    h.expectStatus(Status.OK);
    h.inject(data(0, 10));
    h.expectRead(10);
  }

  @Test
  void tcp21_dataOnASynIsNotDeliveredBeforeTheHandshake() {
    h.listen(80, 4);
    int syns = numbers == Numbers.ANYWHERE ? 10_000 : 100;
    for (int i = 0; i < syns; i++) {
      h.newPeer(iss + i);
      h.inject(syn().carrying(0, 1460));
      h.expect(synAck());
      assertNull(h.listener.accept());
    }
    h.inject(ack(0).sequence(0));
    h.socket = h.listener.accept();
    held.add(h.socket);
    assertTrue(h.socket.readable() <= 1460);
    h.read(2000);
    counts(Counter.TCP_HALF_OPEN_EVICTED, syns - 4);
  }

  @Test
  void tcp21_dataOnASynAck() {
    held.add(connect(9000));
    h.expect(syn());
    h.peer.iss = iss;
    h.inject(synAck().acknowledges(0).mss(1460).carrying(0, 100));
    h.expectStatus(Status.OK);
    h.takeSent();
    h.inject(data(0, 100)); // again, as a peer would
    h.expectRead(100);
  }
}
