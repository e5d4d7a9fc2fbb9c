// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit.sim;

import dev.tulle.testkit.Octets;
import dev.tulle.testkit.TcpSegment;

/**
 * One connection as the wire at one host shows it, and the rules of RFC 9293 that can be seen
 * there.
 *
 * <p>What is sent stays below the highest right edge that the peer ever offered, but for an octet
 * that probes a closed window (3.8.6.1); acknowledgements only grow, and cover nothing that has not
 * arrived; an offered window is never taken back (3.8.6, SHLD-14), but for what the scaled field
 * cannot tell (RFC 7323 2.4) and that of a SYN even less.
 */
final class WireFlow {
  private static final int NONE = -1;

  /** What cannot be news: an old connection's segment, most likely. */
  private static final int FAR = 1 << 24;

  private boolean open;
  private int iss;
  private int sentEnd;
  private int edge;
  private int ownShift = NONE;
  private int peerShift = NONE;
  private int synWindow;
  private int synSeq;
  private final boolean cookies;

  private EcnFlow ecn;
  private boolean heard;
  private int heardEnd;
  private boolean acknowledging;
  private int acknowledged;
  private int offered;

  /** The latest time stamp that arrived. */
  private int lastStamp;

  /** Whether the host may forget what its SYN-ACKs have offered: cookies keep no memory. */
  private final boolean forgets;

  /** The number of the SYN-ACK before the last one, which may have been a cookie that counts. */
  private int formerIss;

  /** Whether data went out for the first time since somebody asked last. */
  boolean fresh;

  WireFlow(boolean forgets, boolean cookies) {
    this.forgets = forgets;
    this.cookies = cookies;
    ecn = new EcnFlow(cookies);
  }

  /**
   * The host sends a segment.
   *
   * @param at where the TCP header starts
   * @param trafficClass of its packet
   * @return what is wrong, or null
   */
  String sent(byte[] b, int at, int length, int trafficClass) {
    int flags = b[at + 13];
    int seq = Octets.i32(b, at + 4);
    if ((flags & TcpSegment.RST) != 0) {
      return null;
    }
    boolean syn = (flags & TcpSegment.SYN) != 0;
    if (syn && (!open || seq != iss)) {
      opens(b, at, length, seq, (flags & TcpSegment.ACK) != 0);
    }
    if (!open) {
      return null; // an answer to a stranger
    }
    recall(seq);
    int end = seq + octets(b, at, length);
    boolean data = length > header(b, at);
    int ack = Octets.i32(b, at + 8);
    String wrong = ecn.sent(trafficClass, flags, ack, data, end - sentEnd > 0);
    if (wrong == null && !syn) {
      wrong = sends(seq, end);
    }
    return wrong != null || (flags & TcpSegment.ACK) == 0 ? wrong : acknowledges(b, at, syn);
  }

  private void opens(byte[] b, int at, int length, int seq, boolean answering) {
    formerIss = answering && open ? iss : seq;
    open = true;
    iss = seq;
    sentEnd = seq + octets(b, at, length); // data may travel with the SYN: RFC 7413
    edge = seq + 1 + (answering ? synWindow : 0);
    ownShift = shift(b, at, length);
    acknowledging = false;
    heard = answering; // and it says itself which SYN it answers
    heardEnd = Octets.i32(b, at + 8);
    if (!answering) {
      peerShift = NONE;
      ecn = new EcnFlow(cookies);
    }
  }

  /** A peer that was answered twice may go on with the first answer, where that was a cookie. */
  private void recall(int number) {
    boolean former = number - formerIss > 0 && number - formerIss < FAR;
    if (open && former && (number - iss < 0 || number - iss >= FAR)) {
      edge += formerIss - iss;
      sentEnd = formerIss + 1;
      iss = formerIss;
    }
  }

  private String sends(int seq, int end) {
    if (end - sentEnd > 0) {
      if (end - edge > 1) {
        return "sent " + (end - edge) + " octets beyond the right edge of every window offered";
      }
      fresh |= end - edge <= 0;
      sentEnd = end;
    } else if (seq - iss < 0) {
      return "sent what lies before its initial sequence number";
    }
    return null;
  }

