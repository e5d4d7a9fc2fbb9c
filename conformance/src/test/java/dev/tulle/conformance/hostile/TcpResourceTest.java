// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.Segment.ack;
import static dev.tulle.testkit.Segment.data;
import static dev.tulle.testkit.Segment.fin;
import static dev.tulle.testkit.Segment.segment;
import static dev.tulle.testkit.Segment.syn;
import static dev.tulle.testkit.Segment.synAck;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.profile.Client;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.tcp.UserTimeout;
import dev.tulle.testkit.Assembly;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.LiveProbe;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.TcpHarness;
import dev.tulle.testkit.TcpPeer;
import dev.tulle.testkit.TcpSegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Windows, timers, resources and congestion under attack: rows TCP-32 to TCP-48. */
class TcpResourceTest extends HostileSequence {
  private static final int MSS = 1460;

  @Test
  void tcp32_resetsAreLimited() {
    h.net.inject(h.net.fromPeer(Frames.ipv4(PEER, HOST).icmp(Frames.echoRequest(1, 1, 8))));
    h.takeSent(); // the host knows its neighbour now
    for (int i = 0; i < 1000; i++) {
      TcpSegment probe = Frames.tcp(1 + i, 9999).flags(TcpSegment.SYN).sequence(i);
      h.net.queue(h.net.fromPeer(Frames.ipv4(PEER, HOST).tcp(probe)));
    }
    h.poll();
    List<SeenFrame> resets = h.takeSent();
    assertEquals(100, resets.size());
    for (int i = 0; i < resets.size(); i++) {
      // RFC 9293 3.5.2, group 1: no number of ours, and what came is acknowledged.
      SeenFrame reset = resets.get(i);
      assertEquals(TcpSegment.RST | TcpSegment.ACK, reset.flags());
      assertEquals(0, reset.sequence());
      assertEquals(i + 1, reset.acknowledgment());
    }
    counts(Counter.TCP_RESET_LIMIT, 900);
    h.advanceMs(1000);
    TcpSegment stray = Frames.tcp(5, 9999).flags(TcpSegment.ACK).sequence(1).acknowledgment(77);
    h.net.inject(h.net.fromPeer(Frames.ipv4(PEER, HOST).tcp(stray)));
    SeenFrame answer = h.net.next();
    assertEquals(TcpSegment.RST, answer.flags());
    assertEquals(77, answer.sequence());
    h.net.inject(h.net.fromPeer(Frames.ipv4(PEER, HOST).tcp(stray.flags(TcpSegment.RST))));
    h.expectNothing();
    h.advanceMs(1000);
    TcpSegment fromZero = Frames.tcp(0, 9999).flags(TcpSegment.SYN);
    h.net.inject(h.net.fromPeer(Frames.ipv4(PEER, HOST).tcp(fromZero)));
    h.expectNothing();
    counts(Counter.TCP_BADPORT, 1);
    counts(Counter.TCP_RESET_IGNORED, 1);
    counts(Counter.TCP_RESET_SENT, 101);
  }

  @Test
  void tcp33_windowShrinksBelowWhatIsInFlight() {
    established();
    h.write(20_000);
    h.takeSent();
    h.inject(ack(MSS).window(100));
    h.inject(ack(2 * MSS).window(0));
    h.inject(ack(2 * MSS).window(1));
    h.expectNothing();
    h.advanceMs(5000);
    for (SeenFrame f : h.takeSent()) {
      int offset = f.sequence() - h.peer.hostIss() - 1;
      assertTrue(offset < 14_600, "new data was sent at " + offset);
    }
    h.inject(ack(14_600).window(65_535));
    for (int i = 0; i < 20 && h.peer.seen() < 20_000; i++) {
      h.takeSent();
      h.inject(ack(h.peer.seen()));
    }
    assertEquals(20_000, h.peer.seen());
  }

