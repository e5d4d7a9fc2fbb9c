// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.stack.Part;
import dev.tulle.wire.Bytes;

/**
 * A RACK that is told of segments of 1,000 octets, which go out a millisecond apart on a path with
 * a round trip of 100 ms.
 */
class RackSteps {
  static final int MSS = 1000;
  static final long MS = 1_000_000;

  final Rack rack = new Rack(16);
  int base;
  int una;
  int nxt;
  long nowNs;
  long echoNs = -1;

  void open(int iss) {
    rack.start(iss);
    base = iss + 1;
    una = base;
    nxt = base;
    nowNs = 1000 * MS;
  }

  void send(int segments) {
    for (int i = 0; i < segments; i++) {
      nxt += MSS;
      rack.sent(nxt, MSS, nowNs);
      rack.plan(100_000, Part.NEVER, nowNs);
      nowNs += MS;
    }
  }

  /** An ACK up to segment {@code to}, with blocks in octets from the beginning, in pairs. */
  int ack(int to, int... edges) {
    Segment s = Segments.data(0, 0);
    s.echoNs = echoNs;
    s.ack = base + to * MSS;
    s.bytes = new byte[32];
    s.sackBlocks = edges.length / 2;
    for (int i = 0; i < edges.length; i++) {
      Bytes.put32(s.bytes, 4 * i, base + edges[i]);
    }
    int octets = s.ack - una;
    una = s.ack;
    int verdict = rack.arrived(s, una, nxt, octets, MSS, octets == 0, nowNs);
    if (verdict == LossRecovery.LOSS) {
      rack.reduce(2 * MSS, nxt - una, MSS);
    }
    if (octets > 0) {
      rack.plan(100_000, Part.NEVER, nowNs);
    }
    return verdict;
  }

  int sack(int to, int from, int until) {
    return ack(to, from * MSS, until * MSS);
  }

  /** Sends the next due segment again and answers which one it is. */
  int sendAgain() {
    assertTrue(rack.due());
    int from = rack.from(una);
    int end = rack.until(una, MSS);
    rack.sentAgain(end, end - from, nowNs);
    return (from - base) / MSS;
  }

  int inFlight() {
    return rack.inFlight(una, nxt, MSS) / MSS;
  }
}
