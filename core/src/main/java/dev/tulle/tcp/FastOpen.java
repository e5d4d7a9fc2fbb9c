// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Status;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.TcpHeader;

/**
 * Fast Open: data travels with the SYN where both know each other. RFC 7413.
 *
 * <p>A client gets a cookie with its first connection, and shows it with the SYN of the next ones:
 * that tells the server that the address is its own. The server's application then gets the data,
 * and may answer, before the handshake is complete. A SYN may arrive twice: use it only where
 * nothing happens twice that should happen once.
 *
 * <pre>{@code
 * fastOpen.accept(listener, 16);              // a server
 *
 * TcpSocket socket = tcp.connect(remote);     // a client
 * fastOpen.use(socket);
 * socket.write(request, 0, length);           // before the next poll: goes with the SYN
 * }</pre>
 *
 * <p>An option that must be the last in the list, for it opens connections with what the others
 * have agreed:
 *
 * <pre>
 * +---------+-------------+----------------------------------+
 * | kind 34 | length 2    |                                  | a request for a cookie
 * +---------+-------------+----------------------------------+
 * | kind 34 | length 6-18 | cookie of 4 to 16 octets, even   |
 * +---------+-------------+----------------------------------+
 * </pre>
 */
public final class FastOpen extends TcpOption {
  private static final int KIND = 34;
  private static final int LEAST_COOKIE = 4;

  /** Our own cookies. */
  private static final int COOKIE = 8;

  /** A cookie is good for the day on which it was made and the next; RFC 7413 4.1.2 wants it. */
  private static final long DAY_NS = 24L * 3600 * 1_000_000_000L;

  /** All options of a SYN at most: left free in a SYN with data, as in Linux. */
  private static final int SYN_OPTIONS = 40;

  private final KeyedHash cookies;
  private final FastOpenCache cache;
  private final Counters counters;

  /**
   * @param cookies makes and checks the cookies of this host
   * @param cache the cookies of others
   */
  public FastOpen(KeyedHash cookies, FastOpenCache cache, Counters counters) {
    this.cookies = cookies;
    this.cache = cache;
    this.counters = counters;
  }

  /**
   * Lets a listener take data with SYNs.
   *
   * @param pending connections that may be open that way and not yet established
   */
  public void accept(Listener listener, int pending) {
    listener.fastOpenQueue = new FastOpenQueue(pending);
  }

  /**
   * Lets what is written before the next poll travel with the SYN, if there is a cookie for the
   * peer, and asks for one otherwise. What does not fit or is not taken follows as usual.
   *
   * @return OK, or {@code BAD_STATE} where the SYN has gone already
   */
  public int use(TcpSocket socket) {
    Connection c = socket.connection;
    if (c.state != State.SYN_SENT || c.sender.sndNxt != c.sender.iss) {
      return Status.BAD_STATE;
    }
    c.fastOpen = this;
    return Status.OK;
  }

  /** Whether the SYN of a connection that is about to be opened can take data with it. */
  public boolean knows(TcpSocket socket, long nowNs) {
    int entry = cache.find(socket.connection);
    return cache.trusted(entry, nowNs) && cache.cookieSize(entry) > 0;
  }

  @Override
  boolean takes(int kind) {
    return kind == KIND;
  }

  @Override
  void parse(Segment segment, int kind, int at, int size) {
    // RFC 7413 4.1.1: with another length, or without SYN, it is ignored.
    boolean legal = size == 2 || size >= 2 + LEAST_COOKIE && size <= 2 + FastOpenCache.MOST_COOKIE;
    if (segment.has(TcpHeader.SYN) && segment.fastOpenAt == 0 && legal && (size & 1) == 0) {
      segment.fastOpenAt = at;
    }
  }

  /** Octets of the cookie that a SYN carries; 0 for a request, −1 without the option. */
  private static int cookieSize(Segment s) {
    return s.fastOpenAt == 0 ? -1 : Bytes.u8(s.bytes, s.fastOpenAt + 1) - 2;
  }

  @Override
  int writeSyn(byte[] b, int at, Connection c, boolean answering, long nowNs) {
    if (c.fastOpen == null || answering == c.active) {
      return at;
    }
    if (answering) {
      int to = begin(b, at, COOKIE);
      long cookie = cookie(c, day(nowNs));
      Bytes.put32(b, to, (int) (cookie >>> 32));
      Bytes.put32(b, to + 4, (int) cookie);
      return pad(b, to + COOKIE, COOKIE);
    }
    int entry = cache.find(c);
    if (c.sender.sndNxt != c.sender.iss || !cache.trusted(entry, nowNs)) {
      return at; // sent again, without what somebody on the way may dislike
    }
    int size = cache.cookieSize(entry);
    int to = begin(b, at, size);
    cache.copyCookie(entry, b, to);
    return pad(b, to + size, size);
  }

