// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.buffer.ByteRing;
import dev.tulle.ip.Endpoint;
import dev.tulle.ip.Path;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;

/**
 * A TCP connection as the application sees it.
 *
 * <p>Profiles make them and hand them to {@link Tcp}; applications get them from {@link
 * Tcp#connect} and {@link Listener#accept}, and give them back with {@link #close} or {@link
 * #abort}, after which they must not touch them. No call waits and none sends: the next poll does.
 */
public final class TcpSocket {
  /** For the application's own use. */
  public Object attachment;

  final Connection connection;
  private Tcp tcp;

  /**
   * @param path a path of the network layer, for this socket alone
   * @param send what is written and not acknowledged; its capacity is the send buffer
   * @param receive what has arrived and is not read; its capacity is the largest window
   * @param ranges how many gaps in what has arrived are remembered
   */
  public TcpSocket(
      Path path,
      ByteRing send,
      ByteRing receive,
      int ranges,
      LossRecovery loss,
      CongestionControl congestion,
      Counters counters) {
    this(path, send, receive, new Reassembly(ranges), loss, congestion, counters);
  }

  /** A socket whose parts may take memory only while they need it, as {@link TcpMemory} has it. */
  TcpSocket(
      Path path,
      ByteRing send,
      ByteRing receive,
      Reassembly reassembly,
      LossRecovery loss,
      CongestionControl congestion,
      Counters counters) {
    Sender sender = new Sender(send);
    Receiver receiver = new Receiver(receive, reassembly);
    connection = new Connection(path, sender, receiver, loss, congestion, counters);
    connection.socket = this;
  }

  /** Adds the feature of finding out what the path carries; once, at assembly. */
  public void attach(SegmentSize segmentSize) {
    connection.segmentSize = segmentSize;
  }

  void belongTo(Tcp owner) {
    tcp = owner;
  }

  /**
   * Reads what has arrived in order.
   *
   * @return octets, at least 1; {@code WOULD_BLOCK}; {@code CLOSED} where the peer has closed and
   *     all is read; or why the connection ended
   */
  public int read(byte[] to, int at, int length) {
    Connection c = connection;
    Receiver receiver = c.receiver;
    int count = Math.min(length, receiver.ring.length());
    if (count > 0) {
      receiver.ring.copy(0, to, at, count);
      receiver.ring.consume(count);
      if (c.state >= State.ESTABLISHED && receiver.updateDue()) {
        receiver.acknowledgeNow();
        tcp.due(c);
      }
      return count;
    }
    if (receiver.finished || receiver.discarding) {
      return Status.CLOSED;
    }
    return ended(Status.WOULD_BLOCK);
  }

  /**
   * Hands over octets to send; also while connecting.
   *
   * @return how many were taken, at least 1; {@code WOULD_BLOCK}; {@code CLOSED} after {@link
   *     #shutdownWrite}; or why the connection ended
   */
  public int write(byte[] from, int at, int length) {
    Connection c = connection;
    if (c.state == State.CLOSED) {
      return ended(Status.CLOSED);
    }
    if (c.sender.closing) {
      return Status.CLOSED;
    }
    int taken = c.sender.ring.append(from, at, Math.min(length, c.sender.space()));
    if (taken == 0) {
      return Status.WOULD_BLOCK;
    }
    tcp.due(c);
    return taken;
  }

  /**
   * How the connection is.
   *
   * @return OK from when data can go both ways; {@code WOULD_BLOCK} while it opens; {@code CLOSED}
   *     where it ended well; or why it ended
   */
  public int status() {
    int state = connection.state;
    if (state == State.CLOSED) {
      return ended(Status.CLOSED);
    }
    return state < State.FAST_OPEN ? Status.WOULD_BLOCK : Status.OK;
  }

  private int ended(int otherwise) {
    if (connection.state != State.CLOSED) {
      return otherwise;
    }
    return connection.error == Status.OK ? Status.CLOSED : connection.error;
  }

  /** Octets that can be read at once. */
  public int readable() {
    return connection.receiver.ring.length();
  }

  /** Octets that can be written at once; 0 where none may be. */
  public int writable() {
    Connection c = connection;
    return c.state == State.CLOSED || c.sender.closing ? 0 : c.sender.room();
  }

  /** Octets that were written and not yet acknowledged. */
  public int unacknowledged() {
    return connection.sender.ring.length();
  }

  /**
   * How many octets come before the one that the peer marked as the last urgent one, which may not
   * have arrived yet: 0 where it is read next; −1 where none is ahead. Only with {@link
   * UrgentMark}; the octet itself is read like any other (RFC 6093 6).
   */
  public int urgentMark() {
    int distance = connection.urgentSeq - UrgentMark.next(connection);
    return connection.urgent && distance >= 0 ? distance : -1;
  }

  /** Whether the peer has closed its side and all that came before is read. */
  public boolean finished() {
    return connection.receiver.finished && connection.receiver.ring.length() == 0;
  }

  /** Whether the peer has closed its side, though not all that came before may be read. */
  public boolean finishing() {
    return connection.receiver.finished;
  }

  /** Fills in what there is to know about the connection now. */
  public void info(TcpInfo info) {
    info.fill(connection, tcp.nowNs());
  }

