// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.buffer.Packet;
import dev.tulle.buffer.PacketPool;
import dev.tulle.ip.Endpoint;
import dev.tulle.ip.EphemeralPorts;
import dev.tulle.ip.IcmpError;
import dev.tulle.ip.Path;
import dev.tulle.ip.Transport;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Entropy;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.TcpHeader;

/**
 * TCP: finds the connection for each segment, gives connections their turn to send, and keeps those
 * that are free, in use, due and ready. RFC 9293.
 *
 * <p>The number of connections is the number of sockets that the profile hands over.
 */
public final class Tcp implements Transport, Part, EphemeralPorts.Taken {
  /** Segments with data that a connection may send in one turn, so that all get theirs. */
  private static final int TURN = 16;

  /** Connections that get a turn in one poll. */
  private static final int TURNS = 64;

  private final Counters counters;
  private final Path scratch;
  private final EphemeralPorts ports;
  private final TcpOption[] options;
  private final Segment segment = new Segment();
  private final SegmentWriter writer;
  private final Output output;
  private final Handshake handshake;
  private final TcpTable table;
  private final Deadlines deadlines;
  private final Resets resets;
  final ConnectionPool pool;
  final Listeners listeners = new Listeners();

  /** Null where a full backlog evicts instead. */
  private SynCookies cookies;

  private Connection dueFirst;
  private Connection dueLast;
  private Connection readyFirst;
  private Connection readyLast;

  /** The time of the last poll. */
  private long nowNs;

  /**
   * @param sockets as many as there shall be connections
   * @param options besides MSS, in the order in which they are written
   * @param scratch a path for answers that belong to no connection
   */
  public Tcp(
      TcpSocket[] sockets,
      TcpOption[] options,
      Path scratch,
      EphemeralPorts ports,
      PacketPool packets,
      Counters counters,
      Entropy entropy) {
    this.counters = counters;
    this.scratch = scratch;
    this.ports = ports;
    this.options = options;
    pool = new ConnectionPool(sockets);
    writer = new SegmentWriter(packets, counters, options);
    output = new Output(writer, counters);
    handshake = new Handshake(options, new KeyedHash(entropy));
    table = new TcpTable(sockets.length, new KeyedHash(entropy));
    deadlines = new Deadlines(sockets.length);
    resets = new Resets(writer, scratch, counters);
    for (int i = 0; i < sockets.length; i++) {
      sockets[i].belongTo(this);
    }
  }

  /** Lets listeners whose backlog is full answer with cookies instead of evicting. */
  public void attach(SynCookies synCookies) {
    cookies = synCookies;
    synCookies.belongTo(this, pool, handshake, writer);
  }

  @Override
  public int protocol() {
    return TcpHeader.PROTOCOL;
  }

  @Override
  public boolean input(Packet packet, int sum, long nowNs) {
    this.nowNs = nowNs;
    Segment s = segment;
    int bad = s.parse(packet, sum, options);
    if (bad != Segment.GOOD) {
      counters.add(bad);
      return true;
    }
    // RFC 9293 3.9.2.3 (MUST-57): nothing that came to a broadcast or multicast address counts.
    // SYN with FIN is a scan; no peer opens like that.
    int synFin = TcpHeader.SYN | TcpHeader.FIN;
    if (packet.group || (s.flags & synFin) == synFin) {
      counters.add(Counter.TCP_REFUSED);
      return true;
    }
    counters.add(Counter.TCP_RECEIVED);
    Connection c = table.find(scratch, packet, s.destinationPort, s.sourcePort);
    if (c != null && Handshake.reopens(c, s)) {
      c.end(Status.OK);
      settle(c);
      c = null;
    }
    if (c == null || cookies != null && cookies.supersedes(c, packet, s, nowNs)) {
      unconnected(packet, s);
      return true;
    }
    arrives(c, s);
    return true; // resets say what there is to say
  }

  /** A segment for a connection. */
  void arrives(Connection c, Segment s) {
    if (c.state == State.SYN_SENT) {
      handshake.arrives(c, s, output, nowNs);
    } else {
      c.arrives(s, options, output, nowNs);
    }
    due(c);
    settle(c);
  }

