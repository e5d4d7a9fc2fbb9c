// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.KeyedHash;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.TcpHeader;

/**
 * The timestamps option: which sending an ACK answers, and protection against old duplicates
 * (PAWS).
 *
 * <p>RFC 7323 3 to 5. A tick is a millisecond; each pair of endpoints has an offset of its own, so
 * that nobody learns how long the machine is up (RFC 7323 5.4).
 *
 * <pre>
 * +--------+--------+------------------+------------------+
 * | kind 8 | len 10 |  value (4)       |  echo (4)        |
 * +--------+--------+------------------+------------------+
 * </pre>
 */
public final class Timestamps extends TcpOption {
  private static final int SIZE = 10;
  static final int PADDED = 12;
  static final long TICK_NS = 1_000_000;

  /** RFC 7323 5.5: a recent stamp is outdated after 24 days. */
  private static final long OUTDATED_NS = 24L * 24 * 3600 * 1_000_000_000L;

  /**
   * A round trip of a SYN that was sent again counts up to here: more is rather the peer's own
   * waiting, and RFC 6298 5.7 has a better guess.
   */
  private static final long FIRST_ROUND_NS = RttEstimator.INITIAL_RTO_US * 1000L;

  private final KeyedHash offsets;
  private final Counters counters;

  public Timestamps(KeyedHash offsets, Counters counters) {
    this.offsets = offsets;
    this.counters = counters;
  }

  @Override
  boolean takes(int kind) {
    return kind == TcpHeader.OPTION_TIMESTAMPS;
  }

  @Override
  void parse(Segment segment, int kind, int at, int size) {
    if (!segment.stamped) {
      segment.stamped = true;
      segment.stamp = Bytes.i32(segment.bytes, at + 2);
      segment.echo = Bytes.i32(segment.bytes, at + 6);
    }
  }

  @Override
  int writeSyn(byte[] b, int at, Connection c, boolean answering, long nowNs) {
    if (answering && !c.stamped) {
      return at;
    }
    if (!answering) {
      c.recentStamp = 0;
      c.stampOffset = offset(c);
    }
    // SACK-permitted and its padding, if they came before, share their four octets with us.
    int sack = TcpHeader.OPTION_SACK_PERMITTED << 8 | 2;
    int from = at;
    if (Bytes.u16(b, at - 2) == sack) {
      Bytes.put16(b, at - 4, sack);
      from = at - 4;
    } else {
      Bytes.put16(b, at, TcpHeader.OPTION_NOP << 8 | TcpHeader.OPTION_NOP);
    }
    put(b, from + 2, c, nowNs);
    return from + PADDED;
  }

  /** RFC 7323 5.4, RFC 9293 3.4.1: keyed by the endpoints, as initial sequence numbers are. */
  private int offset(Connection c) {
    c.path.addTo(offsets.begin());
    return (int) offsets.add((long) c.localPort << 16 | c.remotePort).end();
  }

  @Override
  void agree(Connection c, Segment syn, long nowNs) {
    c.stamped = syn.stamped;
    if (syn.stamped) {
      if (c.state == State.SYN_RECEIVED) {
        c.stampOffset = offset(c);
      }
      c.recentStamp = syn.stamp;
      c.recentStampNs = nowNs;
      // RFC 7323 3.2: the option is in every segment from now on; RFC 6691: the MSS leaves it out.
      c.sender.mss -= PADDED;
      if (syn.has(TcpHeader.ACK)) {
        readEcho(c, syn, nowNs);
      }
    }
  }

  @Override
  int write(byte[] b, int at, int room, Connection c, int length, long nowNs) {
    if (!c.stamped) {
      return at;
    }
    Bytes.put16(b, at, TcpHeader.OPTION_NOP << 8 | TcpHeader.OPTION_NOP);
    put(b, at + 2, c, nowNs);
    return at + PADDED;
  }

  private static void put(byte[] b, int at, Connection c, long nowNs) {
    Bytes.put16(b, at, TcpHeader.OPTION_TIMESTAMPS << 8 | SIZE);
    Bytes.put32(b, at + 2, stamp(c, nowNs));
    Bytes.put32(b, at + 6, c.recentStamp);
  }

  /** What our timestamps of a connection say at a time. */
  static int stamp(Connection c, long nowNs) {
    return (int) (nowNs / TICK_NS) + c.stampOffset;
  }

  @Override
  boolean accepts(Connection c, Segment s, long nowNs) {
    if (!c.stamped || s.has(TcpHeader.SYN)) {
      if (s.stamped && c.stamped && s.seq == c.receiver.irs && s.stamp - c.recentStamp > 0) {
        c.recentStamp = s.stamp; // RFC 7323 4.3 (2): the SYN once more, because our answer was lost
        c.recentStampNs = nowNs;
      }
      return true;
    }
    if (!s.stamped) {
      // RFC 7323 3.2 (SHOULD): once agreed, a segment without is dropped; a reset is not.
      counters.add(Counter.TCP_UNSTAMPED);
      return s.has(TcpHeader.RST);
    }
    int age = s.stamp - c.recentStamp;
    if (age < 0 && !s.has(TcpHeader.RST) && nowNs - c.recentStampNs < OUTDATED_NS) {
      // RFC 7323 5.3 R1: an old duplicate; answered as a segment outside the window is.
      counters.add(Counter.TCP_PAWS);
      c.challenge(nowNs);
      return false;
    }
    if ((s.flags & (TcpHeader.ACK | TcpHeader.RST)) != TcpHeader.ACK) {
      return true; // RFC 7323 5.2 (MUST NOT): nothing is learnt from a reset's stamp
    }
    // RFC 7323 4.3 (2): only what covers the last ACK that was sent, or begins before; and only
    // with an ACK that a forger would have to guess as well (CVE-2005-0356).
    if (Seq.leq(s.seq, c.receiver.acknowledged)
        && (c.receiver.acceptable(s) || copy(c.receiver, s))
        && c.sender.acceptable(s.ack)) {
      c.recentStamp = s.stamp;
      c.recentStampNs = nowNs;
    }
    readEcho(c, s, nowNs);
    return true;
  }

  /**
   * Whether data comes once more, its ACK having been lost. RFC 7323 appendix H: it counts, or its
   * sender measures the time since the first copy, time-out and all. 5.3 and Linux ask whether it
   * is in the window before they look at its stamp.
   */
  private static boolean copy(Receiver receiver, Segment s) {
    int back = receiver.rcvNxt - s.seq;
    boolean sent = Integer.compareUnsigned(back, receiver.rcvNxt - receiver.irs) < 0;
    return s.length > 0 && sent && back > 0 && back <= receiver.ring.capacity();
  }

  /** Finds out which sending of ours a segment answers. */
  private static void readEcho(Connection c, Segment s, long nowNs) {
    int ago = stamp(c, nowNs) - s.echo;
    if (s.echo == 0 || ago < 0) {
      return;
    }
    s.echoNs = nowNs - ago * TICK_NS;
    boolean ofSyn = c.state < State.ESTABLISHED && c.sender.sndNxt == s.ack;
    if (ofSyn && c.sentNs < 0 && ago * TICK_NS <= FIRST_ROUND_NS) {
      c.sentNs = s.echoNs; // RFC 6298 3, as in Linux: it tells which of our SYNs was answered
    }
  }
}
