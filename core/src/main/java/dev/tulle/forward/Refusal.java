// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.forward;

import dev.tulle.buffer.Packet;
import dev.tulle.ip.Transport;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Checksum;
import dev.tulle.wire.TcpHeader;

/** Answers TCP where a router has none of its own: with a reset, as every closed port does. */
public final class Refusal implements Transport {
  private final Answers answers;
  private final Counters counters;

  public Refusal(Answers answers, Counters counters) {
    this.answers = answers;
    this.counters = counters;
  }

  @Override
  public int protocol() {
    return TcpHeader.PROTOCOL;
  }

  @Override
  public boolean input(Packet packet, int sum, long nowNs) {
    if (Checksum.finish(sum + Bytes.sum(packet.bytes, packet.head, packet.length())) != 0) {
      counters.add(Counter.TCP_BADSUM);
    } else if (!packet.group) {
      answers.refuse(packet, nowNs);
    }
    return true;
  }

  @Override
  public void error(Packet packet, int kind, int mtu, long nowNs) {
    // Nothing was sent that it could be about.
  }

  @Override
  public void tooBig(Packet packet, int mtu, long nowNs) {
    // Nothing was sent that it could be about.
  }
}
