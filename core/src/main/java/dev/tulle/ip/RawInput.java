// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.buffer.Packet;

/** Who hears packets beside the transport that they are for. */
public interface RawInput {
  /**
   * Takes a packet for one of our addresses; its payload is at {@code packet.head}, and it stays
   * the caller's.
   *
   * @return whether somebody wants packets of the protocol
   */
  boolean arrived(Packet packet, int protocol);
}