  @Test
  void tcp34_segmentsPastTheAdvertisedEdge() {
    established();
    h.inject(data(65_000, 1000).fin());
    h.inject(data(65_534, 2).fin());
    h.expectAck(0);
    h.expectAck(0);
    h.inject(fin(65_535));
    h.takeSent();
    for (int i = 0; i < 65_000; i += 1000) {
      h.inject(data(i, 1000));
    }
    for (SeenFrame f : h.takeSent()) {
      int acknowledged = f.acknowledgment() - iss - 1;
      assertTrue(acknowledged <= 65_535, "RCV.NXT went to " + acknowledged);
    }
    h.expectRead(65_535);
    h.expectReadStatus(Status.WOULD_BLOCK);
    counts(Counter.TCP_OUT_OF_WINDOW, 1);
  }

  @Test
  void tcp35_answersThatAreMinutesLate() {
    established();
    long acknowledged = 0;
    for (int i = 0; i < 20; i++) {
      h.write(100);
      h.advanceMs(240_000);
      for (SeenFrame f : h.takeSent()) {
        assertEquals(100, f.data().length);
      }
      acknowledged += 100;
      h.inject(ack(acknowledged));
      h.expectStatus(Status.OK);
    }
    h.write(100);
    h.expect(data(acknowledged, 100));
    assertNotNull(h.net.nextWithinNs(60_001_000_000L), "the time-out stays below a minute");
  }

  @Test
  void tcp35_aThousandRetransmissionsStayAMinuteApart() {
    established();
    h.socket.userTimeout(new UserTimeout(Long.MAX_VALUE / 4));
    h.write(100);
    h.expect(data(0, 100));
    long beforeNs = h.net.nowNs();
    for (int i = 0; i < 1000; i++) {
      SeenFrame again = h.net.nextWithinNs(60_000_000_001L);
      assertNotNull(again, "retransmission " + i);
      assertEquals(100, again.data().length);
      assertTrue(i < 10 || again.timeNs() - beforeNs >= 59_999_000_000L, "retransmission " + i);
      beforeNs = again.timeNs();
    }
    h.inject(ack(100));
    h.expectStatus(Status.OK);
  }

  @Test
  void tcp36_synFlood() {
    established();
    h.listener.close();
    h.takeSent();
    h.listen(81, 4);
    int syns = numbers == Numbers.ANYWHERE ? 100_000 : 10_000;
    for (int i = 0; i < syns; i++) {
      int spoofed = Octets.address("198.51.100.0") + i % 250;
      TcpSegment flood = Frames.tcp(1024 + i % 60_000, 81).flags(TcpSegment.SYN).sequence(i * 7919);
      h.net.inject(h.net.fromPeer(Frames.ipv4(spoofed, HOST).tcp(flood)));
      assertTrue(h.host.tcp.connections() <= 5);
      if (i % 100 == 0) {
        h.takeSent();
        h.inject(data(i / 10, 10)); // the connection that was there works on
        h.expectRead(10);
      }
    }
    assertEquals(syns - 4, counter(Counter.TCP_HALF_OPEN_EVICTED));
    h.takeSent();
    TcpPeer before = h.peer;
    h.newPeer(iss);
    h.handshake();
    TcpSocket accepted = h.listener.accept();
    assertNotNull(accepted);
    held.add(accepted);
    h.use(before);
    h.advanceMs(120_000);
    h.takeSent();
    assertEquals(2, h.host.tcp.connections());
    counts(Counter.TCP_HALF_OPEN_EVICTED, syns - 3);
  }

  @Test
  void tcp37_singleOctetsAtRandomPlaces() {
    established();
    int place = 1;
    for (int i = 0; i < 20_000; i++) {
      place = (place * 31 + 17) % 60_000;
      h.inject(data(1 + 2 * (place / 2), 1));
    }
    h.takeSent();
    assertEquals(0, h.socket.readable());
    for (int i = 0; i < 60_000; i += 1000) {
      h.inject(data(i, 1000));
    }
    h.expectRead(60_000);
  }