  /** Writes kind and length; answers where the cookie starts. */
  private static int begin(byte[] b, int at, int size) {
    Bytes.put16(b, at, KIND << 8 | 2 + size);
    return at + 2;
  }

  /** Padding after a cookie, as in Linux. */
  private static int pad(byte[] b, int at, int size) {
    int padding = -(2 + size) & 3;
    for (int i = 0; i < padding; i++) {
      Bytes.put8(b, at + i, TcpHeader.OPTION_NOP);
    }
    return at + padding;
  }

  private static int day(long nowNs) {
    return (int) (nowNs / DAY_NS);
  }

  /** RFC 7413 4.1.2: keyed by both addresses. */
  private long cookie(Connection c, int day) {
    c.path.addTo(cookies.begin());
    return cookies.add(day).end();
  }

  @Override
  void agree(Connection c, Segment syn, long nowNs) {
    if (!c.active) {
      if (c.listener != null && c.listener.fastOpenQueue != null && cookieSize(syn) >= 0) {
        asked(c, syn, nowNs);
      }
    } else if (c.fastOpen != null && syn.has(TcpHeader.ACK)) {
      answered(c, syn, nowNs);
    }
  }

  /** A SYN asks for a cookie or shows one. RFC 7413 4.2.1, 4.2.2. */
  private void asked(Connection c, Segment syn, long nowNs) {
    int size = cookieSize(syn);
    int day = day(nowNs);
    if (size == COOKIE) {
      int at = syn.fastOpenAt + 2;
      long shown =
          (long) Bytes.i32(syn.bytes, at) << 32 | Bytes.i32(syn.bytes, at + 4) & 0xFFFF_FFFFL;
      if (shown == cookie(c, day)) {
        open(c, syn, nowNs);
        return;
      }
      if (shown == cookie(c, day - 1)) {
        open(c, syn, nowNs);
        size = 0;
      }
    }
    if (size > 0) {
      counters.add(Counter.TCP_FAST_OPEN_REFUSED);
    }
    c.fastOpen = this; // the SYN-ACK carries a new one
  }

  /** The application gets the connection, and what came with the SYN. */
  private void open(Connection c, Segment syn, long nowNs) {
    FastOpenQueue queue = c.listener.fastOpenQueue;
    if (!queue.take(c, nowNs)) {
      // RFC 7413 5.1: beyond the limit the handshake is as usual.
      counters.add(Counter.TCP_FAST_OPEN_LIMIT);
      return;
    }
    counters.add(Counter.TCP_FAST_OPEN_ACCEPTED);
    c.fastOpenQueue = queue;
    Receiver receiver = c.receiver;
    int taken = Math.min(syn.length, receiver.ring.promise());
    receiver.ring.append(syn.bytes, syn.payload, taken);
    receiver.rcvNxt += taken;
    receiver.edge = receiver.rcvNxt;
    c.state = State.FAST_OPEN;
    c.begin(false);
  }

  /** Octets of data that go with the SYN which is about to be sent, once only. */
  int synData(Connection c, long nowNs) {
    if (c.state != State.SYN_SENT) {
      return 0;
    }
    Sender sender = c.sender;
    if (sender.sndNxt != sender.iss) {
      if (c.timer.backoff == 1) {
        failed(c, nowNs);
      }
      return 0;
    }
    int entry = cache.find(c);
    if (!cache.trusted(entry, nowNs) || cache.cookieSize(entry) == 0) {
      return 0;
    }
    int room = Math.min(cache.mss(entry), c.receiver.mss) - SYN_OPTIONS;
    int length = Math.max(0, Math.min(sender.ring.length(), room));
    if (length > 0) {
      counters.add(Counter.TCP_FAST_OPEN_SENT);
    }
    return length;
  }

  /** The SYN-ACK has come. RFC 7413 4.1.3.1: that data is not acknowledged is remembered. */
  private void answered(Connection c, Segment s, long nowNs) {
    Sender sender = c.sender;
    int size = cookieSize(s);
    if (size > 0) {
      cache.put(c, s, s.fastOpenAt + 2, size, nowNs);
    } else if (Seq.lt(sender.first, s.ack)) {
      cache.succeeded(cache.find(c));
    } else if (Seq.lt(sender.first, sender.sndNxt) && c.timer.backoff == 0) {
      failed(c, nowNs);
    }
  }

  private void failed(Connection c, long nowNs) {
    counters.add(Counter.TCP_FAST_OPEN_FAILED);
    cache.failed(c, nowNs);
  }

  @Override
  int write(byte[] b, int at, int room, Connection c, int length, long nowNs) {
    return at;
  }

  @Override
  boolean accepts(Connection c, Segment s, long nowNs) {
    return true;
  }
}
