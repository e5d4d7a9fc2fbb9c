// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Status;
import dev.tulle.wire.TcpHeader;

/**
 * Answers SYNs without keeping anything, while a listener's backlog is full: RFC 4987 3.6.
 *
 * <p>All that has to be known later travels with the SYN-ACK and comes back with the ACK. Its
 * sequence number is the cookie:
 *
 * <pre>
 * +------------------------------------------------------+-----------+--------+
 * | keyed hash of addresses, ports, peer's ISN, minute   | MSS index | minute |
 * | 28 bits                                              | 3 bits    | 1 bit  |
 * +------------------------------------------------------+-----------+--------+
 * </pre>
 *
 * <p>Where the peer sends timestamps, the low six bits of ours say what else was agreed, as in
 * Linux: window scale, selective acknowledgements and, if {@link Ecn} has the socket of the
 * cookies, whether our SYN-ACK has agreed to congestion notification. Where the peer does not,
 * there is none of these. Nobody could forge anything with these bits but a connection of his own.
 *
 * <p>Why cookies rather than eviction, where a profile has both: under a flood a half-open
 * connection lives as long as the backlog lasts, 8 places at 100,000 SYNs a second 80 microseconds,
 * less than anybody's round trip. With cookies those who got a place keep it with all their
 * options, and those who did not come through as well. Without this object the oldest is evicted.
 */
public final class SynCookies {
  /** A cookie is good for the minute in which it was made and the next. */
  private static final long MINUTE_NS = 60_000_000_000L;

  /** Sizes that a cookie can tell: the least that we use, the default, and what is customary. */
  private static final int[] SIZES = {Sender.LEAST_MSS, 536, 1220, 1300, 1380, 1440, 1460, 8960};

  private static final int SIZE_MASK = 7;
  private static final int PLAIN_BITS = 4;

  // The low bits of the timestamp.
  private static final int SHIFT_MASK = 15;
  private static final int NO_SHIFT = 15;
  private static final int SELECTIVE = 16;
  private static final int CONGESTION = 32;
  private static final int STAMP_MASK = 63;

  private static final int ASKS_CONGESTION = TcpHeader.ECE | TcpHeader.CWR;

  private final Connection scratch;
  private final KeyedHash hash;
  private final Counters counters;
  private Tcp tcp;
  private ConnectionPool pool;
  private Handshake handshake;
  private SegmentWriter writer;

  /** Until when there may be cookies that nobody has returned. */
  private long awaitedUntilNs;

  /**
   * @param scratch a socket like all others, which is never opened: SYN-ACKs are written with it
   */
  public SynCookies(TcpSocket scratch, KeyedHash hash, Counters counters) {
    this.scratch = scratch.connection;
    this.hash = hash;
    this.counters = counters;
  }

  void belongTo(
      Tcp owner, ConnectionPool ownersPool, Handshake opener, SegmentWriter ownersWriter) {
    tcp = owner;
    pool = ownersPool;
    handshake = opener;
    writer = ownersWriter;
  }

  /** Takes a segment for a listener that asks for a cookie or returns one; false where not. */
  boolean take(Listener listener, Packet packet, Segment s, long nowNs) {
    int opening = s.flags & (TcpHeader.SYN | TcpHeader.ACK | TcpHeader.RST);
    return opening == TcpHeader.SYN && answer(listener, packet, s, nowNs)
        || opening == TcpHeader.ACK && complete(listener, packet, s, nowNs);
  }

  /**
   * Answers a SYN with a cookie where there is no room to keep it; false where there is.
   *
   * <p>False as well where all the backlog waits to be accepted, so that even an ACK with a cookie
   * would find no room: such a SYN is better dropped, for its sender tries again.
   */
  private boolean answer(Listener listener, Packet packet, Segment syn, long nowNs) {
    if (!listener.full() && !exhausted() || listener.oldestHalfOpen() == null) {
      return false;
    }
    Connection c = scratch;
    c.clear();
    c.path.answer(packet);
    c.localPort = (char) syn.destinationPort;
    c.remotePort = (char) syn.sourcePort;
    c.maxSegment = listener.maxSegment;
    int minute = minute(nowNs);
    syn.issKnown = true;
    syn.iss =
        hash(packet, syn, syn.seq, minute) << PLAIN_BITS | sizeIndex(syn.mss) << 1 | minute & 1;
    if (!syn.stamped) {
      syn.windowShift = -1;
      syn.sackPermitted = false;
      // RFC 3168 6.1.1: only a SYN-ACK that says so agrees, and the ACK would not bring it back.
      syn.flags &= ~ASKS_CONGESTION;
    }
    handshake.answer(c, syn, nowNs);
    if (c.stamped) {
      int shift = c.scaled ? c.sender.windowShift : NO_SHIFT;
      int stamp = Timestamps.stamp(c, nowNs);
      int told = stamp & ~STAMP_MASK | shift | (c.selective ? SELECTIVE : 0);
      told |= c.ecn != null && c.ecn.agreed ? CONGESTION : 0;
      // Never ahead of the time: the connection's next stamp must not go back.
      c.stampOffset += (Seq.lt(stamp, told) ? told - STAMP_MASK - 1 : told) - stamp;
    }
    if (writer.send(c, TcpHeader.SYN | TcpHeader.ACK, syn.iss, 0, nowNs)) {
      counters.add(Counter.TCP_COOKIE_SENT);
      awaitedUntilNs = nowNs + 2 * MINUTE_NS;
    }
    c.receiver.ring.clear(); // what its window promised is left for who returns the cookie
    return true;
  }

