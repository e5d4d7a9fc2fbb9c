// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.buffer.PacketPool;
import dev.tulle.nd.Ipv6Port;
import dev.tulle.stack.Counters;

/**
 * IPv6 of a machine with several ports: an address is behind the port in whose subnet it is, of
 * several in that with the longest prefix, and otherwise behind one that has a default router.
 *
 * <p>With one port there is no choice, and its routers alone are asked.
 */
public final class SeveralPorts6 extends Ipv6Layer {
  public SeveralPorts6(Ipv6Port[] ports, PacketPool pool, Counters counters) {
    super(ports, pool, counters);
  }

  @Override
  Ipv6Port port(int scope, long high, long low) {
    Ipv6Port best = null;
    int most = -1;
    for (int i = 0; i < ports.length && scope == 0; i++) {
      int bits = ports[i].routers.onLinkBits(high, low);
      if (bits > most) {
        most = bits;
        best = ports[i];
      }
    }
    return best == null ? super.port(scope, high, low) : best;
  }
}
