// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.buffer.Packet;
import dev.tulle.nd.Ipv6Port;

/** What a router does with IPv6 packets: with those for others, and before those for itself. */
public interface Forwarding6 {
  /**
   * Takes a packet whose header was checked and whose bounds are set; it stays the caller's.
   *
   * @return -1 where it shall be delivered here; otherwise what is to be counted
   */
  int arrived(Packet packet, Ipv6Port from, long nowNs);

  /**
   * Looks at a packet for us, whose payload begins at its head, before its transport does.
   *
   * @return -1 where it shall be delivered; otherwise what is to be counted
   */
  int here(Packet packet, int protocol, Ipv6Port from, long nowNs);

  /** Whether what came for an address that is not ours is answered in its name. */
  boolean answersAs(long high, long low);

  /**
   * As {@code Network.undelivered}, for a packet that was forwarded.
   *
   * @return false where it was one of our own
   */
  boolean undelivered(Packet packet, long nowNs);
}
