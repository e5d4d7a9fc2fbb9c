// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.stack;

import dev.tulle.buffer.Packet;

/** A network layer as an interface below sees it: where packets of one type of frame go. */
public interface Network {
  /**
   * Processes a packet; its network header is at {@code packet.head}, the end is the frame's.
   *
   * <p>The packet stays the caller's. {@code packet.group} says whether the link delivered it to
   * more than this host.
   */
  void input(Packet packet, Interface from, long nowNs);

  /**
   * Takes notice that a packet of ours found no neighbour to go to.
   *
   * <p>{@code packet.head} is at its network header; the packet stays the caller's.
   */
  void undelivered(Packet packet, long nowNs);
}