  /** Sends a FIN after what was written; reading goes on. */
  public void shutdownWrite() {
    if (!connection.sender.closing) {
      connection.shutdown();
      tcp.due(connection);
    }
  }

  /** Reads no more: what still arrives is acknowledged and forgotten. */
  public void shutdownRead() {
    Receiver receiver = connection.receiver;
    receiver.discarding = true;
    receiver.ring.consume(receiver.ring.length());
  }

  /**
   * Gives the socket back; what was written is still delivered.
   *
   * <p>Where something was not read, the peer is told by a reset that it was lost (RFC 1122
   * 4.2.2.13, RFC 2525 2.17).
   */
  public void close() {
    Connection c = connection;
    boolean lost = c.receiver.ring.length() > 0 && !c.receiver.discarding;
    if (c.state == State.SYN_SENT) {
      c.end(Status.OK); // RFC 9293 3.10.4
    } else if (lost || c.lingerNs == 0) {
      c.abortDue = true;
    } else {
      c.shutdown();
    }
    release();
  }

  /** Gives the socket back and resets the connection. RFC 9293 3.10.5. */
  public void abort() {
    if (connection.state == State.SYN_SENT) {
      connection.end(Status.OK);
    } else {
      connection.abortDue = true;
    }
    release();
  }

  private void release() {
    attachment = null;
    connection.held = false;
    tcp.due(connection);
  }

  /** Whether small segments go out at once instead of waiting for an ACK (Nagle). */
  public void noDelay(boolean on) {
    connection.sender.noDelay = on;
    tcp.due(connection);
  }

  /** Probes a silent peer; null switches it off again. One object for each socket. */
  public void keepAlive(KeepAlive keepAlive) {
    connection.keepAlive = keepAlive;
    if (keepAlive != null) {
      keepAlive.heard(tcp.nowNs());
      tcp.due(connection);
    }
  }

  /** Gives up after some time without an answer; null: as often as usual. For each socket one. */
  public void userTimeout(UserTimeout userTimeout) {
    connection.userTimeout = userTimeout;
  }

  /** Whether small segments are held back, even alone, until full ones can be made of them. */
  public void cork(boolean on) {
    connection.sender.corked = on;
    tcp.due(connection);
  }

  /** Acknowledges every segment at once for a while, or lets ACKs be delayed from now on. */
  public void quickAck(boolean on) {
    Receiver receiver = connection.receiver;
    receiver.quick = (byte) (on ? Receiver.QUICK_ACKS : 0);
    if (on && receiver.ackDeadlineNs != Part.NEVER) {
      receiver.acknowledgeNow();
      tcp.due(connection);
    }
  }

  /**
   * How much may be written and not yet acknowledged, at most what the profile allows. The size
   * does not change by itself any more.
   */
  public void sendBuffer(int bytes) {
    Connection c = connection;
    c.sender.limit = Math.max(Sender.LEAST_BUFFER, bytes);
    if (c.tuning != null) {
      c.tuning.sendBytes(c, c.sender.limit);
    }
  }

  public int sendBuffer() {
    return Math.min(connection.sender.limit, connection.sender.ring.capacity());
  }

  /**
   * How large the window may become, at most what the profile allows; what was offered stays
   * offered. The size does not change by itself any more. Where buffers are fixed, nothing happens.
   */
  public void receiveBuffer(int bytes) {
    Connection c = connection;
    if (c.tuning != null) {
      c.tuning.receiveBytes(c, Math.max(Sender.LEAST_BUFFER, bytes));
    }
  }

  public int receiveBuffer() {
    return connection.receiver.ring.capacity();
  }

  /**
   * How long what was written may take to be delivered after {@link #close}, before a reset ends
   * it; 0 resets at once, {@code Part.NEVER} waits as long as it takes.
   */
  public void linger(long ns) {
    connection.lingerNs = Math.min(Part.NEVER, ns);
  }

  /**
   * The largest segment to send and to ask for, before the first poll after {@link Tcp#connect}.
   *
   * @param mss octets of payload; what the path carries is the limit
   */
  public void maxSegment(int mss) {
    Receiver receiver = connection.receiver;
    receiver.mss = (char) Math.max(Sender.LEAST_MSS, Math.min(mss, receiver.mss));
  }

  /** What the profile handed over to decide how much may be in the network. */
  public CongestionControl congestion() {
    return connection.congestion;
  }

  /**
   * What IP shall do with the segments that are sent from now on; before the first poll after
   * {@link Tcp#connect} that is all of them. RFC 9293 3.9.1.9 (MUST-48, SHLD-21), 3.9.2 (MUST-49).
   *
   * @param trafficClass a Diffserv code point times 4; the two lowest bits are ECN's, not yours
   * @param timeToLive or hop limit; 0 for what is usual
   */
  public void service(int trafficClass, int timeToLive) {
    connection.path.service = (char) ((trafficClass & 0xFC) << 8 | timeToLive & 0xFF);
  }

  public void remote(Endpoint endpoint) {
    connection.path.remote(endpoint);
    endpoint.port = connection.remotePort;
  }

  public void local(Endpoint endpoint) {
    connection.path.local(endpoint);
    endpoint.port = connection.localPort;
  }
}
