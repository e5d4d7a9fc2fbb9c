// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.wire.TcpHeader;

/**
 * Remembers where the peer's urgent data ends; the data itself stays where it is in the stream.
 *
 * <p>RFC 9293 3.10.7.4, sixth step, and RFC 6093: a mark, no second channel. Sending urgent data is
 * not offered: RFC 6093 5 (SHOULD NOT). Stands among the options although it is a field of the
 * header, since it has to look at each segment; it writes nothing.
 */
public final class UrgentMark extends TcpOption {
  @Override
  boolean takes(int kind) {
    return false;
  }

  @Override
  void parse(Segment segment, int kind, int at, int size) {}

  @Override
  int writeSyn(byte[] b, int at, Connection c, boolean answering, long nowNs) {
    return at;
  }

  @Override
  void agree(Connection c, Segment syn, long nowNs) {
    c.urgent = false;
  }

  @Override
  int write(byte[] b, int at, int room, Connection c, int length, long nowNs) {
    return at;
  }

  @Override
  boolean accepts(Connection c, Segment s, long nowNs) {
    if (c.urgent && Seq.lt(c.urgentSeq, next(c))) {
      c.urgent = false; // read; left behind, it would be ahead after 2 GB
    }
    if (s.has(TcpHeader.URG) && s.urgent > 0 && follows(c, s)) {
      // RFC 6093 3.1, 4: the pointer is to what follows the last urgent octet, as everybody does.
      int last = s.seq + s.urgent - 1;
      if (!Seq.lt(last, next(c)) && (!c.urgent || Seq.lt(c.urgentSeq, last))) {
        c.urgent = true;
        c.urgentSeq = last;
      }
    }
    return true;
  }

  /** Whether the segment belongs to the stream: all the steps before the sixth let it through. */
  private static boolean follows(Connection c, Segment s) {
    boolean receives = c.state >= State.ESTABLISHED && c.state <= State.FIN_WAIT_2;
    return receives
        && c.state != State.CLOSE_WAIT
        && s.has(TcpHeader.ACK)
        && !s.has(TcpHeader.SYN)
        && !s.has(TcpHeader.RST)
        && c.receiver.acceptable(s)
        && c.sender.acceptable(s.ack);
  }

  /** The sequence number of the octet that the application reads next. */
  static int next(Connection c) {
    return c.receiver.rcvNxt - (c.receiver.finished ? 1 : 0) - c.receiver.ring.length();
  }
}
