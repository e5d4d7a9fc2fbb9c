// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tulle.buffer.ByteRing;
import dev.tulle.buffer.PacketPool;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.wire.TcpHeader;
import org.junit.jupiter.api.Test;

class SegmentSizeTest {
  private static final int FULL = 1460;
  private static final int SMALL = 1024;
  private static final long MS = 1_000_000;

  private final Counters counters = new Counters();
  private final PacketPool pool = new PacketPool(4, 1514);
  private final FakePath path = new FakePath(pool);
  private final Output output =
      new Output(new SegmentWriter(pool, counters, Bench.NO_OPTIONS), counters);
  private final Rack rack = new Rack(64);
  private final SegmentSize size = new SegmentSize(new MtuProbe());
  private Connection c;
  private long nowNs = 1000 * MS;

  /** An established connection with much to send, whose full segments have timed out for good. */
  private void blackHole(int window) {
    TcpSocket socket =
        new TcpSocket(
            path,
            new ByteRing(65_536),
            new ByteRing(4096),
            4,
            rack,
            new FixedWindow(window),
            counters);
    c = socket.connection;
    c.clear();
    c.segmentSize = size;
    c.receiver.start(FULL);
    c.sender.start(0);
    c.receiver.open(Bench.IRS);
    rack.start(0);
    c.sender.sndNxt = 1;
    c.sender.mss = FULL;
    c.sender.acknowledged(1);
    c.establish(Segments.bare(Bench.IRS + 1, 1, 60_000), nowNs);
    c.sender.ring.append(new byte[40_000], 0, 40_000);
    send(3, FULL);
    for (int i = 1; i <= 3; i++) {
      c.timer.backoff = (byte) i;
      size.turn(c, output, nowNs);
    }
    assertEquals(SMALL, c.sender.mss);
    c.timer.backoff = 0;
    nowNs += 100 * MS;
    int unused = ack(3 * FULL, -1);
  }

  private void send(int segments, int octets) {
    for (int i = 0; i < segments; i++) {
      c.sender.sndNxt += octets;
      rack.sent(c.sender.sndNxt, octets, nowNs);
    }
  }

  private int ack(int octets, long echoNs) {
    Segment s = Segments.data(0, 0);
    s.ack = c.sender.sndUna + octets;
    s.echoNs = echoNs;
    c.sender.acknowledged(s.ack);
    return rack.arrived(s, s.ack, c.sender.sndNxt, octets, c.sender.mss, false, nowNs);
  }

  @Test
  void aProbeFindsRoomForWhatIsInTheNetworkTwice() {
    blackHole(19 * SMALL);
    long sentNs = nowNs;
    send(10, SMALL);
    nowNs += 1000 * MS;
    rack.timedOut(c.sender.sndUna, c.sender.sndNxt, true, nowNs);
    while (rack.due()) {
      rack.sentAgain(rack.until(c.sender.sndUna, SMALL), SMALL, nowNs);
    }
    nowNs += 10 * MS;
    assertEquals(LossRecovery.UNDO, ack(SMALL, sentNs), "none was lost");
    assertEquals(18 * SMALL, rack.inFlight(c.sender.sndUna, c.sender.sndNxt, SMALL));
    size.turn(c, output, nowNs);
    assertEquals(0, counters.value(Counter.TCP_MTU_PROBE));
    int unused = ack(5 * SMALL, sentNs);
    size.turn(c, output, nowNs);
    assertEquals(1, counters.value(Counter.TCP_MTU_PROBE));
    assertEquals(FULL, path.sent.getLast().length - TcpHeader.BYTES);
  }
}
