// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit.sim;

import dev.tulle.testkit.TcpSegment;

/**
 * What RFC 3168 6.1 demands of one connection as the wire at one host shows it: who may let his
 * packets be marked, which of them, and that marks are told to the peer until it has heard.
 */
final class EcnFlow {
  private static final int FIELD = 3;
  private static final int CE = 3;
  private static final int BOTH = TcpSegment.ECE | TcpSegment.CWR;

  /**
   * Whether the host may answer with cookies (RFC 4987 3.6): each answers the SYN that it is for,
   * and remembers no other of the same connection.
   */
  private final boolean cookies;

  private boolean answered;

  // SYNs and SYN-ACKs with and without ECN.
  private boolean sentSetup;
  private boolean sentPlain;
  private boolean receivedSetup;
  private boolean receivedPlain;

  /** A mark arrived, and since then no word that the peer has slowed down. */
  private boolean owesEcho;

  /**
   * A mark arrived with the octets from here to there, which nothing has acknowledged yet. They may
   * not have been taken in: a cookie finds no room, for one.
   */
  private boolean marked;

  private int markSeq;
  private int markEnd;

  EcnFlow(boolean cookies) {
    this.cookies = cookies;
  }

  /** A segment goes out; null, or what is wrong. */
  String sent(int trafficClass, int flags, int ack, boolean data, boolean fresh) {
    int field = trafficClass & FIELD;
    if (marked && (flags & TcpSegment.ACK) != 0 && ack - markEnd >= 0) {
      owesEcho = true;
      marked = false;
    }
    int both = flags & BOTH;
    if ((flags & TcpSegment.SYN) != 0) {
      boolean setup = setup(flags);
      answered |= (flags & TcpSegment.ACK) != 0;
      sentSetup |= setup;
      sentPlain |= !setup;
      return field == 0 ? null : "let a SYN be marked";
    }
    // 6.1.1 (MUST NOT): the first three; (SHOULD NOT): the last.
    boolean plain = sentPlain || receivedPlain;
    boolean may = sentSetup && receivedSetup && (!plain || cookies && answered);
    if (field == CE) {
      return "marked a packet of its own";
    } else if (field != 0 && !may) {
      return "let a packet be marked that may not be: ECN is not agreed";
    } else if (field != 0 && !data) {
      return "let a segment without data be marked";
    } else if (field != 0 && !fresh) {
      return "let a segment be marked that was sent again";
    } else if (owesEcho && (both & TcpSegment.ECE) == 0) {
      return "did not echo a mark";
    } else if (!sentSetup && both != 0) {
      return "used flags of ECN that are not agreed";
    }
    return null;
  }

  /**
   * A segment arrives as its peer sent it.
   *
   * @param end the number behind its last octet
   * @param data whether it brings some, in order or not
   * @param next whether it brings what is expected next, so that it counts
   */
  void received(int trafficClass, int flags, int seq, int end, boolean data, boolean next) {
    if ((flags & TcpSegment.SYN) != 0) {
      boolean setup = setup(flags) && (trafficClass & FIELD) == 0;
      receivedSetup |= setup;
      receivedPlain |= !setup;
      return;
    }
    if (data && (flags & TcpSegment.CWR) != 0) {
      owesEcho = false;
      marked = false;
    }
    if (data && (trafficClass & FIELD) != CE && seq - markEnd < 0 && end - markSeq > 0) {
      marked = false; // a copy, which may be what is taken in
    }
    // 6.1.1 (MUST): a host that offered ECN and heard of no refusal heeds marks.
    if (next && (trafficClass & FIELD) == CE && sentSetup && !receivedPlain && !marked) {
      marked = true;
      markSeq = seq;
      markEnd = end;
    }
  }

  private static boolean setup(int flags) {
    boolean answer = (flags & TcpSegment.ACK) != 0;
    return (flags & BOTH) == (answer ? TcpSegment.ECE : BOTH);
  }
}
