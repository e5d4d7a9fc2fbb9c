// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/** All connections that a stack was made with, and which of them are free. */
final class ConnectionPool {
  final TcpSocket[] sockets;
  private Connection free;
  private int used;

  /** Those in TIME-WAIT that nobody holds, in the order in which their time ends. */
  private final ConnectionQueue timeWait = new ConnectionQueue();

  /** All of them are free at first. */
  ConnectionPool(TcpSocket[] sockets) {
    this.sockets = sockets;
    used = sockets.length;
    for (int i = sockets.length - 1; i >= 0; i--) {
      give(sockets[i].connection);
    }
  }

  /** A connection that has forgotten its earlier use, or null. */
  Connection take() {
    Connection c = free;
    if (c != null) {
      free = c.next;
      c.next = null;
      c.clear();
      c.used = true;
      used++;
    }
    return c;
  }

  /** Takes back a connection, which keeps no memory but its own. */
  void give(Connection c) {
    c.used = false;
    used--;
    c.sender.ring.clear();
    c.receiver.ring.clear();
    c.receiver.reassembly.clear();
    c.loss.release();
    c.congestion.release();
    c.next = free;
    free = c;
  }

  boolean empty() {
    return free == null;
  }

  /** Connections in use now. */
  int used() {
    return used;
  }

  /** Whether one that nobody holds still has something to deliver. */
  boolean delivering() {
    for (int i = 0; i < sockets.length; i++) {
      Connection c = sockets[i].connection;
      boolean over = c.state == State.CLOSED || c.state == State.FIN_WAIT_2;
      if (c.used && !c.held && c.listener == null && !over && c.state != State.TIME_WAIT) {
        return true;
      }
    }
    return false;
  }

  /** A connection is in TIME-WAIT, from now on, anew, or as before. */
  void waits(Connection c) {
    Connection last = timeWait.last;
    if (c.queue != null) {
      if (last.endNs - c.endNs >= 0) {
        return;
      }
      timeWait.remove(c);
    }
    timeWait.add(c);
  }

  /** Ends all connections. */
  void end(int error, Tcp tcp) {
    for (int i = 0; i < sockets.length; i++) {
      Connection c = sockets[i].connection;
      if (c.used && c.state != State.CLOSED) {
        c.end(error);
        tcp.due(c);
      }
    }
  }

  /** Of those in TIME-WAIT that nobody holds, the one whose time ends first; or null. */
  Connection oldestInTimeWait() {
    return timeWait.first;
  }

  /** A connection is over, and waits no more. */
  void ended(Connection c) {
    if (c.queue != null) {
      c.queue.remove(c);
    }
  }
}
