// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Interface;

/** What a router does with packets before {@link Ipv4Layer} delivers or drops them. */
public interface Forwarding {
  /**
   * Takes a packet whose header was checked and whose addresses and bounds are set; it stays the
   * caller's.
   *
   * @param reason -1 where it is for the interface that it came by; {@code Counter.IP_NOTOURS}
   *     where it is for another address, a fragment perhaps; another counter where it is dropped
   * @return -1 where it shall be delivered here; otherwise what is to be counted, and that is all
   */
  int arrived(Packet packet, Interface from, int reason, long nowNs);

  /**
   * As {@code Network.undelivered}, for a packet that was forwarded.
   *
   * @return false where it was one of our own
   */
  boolean undelivered(Packet packet, long nowNs);
}
