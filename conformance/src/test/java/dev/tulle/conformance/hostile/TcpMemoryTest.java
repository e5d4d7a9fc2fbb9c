// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.testkit.Segment.ack;
import static dev.tulle.testkit.Segment.data;
import static dev.tulle.testkit.Segment.fin;
import static dev.tulle.testkit.Segment.syn;
import static dev.tulle.testkit.Segment.synAck;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.buffer.BlockPool;
import dev.tulle.profile.Client;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.tcp.TcpMemory;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.testkit.LiveProbe;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.TcpHarness;
import dev.tulle.testkit.TcpPeer;
import dev.tulle.testkit.TcpSegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Connections under attack that share far less memory than they promise: rows TCP-38, TCP-42 and
 * TCP-44.
 */
class TcpMemoryTest {
  private static final int ISS = 1_000_000;
  private static final int CONNECTIONS = 16;
  private static final int ATTACKERS = 12;
  private static final int BUFFER = 60 * 1024;
  private static final int BLOCK = 4096;

  /** A fifteenth of what the connections' buffers add up to. */
  private static final int SHARED = 32;

  private BlockPool blocks;
  private TcpHarness h;
  private final List<TcpSocket> held = new ArrayList<>();
  private final List<TcpPeer> peers = new ArrayList<>();

  /** The right edge of the window that each peer was told last, by its port. */
  private final Map<Integer, Integer> edges = new HashMap<>();

  private void host(int blockBytes, int shared) {
    blocks = new BlockPool(blockBytes, shared);
    TcpMemory memory = new TcpMemory(blocks, CONNECTIONS, BUFFER, BUFFER, 16);
    h =
        new TcpHarness(
            (link, mac, entropy) -> Client.host(link, mac, entropy, CONNECTIONS, memory));
    h.listen(80);
  }

  @AfterEach
  void nothingIsKept() {
    for (TcpSocket socket : held) {
      socket.abort();
    }
    h.poll();
    sent();
    h.net.advanceMs(900_000);
    sent();
    assertEquals(0, h.host.tcp.connections());
    assertEquals(0, blocks.used());
    h.net.expectNoInternalError();
  }

  /** What was sent; no window may have been taken back. RFC 9293 3.8.6 (SHLD-14). */
  private List<SeenFrame> sent() {
    List<SeenFrame> frames = h.takeSent();
    for (SeenFrame f : frames) {
      if (f.isTcp() && !f.has(TcpSegment.RST)) {
        told(f);
      }
    }
    return frames;
  }

  private void told(SeenFrame f) {
    int edge = f.acknowledgment() + f.window();
    Integer before = edges.put(f.destinationPort(), edge);
    assertTrue(before == null || edge - before >= 0, "a window shrank");
  }

  /** A new connection; answers the window that the SYN-ACK offers. */
  private int connect(byte[] options) {
    h.newPeer(ISS);
    h.inject(syn().options(options));
    SeenFrame answer = h.expect(synAck());
    told(answer);
    h.inject(ack(0));
    h.socket = h.listener.accept();
    held.add(h.socket);
    peers.add(h.peer);
    h.poll();
    return answer.window();
  }

  private int connect() {
    return connect(Octets.of(2, 4, 5, 180));
  }

  /** Goes on with one of the connections. */
  private void use(int i) {
    h.socket = held.get(i);
    h.use(peers.get(i));
  }

  /** Ends the connections from the first on, as a server does with those that stall longest. */
  private void abortFirst(int count) {
    for (int i = 0; i < count; i++) {
      held.remove(0).abort();
      peers.remove(0);
    }
    h.poll();
    sent();
  }

  /** One who means well opens a connection, and much goes both ways. */
  private void expectTransfer() {
    connect();
    TcpPeer peer = h.peer;
    int end = 200_000;
    int turns = 0;
    while (peer.next() < end || peer.seen() < end) {
      assertTrue(turns++ < 1000, "received " + peer.seen() + ", sent " + peer.next());
      h.tryWrite((int) Math.min(BUFFER, end - h.written()));
      sent();
      int edge = edges.get(peer.port) - ISS - 1;
      int room = (int) Math.min(edge - peer.next(), end - peer.next());
      if (room > 0) {
        h.inject(data(peer.next(), Math.min(room, 1460)));
      } else {
        h.inject(ack(peer.seen()));
      }
      while (h.socket.readable() > 0) {
        h.read(BUFFER);
      }
      sent();
    }
    assertEquals(Status.OK, h.socket.status());
    h.inject(ack(peer.seen()));
    held.remove(h.socket);
    peers.remove(peer);
    h.abort();
    sent();
    LiveProbe probe = new LiveProbe(h.net);
    probe.ping();
    probe.echo();
    probe.close();
  }

  private void expectShortage(boolean is) {
    assertEquals(is, h.net.counter(Counter.TCP_MEMORY_SHORT) > 0);
  }

  @Test
  void tcp38_outOfOrderDataTakesNoMoreThanAllShare() {
    host(BLOCK, SHARED);
    int[] offered = new int[ATTACKERS];
    for (int i = 0; i < ATTACKERS; i++) {
      offered[i] = connect();
      assertTrue(offered[i] >= BLOCK, "each is sure of a block");
      for (int at = 1; at < offered[i]; at += 1400) {
        h.inject(data(at, Math.min(1400, offered[i] - at)));
      }
      sent();
      assertTrue(blocks.used() <= blocks.capacity());
    }
    assertTrue(offered[0] > BUFFER / 2, "the first gets much");
    assertEquals(BLOCK, offered[ATTACKERS - 1]);
    assertTrue(blocks.used() >= SHARED * BLOCK, "all of it is used up");
    expectShortage(true);
    expectTransfer();
    for (int i = 0; i < ATTACKERS; i++) {
      use(i);
      h.inject(data(0, 1));
      assertEquals(offered[i], h.read(BUFFER).length, "what was promised was kept");
      sent();
    }
    assertEquals(0, blocks.used());
    abortFirst(ATTACKERS);
    assertEquals(offered[0], connect(), "what the first was offered is there again");
  }

