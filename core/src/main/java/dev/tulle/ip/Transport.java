// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.buffer.Packet;

/** A protocol above IP: what the network layer hands packets and errors to. */
public interface Transport {
  /** The number in the protocol or next-header field. */
  int protocol();

  /**
   * Processes a packet for one of our addresses; its transport header is at {@code packet.head}.
   *
   * <p>The packet stays the caller's: keep copies, not references. {@code sum} is the
   * pseudo-header's sum, not folded, with {@code packet.length()} as its length; {@code
   * Checksum.finish} of it plus the sum of {@code [head, end)} must be 0.
   *
   * @return false where nobody uses the port: the network layer tells the sender if it may
   */
  boolean input(Packet packet, int sum, long nowNs);

  /**
   * A router or host says that a packet of ours did not arrive.
   *
   * <p>{@code packet.head} is at the quoted transport header, of which at least 8 octets are there.
   * {@code packet.source} and {@code destination} are those of an answer to the quoted packet, so
   * that {@link Path#matches} finds who sent it.
   *
   * @param kind one of {@link IcmpError}
   * @param mtu for {@link IcmpError#TOO_BIG} the next hop's MTU, else 0
   */
  void error(Packet packet, int kind, int mtu, long nowNs);

  /**
   * As {@link #error} for {@link IcmpError#TOO_BIG}, where paths are measured: whoever has sent
   * such a packet tells its {@link Path#tooBig}.
   *
   * @param mtu of the link that did not carry it, by estimate where a router did not tell
   */
  void tooBig(Packet packet, int mtu, long nowNs);
}
