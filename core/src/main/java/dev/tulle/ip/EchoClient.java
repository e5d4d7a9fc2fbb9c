// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.buffer.Packet;

/**
 * Who sent echo requests and wants to know what came of them.
 *
 * <p>An interface, though {@link Ping} is its one kind, because the native build leaves out what an
 * interface alone reaches and nothing constructs; what a class's field reaches stays in.
 */
public interface EchoClient {
  /**
   * Takes in an echo reply, whose ICMP header is at {@code packet.head}.
   *
   * @return whether it answers a request
   */
  boolean answered(Packet packet, long nowNs);

  /**
   * Takes in an error about an ICMP message of ours.
   *
   * @param packet as for {@link Transport#error}
   * @param kind one of {@link IcmpError}
   */
  void failed(Packet packet, int kind, long nowNs);
}
