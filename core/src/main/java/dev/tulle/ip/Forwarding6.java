// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.buffer.Packet;
import dev.tulle.nd.Ipv6Port;

/** What a router does with IPv6 packets that {@link Ipv6Layer} would drop as not ours. */
public interface Forwarding6 {
  /**
   * Takes a packet whose header was checked and whose bounds are set; it stays the caller's.
   *
   * @return -1 where it shall be delivered here; otherwise what is to be counted
   */
  int arrived(Packet packet, Ipv6Port from, long nowNs);

  /**
   * As {@code Network.undelivered}, for a packet that was forwarded.
   *
   * @return false where it was one of our own
   */
  boolean undelivered(Packet packet, long nowNs);
}