  @Test
  void tcp38_everyConnectionHoldsAWindowOutOfOrder() {
    h.listen(80);
    TcpPeer[] peers = new TcpPeer[CONNECTIONS - 2];
    for (int i = 0; i < peers.length; i++) {
      h.connected(iss + i, 65_535);
      held.add(h.socket);
      peers[i] = h.peer;
      for (int at = 1; at < 64_000; at += 1400) {
        h.inject(data(at, 1400));
      }
      h.takeSent();
    }
    for (int i = 0; i < peers.length; i++) {
      h.socket = held.get(i);
      h.use(peers[i]);
      h.inject(data(0, 1).sequence(0));
      h.takeSent();
      assertTrue(h.socket.readable() > 60_000);
    }
  }

  @Test
  void tcp38_aThousandConnectionsWaitForTheirFirstOctet() {
    // Each has the memory that it got at the start and no more; packets are not held at all.
    Assembly many = (link, mac, entropy) -> Client.host(link, mac, entropy, 1002, 4096);
    TcpHarness big = new TcpHarness(many);
    int packets = big.host.pool.available();
    LiveProbe probe = new LiveProbe(big.net);
    big.listen(80);
    for (int i = 0; i < 1000; i++) {
      big.connected(iss + i, 65_535);
      for (int at = 1; at < 4000; at += 1400) {
        big.inject(data(at, 1400));
      }
      big.takeSent();
    }
    assertEquals(packets, big.host.pool.available());
    assertEquals(1000, big.host.tcp.connections());
    probe.ping();
    probe.echo();
    big.net.expectNoInternalError();
  }

  @Test
  void tcp39_theFirstOctetsWin() {
    established();
    h.inject(data(100, 100));
    h.inject(data(50, new byte[200])); // other octets over what is held
    h.inject(data(0, 50));
    byte[] read = h.read(300);
    for (int i = 100; i < 200; i++) {
      assertEquals(Octets.patternAt(i), read[i], "at " + i);
    }
    h.inject(data(0, new byte[400])); // and over what was read
    byte[] more = h.read(300);
    assertEquals(150, more.length);
  }

  @Test
  void tcp42_windowsThatStayClosed() {
    h.listen(80);
    for (int i = 0; i < CONNECTIONS - 2; i++) {
      h.connected(iss, 65_535);
      held.add(h.socket);
      h.inject(ack(0).window(0));
      h.write(1000);
    }
    h.takeSent();
    h.advanceMs(1_800_000); // nobody answers the probes
    for (TcpSocket socket : held) {
      assertEquals(Status.TIMED_OUT, socket.status());
    }
  }

  @Test
  void tcp42_windowsThatStayClosedThoughProbesAreAnswered() {
    h.listen(80);
    TcpPeer[] peers = new TcpPeer[CONNECTIONS - 2];
    for (int i = 0; i < peers.length; i++) {
      h.connected(iss, 65_535);
      held.add(h.socket);
      peers[i] = h.peer;
      h.inject(ack(0).window(0));
      h.write(1000);
    }
    int probes = 0;
    for (int minute = 0; minute < 60; minute++) {
      h.advanceMs(60_000);
      probes += h.takeSent().size();
      for (TcpPeer peer : peers) {
        h.use(peer);
        h.inject(ack(0).window(0));
      }
    }
    // RFC 9293 3.8.6.1 (MUST-37): they stay; but it costs little, and the application can end it.
    assertTrue(probes <= peers.length * 70, probes + " probes in an hour");
    for (TcpSocket socket : held) {
      assertEquals(Status.OK, socket.status());
      socket.abort();
    }
    held.clear();
    h.poll();
    h.takeSent();
    assertEquals(0, h.host.tcp.connections());
    counts(Counter.TCP_RESET_SENT, 6);
  }

  @Test
  void tcp43_windowOfNothingAndOneOctetInTurn() {
    established();
    h.inject(ack(0).window(0));
    h.write(60_000);
    int frames = 0;
    for (int i = 0; i < 10_000; i++) {
      h.net.advanceNs(1_000_000);
      frames += h.takeSent().size();
      h.inject(ack(h.peer.seen()).window(i % 2));
    }
    assertTrue(frames <= 100, frames + " segments in 10 s into a window of one octet");
  }