  private String acknowledges(byte[] b, int at, boolean syn) {
    int ack = Octets.i32(b, at + 8);
    if (!heard || ack - heardEnd > 0) {
      return "acknowledged " + (ack - heardEnd) + " octets that have not arrived";
    }
    int shift = syn || !scaled() ? 0 : ownShift;
    int right = ack + (Octets.u16(b, at + 14) << shift);
    if (acknowledging && ack - acknowledged < 0) {
      return "acknowledged less than before, by " + (acknowledged - ack);
    }
    if (acknowledging && !syn && offered - right >= 1 << shift) {
      return "took back " + (offered - right) + " octets of its window";
    }
    if (syn && forgets) {
      return null;
    }
    offered = acknowledging && offered - right > 0 ? offered : right;
    acknowledging = true;
    acknowledged = ack;
    return null;
  }

  /** The host is about to receive a segment that is as its peer sent it. */
  void received(byte[] b, int at, int length, int trafficClass) {
    int flags = b[at + 13];
    int seq = Octets.i32(b, at + 4);
    if ((flags & TcpSegment.RST) != 0) {
      return;
    }
    boolean syn = (flags & TcpSegment.SYN) != 0;
    recall(Octets.i32(b, at + 8));
    boolean acks = (flags & TcpSegment.ACK) != 0;
    int window = Octets.u16(b, at + 14);
    int end = seq + octets(b, at, length);
    int ack = Octets.i32(b, at + 8);
    if (syn && !acks && seq != synSeq) {
      ecn = new EcnFlow(cookies);
      synSeq = seq;
    }
    boolean data = heard && length > header(b, at);
    // RFC 7323 5.3 R1: what was sent before a copy that overtook it is old, and so is its mark.
    int stampAt = option(b, at, length, 8);
    int stamp = stampAt < 0 ? lastStamp : Octets.i32(b, stampAt);
    boolean overtaken = data && stamp - lastStamp < 0;
    lastStamp = syn || stamp - lastStamp > 0 ? stamp : lastStamp;
    ecn.received(trafficClass, flags, seq, end, data, data && seq == heardEnd && !overtaken);
    if (syn && !acks) {
      synWindow = window;
      peerShift = shift(b, at, length);
    } else if (syn && !heard && open && ack - iss > 0 && ack - sentEnd <= 0) {
      heard = true;
      heardEnd = end;
      peerShift = shift(b, at, length);
      sentEnd = ack; // RFC 7413 4.2.1: what came with the SYN and was not taken is sent as new
    } else if (!syn && heard && end - heardEnd > 0 && end - heardEnd < FAR) {
      heardEnd = end;
    }
    if (open && acks && ack - iss > 0 && ack - sentEnd <= 0) {
      int right = ack + (window << (syn || !scaled() ? 0 : peerShift));
      edge = right - edge > 0 ? right : edge;
    }
  }

  private boolean scaled() {
    return ownShift != NONE && peerShift != NONE;
  }

  private static int header(byte[] b, int at) {
    return (b[at + 12] >> 4 & 15) * 4;
  }

  /** What a segment takes of the sequence numbers. */
  private static int octets(byte[] b, int at, int length) {
    int flags = b[at + 13];
    int marks = ((flags & TcpSegment.SYN) != 0 ? 1 : 0) + ((flags & TcpSegment.FIN) != 0 ? 1 : 0);
    return length - header(b, at) + marks;
  }

  /** The window scale option of a SYN. */
  private static int shift(byte[] b, int at, int length) {
    int value = option(b, at, length, 3);
    return value < 0 ? NONE : b[value];
  }

  /** Where the value of an option begins; negative where there is no such option. */
  private static int option(byte[] b, int at, int length, int kind) {
    int end = at + Math.min(length, header(b, at));
    for (int i = at + 20; i < end && b[i] != 0; i += b[i] == 1 ? 1 : Math.max(2, b[i + 1])) {
      if (b[i] == kind) {
        return i + 2;
      }
    }
    return NONE;
  }
}
