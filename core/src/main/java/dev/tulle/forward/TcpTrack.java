// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.forward;

import dev.tulle.wire.Bytes;
import dev.tulle.wire.TcpHeader;

/**
 * Follows a TCP connection from between its ends: its state, and whether a segment fits into the
 * windows that both have offered.
 *
 * <p>A segment that does not fit changes nothing here, so nobody off the path can end a connection
 * by a forged reset. Windows are looked at lightly: what an end may have sent again, or what it
 * offered before, still fits. Source: RFC 5382 5, RFC 7857 2; van Rooij, Real stateful TCP packet
 * filtering in IP Filter, 2001.
 */
final class TcpTrack {
  // What a sender has said, kept in Tuple.flags.
  private static final int SEEN = 1;
  private static final int OPENED = 2;
  private static final int FINISHED = 4;

  /** It has acknowledged something; before, where the other's window begins is not known. */
  private static final int ACKNOWLEDGED = 8;

  /** Of old acknowledgements and repeated data: what fits without a scaled window, and some. */
  private static final int LEAST_WINDOW = 66_000;

  private static final int MOST_SCALE = 14; // RFC 7323 2.3 (MUST)

  private TcpTrack() {}

  /** Whether a segment can begin a connection. */
  static boolean begins(byte[] b, int transport) {
    int flags = Bytes.u8(b, transport + TcpHeader.FLAGS);
    return (flags & (TcpHeader.SYN | TcpHeader.ACK | TcpHeader.RST | TcpHeader.FIN))
        == TcpHeader.SYN;
  }

  /**
   * Takes in a segment of a sender; answers false for one that does not fit, and stays as it was.
   */
  static boolean accept(Tuple from, byte[] b, int at, int end) {
    Tuple to = from.opposite;
    Flow flow = from.flow;
    int flags = Bytes.u8(b, at + TcpHeader.FLAGS);
    int header = TcpHeader.length(b, at);
    if (header < TcpHeader.BYTES || header > end - at) {
      return false;
    }
    boolean opens = (flags & TcpHeader.SYN) != 0;
    boolean finishes = (flags & TcpHeader.FIN) != 0;
    boolean acknowledges = (flags & TcpHeader.ACK) != 0;
    int sequence = Bytes.i32(b, at + TcpHeader.SEQUENCE);
    int acknowledgment = Bytes.i32(b, at + TcpHeader.ACKNOWLEDGMENT);
    int next = sequence + (end - at - header) + (opens ? 1 : 0) + (finishes ? 1 : 0);
    if (flow.state == Flow.CLOSING && begins(b, at)) {
      from.flags = 0; // the same ports once more
      to.flags = 0;
      flow.state = Flow.OPENING;
    }
    if (!fits(from, to, sequence, next, acknowledges, acknowledgment)) {
      return false;
    }
    if ((flags & TcpHeader.RST) != 0) {
      // RFC 5961 3.2: what the other end would believe is exactly what it expects next.
      if (sequence == to.acknowledged || flow.state == Flow.OPENING) {
        flow.state = Flow.CLOSING;
      }
      return true;
    }
    // A SYN that is repeated takes nothing back of what it, or what followed, has carried.
    boolean again = from.end - sequence > 0 && from.end - sequence <= LEAST_WINDOW;
    if ((from.flags & SEEN) == 0 || opens && flow.state == Flow.OPENING && !again) {
      from.end = next;
      from.scale = opens ? scale(b, at + TcpHeader.BYTES, at + header) : MOST_SCALE;
    }
    if (next - from.end > 0) {
      from.end = next;
    }
    // RFC 7323 2.2: the window of a SYN is never scaled.
    int window = Bytes.u16(b, at + TcpHeader.WINDOW) << (opens ? 0 : from.scale);
    from.window = Math.max(Math.max(from.window, window), 1);
    if (acknowledges
        && ((from.flags & ACKNOWLEDGED) == 0 || acknowledgment - from.acknowledged > 0)) {
      from.acknowledged = acknowledgment;
    }
    from.flags |=
        SEEN | (opens ? OPENED : 0) | (finishes ? FINISHED : 0) | (acknowledges ? ACKNOWLEDGED : 0);
    advance(flow, from, to);
    return true;
  }

  private static void advance(Flow flow, Tuple from, Tuple to) {
    int both = from.flags & to.flags;
    if (flow.state == Flow.OPENING && (both & OPENED) != 0 && (both & ACKNOWLEDGED) != 0) {
      flow.state = Flow.OPEN;
    }
    if ((both & FINISHED) != 0) {
      flow.state = Flow.CLOSING; // RFC 7857 2.2: from here on it is transitory
    }
  }

  /** Whether a segment lies in the windows, as far as both ends have spoken. */
  private static boolean fits(
      Tuple from, Tuple to, int sequence, int next, boolean acknowledges, int acknowledgment) {
    if ((to.flags & SEEN) == 0) {
      return true;
    }
    if (acknowledges) {
      int ahead = acknowledgment - to.end;
      if (ahead > 0 || ahead < -Math.max(LEAST_WINDOW, from.window)) {
        return false;
      }
    }
    if ((from.flags & SEEN) == 0) {
      return true;
    }
    int room = Math.max(to.window, LEAST_WINDOW);
    return ((to.flags & ACKNOWLEDGED) == 0 || next - to.acknowledged - room <= 0)
        && sequence - from.end + room >= 0;
  }

  /** The window scale option of a SYN, or 0. */
  private static int scale(byte[] b, int at, int end) {
    while (at < end) {
      int kind = Bytes.u8(b, at);
      int length = 1;
      if (kind == TcpHeader.OPTION_END) {
        return 0;
      }
      if (kind != TcpHeader.OPTION_NOP) {
        length = end - at < 2 ? 0 : Bytes.u8(b, at + 1);
        if (length < 2 || length > end - at) {
          return 0;
        }
        if (kind == TcpHeader.OPTION_WINDOW_SCALE && length == 3) {
          return Math.min(Bytes.u8(b, at + 2), MOST_SCALE);
        }
      }
      at += length;
    }
    return 0;
  }
}
