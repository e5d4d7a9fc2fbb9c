// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * A TCP option: its codec, its part in the handshake, and what it adds to each segment.
 *
 * <p>A profile hands the options that it wants to {@link Tcp}, in the order in which they shall be
 * written into a SYN; MSS is always there. What no profile hands over is not in the binary.
 */
public abstract class TcpOption {
  abstract boolean takes(int kind);

  /**
   * Reads the option of {@code size} octets at {@code at}, whose length is legal, into the segment;
   * a second one of the same kind changes nothing.
   */
  abstract void parse(Segment segment, int kind, int at, int size);

  /**
   * Writes the option into a SYN, padded to four octets.
   *
   * @param answering whether this is a SYN-ACK: then only what the peer offered may be answered
   * @return where the next option starts
   */
  abstract int writeSyn(byte[] b, int at, Connection c, boolean answering, long nowNs);

  /** Takes note of what the peer's SYN carried. */
  abstract void agree(Connection c, Segment syn, long nowNs);

  /**
   * Writes the option into another segment, padded to four octets.
   *
   * @param room octets that options may still take
   * @param length octets of payload that will follow
   * @return where the next option starts
   */
  abstract int write(byte[] b, int at, int room, Connection c, int length, long nowNs);

  /** Whether a segment may be looked at, after which it counts as seen; asked in all states. */
  abstract boolean accepts(Connection c, Segment s, long nowNs);
}
