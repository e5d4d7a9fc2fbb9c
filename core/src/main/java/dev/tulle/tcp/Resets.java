// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.buffer.Packet;
import dev.tulle.ip.Path;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.wire.TcpHeader;

/** Answers segments that belong to no connection with resets, a bounded number in a second. */
final class Resets {
  private static final int PER_SECOND = 100;

  private final SegmentWriter writer;
  private final Path path;
  private final Counters counters;
  private final PerSecond limit = new PerSecond(PER_SECOND);

  Resets(SegmentWriter writer, Path path, Counters counters) {
    this.writer = writer;
    this.path = path;
    this.counters = counters;
  }

  /** RFC 9293 3.5.2, group 1, and 3.10.7.1; never for a reset. */
  void answer(Packet packet, Segment s, long nowNs) {
    if (!limit.allow(nowNs)) {
      counters.add(Counter.TCP_RESET_LIMIT);
      return;
    }
    path.answer(packet);
    if (s.has(TcpHeader.ACK)) {
      writer.reset(path, s.destinationPort, s.sourcePort, s.ack, 0, false, nowNs);
    } else {
      writer.reset(path, s.destinationPort, s.sourcePort, 0, s.seq + s.span(), true, nowNs);
    }
  }
}
