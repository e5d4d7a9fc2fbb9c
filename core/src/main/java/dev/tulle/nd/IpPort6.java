// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nd;

import dev.tulle.buffer.Packet;
import dev.tulle.buffer.PacketPool;
import dev.tulle.link.IpPort;
import dev.tulle.stack.Counters;
import dev.tulle.stack.KeyedHash;

/** A port without link addresses as IPv6 sees it: no neighbour is asked before it is sent to. */
public final class IpPort6 extends Ipv6Port {
  /**
   * @param random draws delays and nonces
   */
  public IpPort6(IpPort port, int index, PacketPool pool, Counters counters, KeyedHash random) {
    super(port, index, pool, counters, random);
  }

  @Override
  public void output(Packet packet, long high, long low, long nowNs) {
    port.send(packet, 0, 0, 0, nowNs);
  }

  @Override
  public boolean ready() {
    return true;
  }
}