  /** Whether only giving up a half-open connection makes room for a new one. */
  private boolean exhausted() {
    return pool.empty() && pool.oldestInTimeWait() == null;
  }

  /**
   * Lets an ACK to a listener that returns a cookie complete its handshake; false where it does
   * not.
   *
   * <p>Costs one hash, and nothing where no cookie was sent of late. Whoever returns a cookie has
   * shown that he is there, and takes the place of a half-open connection if need be; where there
   * is none, the ACK is dropped, and data that follows it brings the cookie once more.
   */
  private boolean complete(Listener listener, Packet packet, Segment s, long nowNs) {
    if (awaitedUntilNs - nowNs <= 0) {
      return false;
    }
    if (!good(packet, s, nowNs)) {
      counters.add(Counter.TCP_COOKIE_REFUSED);
      return false;
    }
    s.seq--;
    recall(s, s.ack - 1);
    if (exhausted()) {
      tcp.evict(listener, 0);
    }
    Connection c = tcp.passiveOpen(listener, packet, s);
    s.seq++;
    if (c != null) {
      counters.add(Counter.TCP_COOKIE_ACCEPTED);
      sent(c, s, nowNs);
      tcp.arrives(c, s);
    }
    return true;
  }

  /**
   * Gives up a half-open connection for whose peer a cookie counts: he was answered with one before
   * he repeated his SYN, by when there was room, and goes on with the first answer.
   */
  boolean supersedes(Connection c, Packet packet, Segment s, long nowNs) {
    int opening = s.flags & (TcpHeader.SYN | TcpHeader.ACK | TcpHeader.RST);
    if (c.state != State.SYN_RECEIVED
        || opening != TcpHeader.ACK
        || s.ack == c.sender.iss + 1
        || awaitedUntilNs - nowNs <= 0
        || !good(packet, s, nowNs)) {
      return false;
    }
    c.end(Status.NO_RESOURCES);
    tcp.settle(c);
    return true;
  }

  /** Whether a segment acknowledges a cookie that was made for its sender of late. */
  private boolean good(Packet packet, Segment s, long nowNs) {
    int cookie = s.ack - 1;
    int now = minute(nowNs);
    int minute = now - ((now ^ cookie) & 1);
    return hash(packet, s, s.seq - 1, minute) << PLAIN_BITS == (cookie & -1 << PLAIN_BITS);
  }

  /** Puts into the segment what its sender's SYN has carried. */
  private static void recall(Segment s, int cookie) {
    s.issKnown = true;
    s.iss = cookie;
    s.mss = SIZES[cookie >>> 1 & SIZE_MASK];
    int shift = s.stamped ? s.echo & SHIFT_MASK : NO_SHIFT;
    s.windowShift = shift == NO_SHIFT ? -1 : shift;
    s.sackPermitted = s.stamped && (s.echo & SELECTIVE) != 0;
  }

  /** Brings a half-open connection to where it would be, had it sent the SYN-ACK. */
  private static void sent(Connection c, Segment s, long nowNs) {
    c.synDue = false;
    c.sender.sndNxt = s.ack;
    c.receiver.advertise(false);
    if (c.ecn != null) {
      c.ecn.recall(s.stamped && (s.echo & CONGESTION) != 0);
    }
    // The timestamp says the round trip, up to 63 ms too long. Where there is none the SYN may have
    // come twice: RFC 6298 5.7.
    int ago = s.stamped ? Timestamps.stamp(c, nowNs) - s.echo : -1;
    c.sentNs = ago < 0 ? -1 : nowNs - ago * Timestamps.TICK_NS;
  }

  private static int minute(long nowNs) {
    return (int) (nowNs / MINUTE_NS);
  }

  private int hash(Packet packet, Segment s, int irs, int minute) {
    scratch.path.addTo(hash.begin(), packet);
    hash.add((long) irs << 32 | (long) s.sourcePort << 16 | s.destinationPort);
    return (int) hash.add(minute).end();
  }

  /** The largest size that is not above what the peer can take. */
  private static int sizeIndex(int mss) {
    int size = mss == 0 ? Sender.DEFAULT_MSS : mss;
    int index = SIZE_MASK;
    while (index > 0 && SIZES[index] > size) {
      index--;
    }
    return index;
  }
}