  /** A segment for no connection: in LISTEN or CLOSED. RFC 9293 3.10.7.1, 3.10.7.2. */
  private void unconnected(Packet packet, Segment s) {
    Listener listener = listeners.find(s.destinationPort);
    if (cookies != null && listener != null && cookies.take(listener, packet, s, nowNs)) {
      return;
    }
    boolean opens = (s.flags & (TcpHeader.SYN | TcpHeader.ACK)) == TcpHeader.SYN;
    if (s.has(TcpHeader.RST)) {
      counters.add(Counter.TCP_RESET_IGNORED);
    } else if (listener == null || s.has(TcpHeader.ACK)) {
      resets.answer(packet, s, nowNs);
    } else if (opens) {
      passiveOpen(listener, packet, s);
    } else {
      counters.add(Counter.TCP_REFUSED);
    }
  }

  /** Makes the half-open connection that a SYN asks for; null where there is no room. */
  Connection passiveOpen(Listener listener, Packet packet, Segment syn) {
    // Under a flood the oldest makes room, whoever it is. Where connections alone are short, only
    // one whose SYN-ACK went unanswered: else newcomers would push out those who are about to
    // arrive.
    if (listener.full() && !evict(listener, 0)) {
      counters.add(Counter.TCP_BACKLOG_FULL);
      return null;
    }
    Connection c = take();
    if (c == null && evict(listener, 1)) {
      c = take();
    }
    if (c == null) {
      counters.add(Counter.TCP_TABLE_FULL);
      return null;
    }
    c.path.answer(packet);
    c.localPort = (char) syn.destinationPort;
    c.remotePort = (char) syn.sourcePort;
    c.listener = listener;
    c.maxSegment = listener.maxSegment;
    listener.add(c);
    table.add(c);
    handshake.answer(c, syn, nowNs);
    due(c);
    return c;
  }

  /** Makes room by giving up the oldest half-open connection. RFC 4987 3.2. */
  boolean evict(Listener listener, int leastBackoff) {
    Connection oldest = listener.oldestHalfOpen();
    if (oldest == null || oldest.timer.backoff < leastBackoff) {
      return false;
    }
    counters.add(Counter.TCP_HALF_OPEN_EVICTED);
    oldest.end(Status.NO_RESOURCES);
    settle(oldest);
    return true;
  }

  @Override
  public void error(Packet packet, int kind, int mtu, long nowNs) {
    // The quote is of a segment that we sent, turned round: our port is its destination's place.
    int at = packet.head;
    int localPort = Bytes.u16(packet.bytes, at + TcpHeader.SOURCE_PORT);
    int remotePort = Bytes.u16(packet.bytes, at + TcpHeader.DESTINATION_PORT);
    Connection c = table.find(scratch, packet, localPort, remotePort);
    if (c == null) {
      counters.add(Counter.TCP_ICMP_IGNORED);
      return;
    }
    int seq = Bytes.i32(packet.bytes, at + TcpHeader.SEQUENCE);
    boolean hard = kind == IcmpError.PORT_UNREACHABLE;
    c.unreachable(seq, Status.REFUSED, hard);
    settle(c);
  }

  @Override
  public void tooBig(Packet packet, int mtu, long nowNs) {
    int at = packet.head;
    int localPort = Bytes.u16(packet.bytes, at + TcpHeader.SOURCE_PORT);
    int remotePort = Bytes.u16(packet.bytes, at + TcpHeader.DESTINATION_PORT);
    Connection c = table.find(scratch, packet, localPort, remotePort);
    if (c == null || c.segmentSize == null) {
      counters.add(Counter.TCP_ICMP_IGNORED);
      return;
    }
    c.segmentSize.tooBig(c, Bytes.i32(packet.bytes, at + TcpHeader.SEQUENCE), mtu, nowNs);
    due(c);
    settle(c);
  }

  /**
   * Starts to open a connection.
   *
   * @return a socket whose {@link TcpSocket#status} says how it goes; null where no connection,
   *     route or port is left
   */
  public TcpSocket connect(Endpoint remote) {
    Connection c = take();
    if (c == null) {
      counters.add(Counter.TCP_TABLE_FULL);
      return null;
    }
    c.localPort = 0;
    if (c.path.open(remote) != Status.OK || c.path.group()) {
      pool.give(c);
      return null;
    }
    int port = ports.choose(c.path, remote.port, this);
    if (port < 0) {
      pool.give(c);
      return null;
    }
    c.localPort = (char) port;
    c.remotePort = (char) remote.port;
    c.held = true;
    table.add(c);
    handshake.open(c, nowNs);
    due(c);
    return c.socket;
  }