  @Test
  void tcp43_tricklingWindow() {
    established();
    h.inject(ack(0).window(0));
    h.write(60_000);
    int frames = 0;
    for (int i = 0; i < 10_000; i++) {
      h.net.advanceNs(1_000_000);
      List<SeenFrame> sent = h.takeSent();
      frames += sent.size();
      h.inject(ack(h.peer.seen()).window(i % 10));
    }
    assertTrue(frames <= 100, frames + " segments in 10 s into windows of up to 9 octets");
  }

  @Test
  void tcp44_everyStateEnds() {
    h.listen(80);
    for (int state = 0; state < 5; state++) {
      h.connected(iss, 65_535);
      if (state == 1 || state == 3) {
        h.inject(fin(0)); // LAST-ACK; CLOSE-WAIT is the application's matter
      }
      h.socket.close();
      h.poll();
      if (state == 2) {
        h.inject(ack(1)); // FIN-WAIT-2
      }
      if (state == 4) {
        h.inject(fin(0).acknowledges(0)); // CLOSING
      }
      h.takeSent();
    }
    assertEquals(5, h.host.tcp.connections());
    h.advanceMs(900_000);
    h.takeSent();
    assertEquals(0, h.host.tcp.connections());
  }

  @Test
  void tcp45_nobodyAccepts() {
    h.listen(80, 3);
    for (int i = 0; i < 3; i++) {
      h.newPeer(iss);
      h.handshake();
    }
    for (int i = 0; i < 1000; i++) {
      h.newPeer(iss);
      h.inject(syn().mss(MSS));
      h.expectNothing();
    }
    counts(Counter.TCP_BACKLOG_FULL, 1000);
    assertEquals(3, h.host.tcp.connections());
  }

  @Test
  void tcp46_optimisticAcks() {
    established();
    h.write(60_000);
    long acknowledged = 0;
    int most = 0;
    int rounds = 0;
    for (; rounds < 100 && acknowledged < 60_000; rounds++) {
      most = Math.max(most, octets(h.takeSent()));
      acknowledged = h.peer.seen(); // all that was sent, arrived or not
      h.inject(ack(acknowledged + 1)); // and more: that is refused
      h.inject(ack(acknowledged));
    }
    assertTrue(most <= 65_535);
    assertEquals(rounds, counter(Counter.TCP_BADACK));
    counts(Counter.TCP_BADACK, 4);
  }

  @Test
  void tcp47_manyAcksForOneSegment() {
    established();
    h.write(60_000);
    assertEquals(10 * MSS, octets(h.takeSent()));
    int sent = 0;
    for (int i = 1; i <= MSS; i++) {
      h.inject(ack(i));
      sent += octets(h.takeSent());
    }
    assertTrue(sent <= 2 * MSS, "a segment acknowledged in pieces let " + sent + " octets out");
  }

  @Test
  void tcp48_floodOfDuplicateAcks() {
    established();
    h.write(60_000);
    assertEquals(10 * MSS, octets(h.takeSent()));
    int sent = 0;
    for (int i = 0; i < 500; i++) {
      h.inject(ack(0));
      sent += octets(h.takeSent());
    }
    // What is outstanding may leave the network once, and the lost segment goes again.
    assertTrue(sent <= 12 * MSS, sent + " octets");
    assertEquals(1, counter(Counter.TCP_FAST_RETRANSMIT));
    h.inject(ack(h.peer.seen()));
    int window = octets(h.takeSent());
    assertTrue(window >= 2 * MSS && window <= 12 * MSS, window + " octets after recovery");
  }

  @Test
  void tcp48_aSynAckLostInTheFloodIsStillSent() {
    h.listen(80);
    h.newPeer(iss);
    h.inject(syn().mss(MSS));
    h.expect(synAck());
    for (int i = 0; i < 100; i++) {
      h.inject(segment(TcpSegment.ACK).sequence(0).acknowledges(-1));
    }
    h.takeSent();
    h.inject(ack(0).sequence(0));
    h.socket = h.listener.accept();
    assertNotNull(h.socket);
    held.add(h.socket);
    counts(Counter.TCP_RESET_SENT, 100);
  }
}
