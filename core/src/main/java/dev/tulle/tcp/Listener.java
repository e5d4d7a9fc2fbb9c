// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * A port that accepts connections, with a bounded backlog.
 *
 * <p>The backlog counts half-open connections and those that wait for {@link #accept}. When it is
 * full, a new SYN takes the place of the oldest half-open one, or is dropped where there is none
 * (RFC 4987 3).
 */
public final class Listener {
  private final Tcp tcp;
  private final int port;
  private final int backlog;

  /** Half-open connections, and those that wait to be accepted, the oldest first. */
  private final ConnectionQueue halfOpen = new ConnectionQueue();

  private final ConnectionQueue waiting = new ConnectionQueue();
  private int count;

  char maxSegment = 0xFFFF;

  /** The largest window of its connections; 0 where it is the profile's. */
  int receiveBytes;

  /** Bounds the connections that begin with data on their SYN; null where none may. */
  FastOpenQueue fastOpenQueue;

  /** The stack's list of listeners. */
  Listener next;

  Listener(Tcp tcp, int port, int backlog) {
    this.tcp = tcp;
    this.port = port;
    this.backlog = backlog;
  }

  /**
   * Listens on all ports that no other listener has, for which {@link #port} is 0.
   *
   * @param backlog half-open and waiting connections at most
   * @return null where somebody does already
   */
  public static Listener toRest(Tcp tcp, int backlog) {
    if (tcp.listeners.rest != null) {
      return null;
    }
    tcp.listeners.rest = new Listener(tcp, 0, backlog);
    return tcp.listeners.rest;
  }

  public int port() {
    return port;
  }

  /** Half-open and waiting connections at most. */
  public int backlog() {
    return backlog;
  }

  /** Half-open and waiting connections now. */
  public int queued() {
    return count;
  }

  /** The next connection that is established, or opened with data (Fast Open); or null. */
  public TcpSocket accept() {
    Connection c = waiting.first;
    if (c == null) {
      return null;
    }
    remove(c);
    c.listener = null;
    c.held = true;
    return c.socket;
  }

  /** Whether {@link #accept} has something to answer. */
  public boolean waiting() {
    return waiting.first != null;
  }

  /** The largest segment to send and to ask for on each new connection, in octets of payload. */
  public void maxSegment(int mss) {
    maxSegment = (char) Math.max(Sender.LEAST_MSS, Math.min(mss, 0xFFFF));
  }

  /**
   * How large the window of each new connection may become, at most what the profile allows: as
   * {@link TcpSocket#receiveBuffer(int)}, and early enough for the SYN-ACK to tell it.
   */
  public void receiveBuffer(int bytes) {
    receiveBytes = Math.max(Sender.LEAST_BUFFER, bytes);
  }

  /** Stops listening and aborts what was not accepted. */
  public void close() {
    tcp.close(this);
  }

  boolean full() {
    return count >= backlog;
  }

  /** The half-open connection that has waited longest, or null. */
  Connection oldestHalfOpen() {
    return halfOpen.first;
  }

  /** One of the connections here, or null. */
  Connection any() {
    return waiting.first != null ? waiting.first : halfOpen.first;
  }

  /** A connection was opened half. */
  void add(Connection c) {
    count++;
    halfOpen.add(c);
  }

  /** One of the connections is open, or data may go both ways. */
  void established(Connection c) {
    c.queue.remove(c); // with data on its SYN it waits already
    waiting.add(c);
  }

  void remove(Connection c) {
    count--;
    c.queue.remove(c);
  }
}
