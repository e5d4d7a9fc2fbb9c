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

  /** Half-open and waiting connections, the oldest first. */
  private Connection first;

  private int count;

  int maxSegment = 0xFFFF;

  /** The stack's list of listeners. */
  Listener next;

  Listener(Tcp tcp, int port, int backlog) {
    this.tcp = tcp;
    this.port = port;
    this.backlog = backlog;
  }

  public int port() {
    return port;
  }

  /** The next established connection, or null. */
  public TcpSocket accept() {
    for (Connection c = first; c != null; c = c.queueNext) {
      if (c.state >= State.ESTABLISHED) {
        remove(c);
        c.listener = null;
        c.held = true;
        return c.socket;
      }
    }
    return null;
  }

  /** Whether {@link #accept} has something to answer. */
  public boolean waiting() {
    Connection c = first;
    while (c != null && c.state < State.ESTABLISHED) {
      c = c.queueNext;
    }
    return c != null;
  }

  /** The largest segment to send and to ask for on each new connection, in octets of payload. */
  public void maxSegment(int mss) {
    maxSegment = mss;
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
    Connection c = first;
    while (c != null && c.state != State.SYN_RECEIVED) {
      c = c.queueNext;
    }
    return c;
  }

  /** The connection that has waited longest, half-open or not, or null. */
  Connection oldest() {
    return first;
  }

  void add(Connection c) {
    c.queueNext = null;
    count++;
    if (first == null) {
      first = c;
      return;
    }
    Connection last = first;
    while (last.queueNext != null) {
      last = last.queueNext;
    }
    last.queueNext = c;
  }

  void remove(Connection c) {
    count--;
    if (first == c) {
      first = c.queueNext;
      return;
    }
    Connection before = first;
    while (before.queueNext != c) {
      before = before.queueNext;
    }
    before.queueNext = c.queueNext;
  }
}