  /**
   * Listens on a port, on all of our addresses.
   *
   * @param backlog half-open and waiting connections at most
   * @return null where the port is taken
   */
  public Listener listen(int port, int backlog) {
    if (listeners.exactly(port) != null) {
      return null;
    }
    Listener listener = new Listener(this, port, backlog);
    listeners.add(listener);
    return listener;
  }

  /** Stops a listener. */
  void close(Listener listener) {
    while (listener.any() != null) {
      Connection c = listener.any();
      listener.remove(c);
      c.listener = null;
      c.abortDue = true;
      due(c);
    }
    listeners.remove(listener);
  }

  /** Whether a port is taken, as {@link EphemeralPorts} asks. */
  @Override
  public boolean taken(int port, Path path, int remotePort) {
    return listeners.exactly(port) != null || table.taken(path, port, remotePort);
  }

  /** Connections in use now: open, opening, in TIME-WAIT, or ended and not yet given back. */
  public int connections() {
    return pool.used();
  }

  /** The next socket that may have become readable, writable, connected or dead; or null. */
  public TcpSocket nextReady() {
    while (readyFirst != null) {
      Connection c = readyFirst;
      readyFirst = c.readyNext;
      c.readyNext = null;
      c.ready = false;
      if (c.held) {
        return c.socket;
      }
    }
    return null;
  }

  /**
   * Whether something is still to be delivered for sockets that were given back: data or a FIN that
   * the peer has not acknowledged, or a reset that has not been sent.
   */
  public boolean delivering() {
    return pool.delivering();
  }

  /** Ends all connections without a word to their peers: the address that they have is lost. */
  public void strand() {
    pool.end(Status.UNREACHABLE, this);
  }

  @Override
  public long poll(long nowNs) {
    this.nowNs = nowNs;
    Connection expired = deadlines.due(nowNs);
    while (expired != null) {
      output.expire(expired, nowNs);
      due(expired);
      settle(expired);
      expired = deadlines.due(nowNs);
    }
    Connection last = dueLast;
    for (int turns = 0; turns < TURNS && dueFirst != null; turns++) {
      Connection c = dueFirst;
      dueFirst = c.dueNext;
      c.dueNext = null;
      c.due = false;
      if (output.send(c, TURN, nowNs)) {
        due(c);
      }
      settle(c);
      if (c == last) {
        break; // whoever became due meanwhile has the next poll
      }
    }
    return deadlineNs();
  }

  @Override
  public long deadlineNs() {
    return dueFirst != null ? 0 : deadlines.earliestNs();
  }

  long nowNs() {
    return nowNs;
  }

  /** Gives a connection its turn in the next poll. */
  void due(Connection c) {
    if (!c.due) {
      c.due = true;
      if (dueFirst == null) {
        dueFirst = c;
      } else {
        dueLast.dueNext = c;
      }
      dueLast = c;
    }
  }

  /** Draws the consequences of whatever has just happened to a connection. */
  void settle(Connection c) {
    if (c.used && c.state == State.CLOSED) {
      retire(c);
    } else if (c.state != State.CLOSED) {
      deadlines.schedule(c);
      if (c.state == State.TIME_WAIT && !c.held) {
        pool.waits(c);
      }
    }
    if (c.changed) {
      c.changed = false;
      if (c.held && !c.ready) {
        c.ready = true;
        if (readyFirst == null) {
          readyFirst = c;
        } else {
          readyLast.readyNext = c;
        }
        readyLast = c;
      }
    }
  }

  /** A connection is over: nothing finds it any more; it is free once nobody holds it. */
  private void retire(Connection c) {
    if (c.localPort != 0) {
      table.remove(c);
      deadlines.remove(c);
      c.localPort = 0;
    }
    if (c.listener != null) {
      c.listener.remove(c);
      c.listener = null;
    }
    pool.ended(c);
    if (!c.held) {
      pool.give(c);
    }
  }

  /** A connection to use: a free one, or else one in TIME-WAIT that nobody holds; or null. */
  private Connection take() {
    Connection oldest = pool.empty() ? pool.oldestInTimeWait() : null;
    if (oldest != null) {
      counters.add(Counter.TCP_TIME_WAIT_EVICTED);
      oldest.end(Status.OK);
      settle(oldest);
    }
    return pool.take();
  }
}
