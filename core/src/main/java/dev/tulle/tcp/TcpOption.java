// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * A TCP option: its codec, and its part in the handshake.
 *
 * <p>A profile hands the options that it wants to {@link Tcp}, in the order in which they shall be
 * written; MSS is always there. What no profile hands over is not in the binary.
 */
public abstract class TcpOption {
  abstract int kind();

  /**
   * Reads the option of {@code size} octets at {@code at} into the segment; a second one of the
   * same kind changes nothing.
   *
   * @return whether its length is legal
   */
  abstract boolean parse(Segment segment, int at, int size);

  /**
   * Writes the option into a SYN.
   *
   * @param answering whether this is a SYN-ACK: then only what the peer offered may be answered
   * @return where the next option starts
   */
  abstract int writeSyn(byte[] b, int at, Connection c, boolean answering);

  /** Takes note of what the peer's SYN carried, after {@code c} has sent its own or before. */
  abstract void agree(Connection c, Segment syn);
}
