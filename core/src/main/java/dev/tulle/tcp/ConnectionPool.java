// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/** All connections that a stack was made with, and which of them are free. */
final class ConnectionPool {
  private final TcpSocket[] sockets;
  private Connection free;

  /** All of them are free at first. */
  ConnectionPool(TcpSocket[] sockets) {
    this.sockets = sockets;
    for (int i = sockets.length - 1; i >= 0; i--) {
      give(sockets[i].connection);
    }
  }

  /** A connection that has forgotten its earlier use, or null. */
  Connection take() {
    Connection c = free;
    if (c != null) {
      free = c.freeNext;
      c.freeNext = null;
      c.clear();
      c.used = true;
    }
    return c;
  }

  /** Takes back a connection, which keeps no memory but its own. */
  void give(Connection c) {
    c.used = false;
    c.sender.ring.clear();
    c.receiver.ring.clear();
    c.receiver.reassembly.clear();
    c.loss.release();
    c.freeNext = free;
    free = c;
  }

  boolean empty() {
    return free == null;
  }

  /** Connections in use now. */
  int used() {
    int used = 0;
    for (int i = 0; i < sockets.length; i++) {
      if (sockets[i].connection.used) {
        used++;
      }
    }
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

  /** Of those in TIME-WAIT that nobody holds, the one whose time ends first; or null. */
  Connection oldestInTimeWait() {
    Connection oldest = null;
    for (int i = 0; i < sockets.length; i++) {
      Connection c = sockets[i].connection;
      if (c.state == State.TIME_WAIT && !c.held && (oldest == null || c.endNs < oldest.endNs)) {
        oldest = c;
      }
    }
    return oldest;
  }
}
