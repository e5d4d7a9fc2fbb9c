// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Counter;
import dev.tulle.wire.TcpHeader;

/**
 * Explicit congestion notification on one connection, in both directions: RFC 3168 6.1.
 *
 * <p>What RFC 3540 and RFC 9768 make of a further flag is ignored. Where the congestion window is
 * at its least, echoes do not slow the sender down further, as in Linux; RFC 3168 6.1.2 would have
 * it wait for its retransmission timer.
 */
final class EcnState {
  /**
   * Of the traffic class: what the network has to say, and what a sender and a router put there.
   */
  private static final int FIELD = 3;

  private static final int CAPABLE = 2; // ECT(0)
  private static final int MARKED = 3; // CE

  private static final int BOTH = TcpHeader.ECE | TcpHeader.CWR;

  /** Segments acknowledged at once where a delay would cost the peer its small window. */
  private static final int QUICK_ACKS = 2;

  private final boolean asks;

  /** Whether our SYN asked, and no SYN of ours went without. */
  private boolean asked;

  /** Whether what we send may be marked. */
  boolean agreed;

  /** Whether marks count on what arrives. */
  private boolean heeds;

  /** A mark came, and no word yet that the peer has slowed down: each segment echoes it. */
  private boolean echo;

  /** Our window shrank, and the peer is still to be told. */
  private boolean telling;

  /** Whether the window shrinks because of an echo: then it does not grow, nor shrink twice. */
  boolean reducing;

  /**
   * Whether echoes are of what we know already, until data from {@link #end} on is acknowledged.
   */
  private boolean deaf;

  private int end;

  EcnState(boolean asks) {
    this.asks = asks;
  }

  /** The peer's SYN or SYN-ACK settles whether it is used; forgets an earlier connection. */
  void agree(Connection c, Segment syn) {
    // RFC 3168 6.1.1: a SYN asks with both flags, a SYN-ACK agrees with the one. Both set in a
    // SYN-ACK come from a peer that reflects what it does not know.
    // RFC 3168 6.1.1 (MUST): whoever has sent one SYN that asks and gets its answer heeds marks,
    // though he may not use them himself when another SYN of his went without. Linux uses them.
    boolean answer = syn.has(TcpHeader.ACK);
    heeds =
        answer
            ? asks && c.active && (syn.flags & BOTH) == TcpHeader.ECE
            : asksFor(syn) && (asked || !c.active);
    agreed = heeds && (asked || !answer);
    echo = false;
    telling = false;
    reducing = false;
    deaf = false;
  }

  /** What the SYN and our answer to it agreed on, where a cookie has kept it. */
  void recall(boolean kept) {
    heeds = kept;
    agreed = kept;
  }

  /** RFC 3168 6.1.1 (MUST NOT): no SYN is marked; if it is, somebody mangles the field: Linux. */
  private static boolean asksFor(Segment syn) {
    return (syn.flags & BOTH) == BOTH && (syn.trafficClass & FIELD) == 0;
  }

  /** The flags of a segment that goes out; marks the packet as one that may be marked. */
  int mark(Connection c, Packet packet, int flags, int seq, int length) {
    Sender sender = c.sender;
    if (flags == TcpHeader.SYN) {
      // RFC 3168 6.1.1.1: a SYN without an answer is repeated without, in case that was why.
      asked = asks && sender.sndNxt == sender.iss;
      return asked ? flags | BOTH : flags;
    }
    if (!heeds) {
      return flags;
    }
    if ((flags & TcpHeader.SYN) != 0) {
      return flags | TcpHeader.ECE;
    }
    int marked = echo ? flags | TcpHeader.ECE : flags;
    if (!agreed || length == 0 || c.probeDue) {
      return marked; // RFC 3168 6.1.4, 6.1.6 (MUST NOT): no pure ACK, no window probe
    }
    if (seq != sender.sndNxt) {
      repeats(c); // RFC 3168 6.1.5 (MUST NOT): nothing sent again
      return marked;
    }
    packet.trafficClass |= CAPABLE;
    if (telling) {
      telling = false;
      marked |= TcpHeader.CWR; // RFC 3168 6.1.2: with the first new data after the reduction
    }
    return marked;
  }

  /** Something goes out again: was it lost, the window is smaller already, and the peer told so. */
  private void repeats(Connection c) {
    if (!c.loss.due()) {
      return; // a probe
    }
    boolean timedOut = !c.loss.recovering();
    reducing &= !timedOut; // slow start begins anew
    if (!deaf || timedOut) {
      telling = true;
      deaf = true;
      end = c.sender.sndNxt;
    }
  }

  /** Takes in marks of the network and the peer's word that it has slowed down. */
  void arrived(Connection c, Segment s) {
    boolean marked = (s.trafficClass & FIELD) == MARKED;
    if (s.has(TcpHeader.SYN)) {
      // RFC 3168 6.1.1: a peer that repeats its SYN without asking will not use it.
      heeds &= s.has(TcpHeader.ACK) || s.seq != c.receiver.irs || asksFor(s);
      agreed &= heeds;
      return;
    }
    if (!heeds || !marked && !s.has(TcpHeader.CWR) || s.length == 0) {
      return; // RFC 3168 6.1.4: marks on pure ACKs say nothing
    }
    // RFC 3168 6.1.5 (SHOULD): nor do those on what may be forged or was sent again.
    if (!c.receiver.acceptable(s) || !c.sender.acceptable(s.ack)) {
      return;
    }
    boolean echoed = echo;
    // RFC 3168 6.1.3: a mark that comes with the peer's word is a new one.
    echo = marked || echo && !s.has(TcpHeader.CWR);
    if (marked) {
      c.counters.add(Counter.TCP_CE_RECEIVED);
    }
    if (echo != echoed) {
      // As in Linux: a peer whose window may be very small does not wait for a delayed ACK.
      c.receiver.quick = (byte) Math.max(c.receiver.quick, QUICK_ACKS);
    }
  }

  /**
   * An acceptable ACK has been taken in; reacts where it echoes a mark.
   *
   * @return whether the congestion window stands still
   */
  boolean acknowledged(Connection c, Segment s) {
    Sender sender = c.sender;
    if (deaf && Seq.lt(end, sender.sndUna)) {
      deaf = false; // what told the peer has arrived: an echo from now on is a new one
      reducing = false;
    }
    // Before data was acknowledged, nothing that we sent can have been marked.
    boolean early = sender.sndUna == sender.iss + 1;
    if (agreed && s.has(TcpHeader.ECE) && !deaf && !early && !c.loss.recovering()) {
      deaf = true;
      reducing = true;
      telling = true;
      end = sender.sndNxt;
      int flight = sender.sndNxt - sender.sndUna;
      // RFC 3168 6.1.2, RFC 9438 4.6: as for a loss, but nothing is to be sent again.
      c.congestion.lost(flight);
      c.loss.slowDown(c.congestion.threshold(), flight, end, sender.mss);
      c.counters.add(Counter.TCP_ECN_REDUCED);
    }
    return reducing;
  }
}
