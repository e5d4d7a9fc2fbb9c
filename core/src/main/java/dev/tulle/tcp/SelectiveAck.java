// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.wire.Bytes;
import dev.tulle.wire.TcpHeader;

/**
 * Selective acknowledgement: tells the peer what has arrived beyond a gap, and hears the same.
 *
 * <p>RFC 2018, and RFC 2883 for what arrived twice.
 *
 * <pre>
 * +--------+--------+
 * | kind 4 | len  2 |                                    in a SYN
 * +--------+--------+
 * +--------+--------+----------------+----------------+
 * | kind 5 | 8n + 2 | left edge (4)  | right edge (4) | ... n times, at most 4
 * +--------+--------+----------------+----------------+
 * </pre>
 */
public final class SelectiveAck extends TcpOption {
  private static final int BLOCK = 8;

  @Override
  boolean takes(int kind) {
    return kind == TcpHeader.OPTION_SACK_PERMITTED || kind == TcpHeader.OPTION_SACK;
  }

  @Override
  void parse(Segment segment, int kind, int at, int size) {
    if (kind == TcpHeader.OPTION_SACK_PERMITTED) {
      segment.sackPermitted = true;
    } else if (segment.sackBlocks == 0) {
      segment.sackBlocks = (size - 2) / BLOCK;
      segment.sackAt = at + 2;
    }
  }

  @Override
  int writeSyn(byte[] b, int at, Connection c, boolean answering, long nowNs) {
    if (answering && !c.selective) {
      return at;
    }
    Bytes.put16(b, at, TcpHeader.OPTION_NOP << 8 | TcpHeader.OPTION_NOP);
    Bytes.put16(b, at + 2, TcpHeader.OPTION_SACK_PERMITTED << 8 | 2);
    return at + 4;
  }

  @Override
  void agree(Connection c, Segment syn, long nowNs) {
    c.selective = syn.sackPermitted;
    c.loss.agreed(c.selective);
  }

  @Override
  int write(byte[] b, int at, int room, Connection c, int length, long nowNs) {
    Receiver receiver = c.receiver;
    boolean duplicate = receiver.duplicateStart != receiver.duplicateEnd;
    int blocks = receiver.reassembly.count() + (duplicate ? 1 : 0);
    // Data goes without: the pure ACK that follows it says more.
    if (!c.selective || blocks == 0 || length > 0) {
      return at;
    }
    blocks = Math.min(blocks, (room - 4) / BLOCK);
    Bytes.put16(b, at, TcpHeader.OPTION_NOP << 8 | TcpHeader.OPTION_NOP);
    Bytes.put16(b, at + 2, TcpHeader.OPTION_SACK << 8 | 2 + BLOCK * blocks);
    int to = at + 4;
    int end = to + BLOCK * blocks;
    if (duplicate) {
      to = put(b, to, receiver.duplicateStart, receiver.duplicateEnd);
      receiver.duplicateEnd = receiver.duplicateStart;
    }
    // RFC 2018 4: the block with the segment that came last goes first.
    for (int i = 0; to < end; i++) {
      to = put(b, to, receiver.reassembly.start(i), receiver.reassembly.end(i));
    }
    return to;
  }

  private static int put(byte[] b, int at, int left, int right) {
    Bytes.put32(b, at, left);
    Bytes.put32(b, at + 4, right);
    return at + BLOCK;
  }

  @Override
  boolean accepts(Connection c, Segment s, long nowNs) {
    if (!c.selective) {
      s.sackBlocks = 0;
    }
    return true;
  }
}