  @Test
  void tcp38_aSinglePeerGetsHalfOfWhatIsLeft() {
    host(BLOCK, 8);
    int first = connect();
    assertTrue(first <= 6 * BLOCK, "offered " + first);
    for (int round = 0; round < 20; round++) { // asking often does not help
      h.inject(data(h.peer.next(), 1));
      h.read(1);
      sent();
    }
    assertTrue(edges.get(h.peer.port) - ISS - 1 - h.peer.next() <= 6 * BLOCK);
    assertTrue(connect() >= 2 * BLOCK);
    expectTransfer();
  }

  @Test
  void tcp38_aWindowOpensAgainWhereThereIsMemoryForLessThanASegment() {
    host(1024, 0);
    assertEquals(1024, connect());
    h.inject(data(0, 1000));
    h.read(1000);
    sent();
    assertEquals(2024, edges.get(h.peer.port) - ISS - 1);
    h.inject(data(1000, 1024));
    sent();
    h.read(1024);
    sent();
    assertEquals(3048, edges.get(h.peer.port) - ISS - 1);
    expectShortage(true);
    expectTransfer();
  }

  @Test
  void tcp42_closedWindowsHoldNoMoreThanAllShare() {
    host(BLOCK, SHARED);
    long held = 0;
    for (int i = 0; i < ATTACKERS; i++) {
      connect();
      h.inject(ack(0).window(0));
      int taken = h.tryWrite(BUFFER);
      assertTrue(taken > 0, "each is sure of a block");
      held += taken;
    }
    sent();
    assertTrue(held <= blocks.capacity());
    expectShortage(true);
    expectTransfer();
    for (int minute = 0; minute < 30; minute++) {
      h.advanceMs(60_000);
      for (TcpPeer peer : peers) {
        h.use(peer);
        h.inject(ack(0).window(0));
      }
      sent();
    }
    // RFC 9293 3.8.6.1 (MUST-37): they stay, for probes are answered; the server ends them.
    for (TcpSocket socket : this.held) {
      assertEquals(Status.OK, socket.status());
    }
    expectTransfer();
    abortFirst(ATTACKERS);
    assertEquals(0, blocks.used());
    connect();
    assertTrue(h.tryWrite(BUFFER) > BUFFER / 4, "there is memory again");
  }

  @Test
  void tcp42_whoAcknowledgesNothingLeavesOthersRecordsOfWhatIsInFlight() {
    host(BLOCK, 2 * CONNECTIONS * BUFFER / BLOCK);
    int mss = 536;
    byte[] options = Octets.of(2, 4, mss >> 8, mss & 0xFF, 1, 1, 4, 2);
    for (int i = 0; i < ATTACKERS; i++) {
      connect(options);
      most(mss);
      h.tryWrite(BUFFER);
      sent(); // is never acknowledged
    }
    assertTrue(h.net.counter(Counter.TCP_RECORDS_SHORT) > 0);
    connect(options);
    int before = most(mss);
    assertTrue(before >= 10 * mss && before <= 32 * mss, before + " octets in flight");
    held.remove(h.socket);
    peers.remove(h.peer);
    h.abort();
    abortFirst(ATTACKERS);
    connect(options);
    int after = most(mss);
    assertTrue(after > 64 * mss, after + " octets in flight");
  }

  /** Most octets in flight while 300,000 are sent and acknowledged. */
  private int most(int mss) {
    int most = 0;
    long acknowledged = 0;
    for (int round = 0; acknowledged < 300_000; round++) {
      assertTrue(round < 1000, "acknowledged " + acknowledged);
      h.tryWrite((int) Math.min(BUFFER, 300_000 - h.written()));
      sent();
      most = Math.max(most, (int) (h.peer.seen() - acknowledged));
      acknowledged = Math.min(h.peer.seen(), acknowledged + 2 * mss);
      h.inject(ack(acknowledged));
    }
    return most;
  }

  @Test
  void tcp44_everyStateGivesItsMemoryBack() {
    host(BLOCK, SHARED);
    int first = connect();
    abortFirst(1);
    for (int i = 0; i < ATTACKERS; i++) {
      connect();
      h.inject(ack(0).window(100));
      h.tryWrite(BUFFER);
      if (i % 4 == 0) {
        h.inject(data(0, 1000).fin()); // CLOSE-WAIT, and nobody reads
      } else if (i % 4 == 1) {
        h.inject(data(1000, 1000)); // the octets before it never come: FIN-WAIT-1
        h.shutdownWrite();
      } else {
        if (i % 4 == 2) {
          h.inject(fin(0)); // LAST-ACK
        }
        held.remove(h.socket);
        peers.remove(h.peer);
        h.close();
      }
      sent();
    }
    assertTrue(blocks.used() >= SHARED * BLOCK);
    expectShortage(true);
    expectTransfer();
    h.advanceMs(1_800_000); // nobody answers
    sent();
    for (TcpSocket socket : held) {
      assertEquals(Status.TIMED_OUT, socket.status());
    }
    abortFirst(held.size());
    assertEquals(0, blocks.used());
    assertEquals(first, connect(), "what was offered at first is there again");
    expectTransfer();
  }
}
