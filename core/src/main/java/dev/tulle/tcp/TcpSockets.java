// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.ip.Endpoint;

/**
 * All sockets and listeners of a stack, for those who show them. Whoever holds a socket is not
 * asked: nothing but looking is permitted.
 */
public final class TcpSockets {
  private final Tcp tcp;

  public TcpSockets(Tcp tcp) {
    this.tcp = tcp;
  }

  /** How many connections the stack was made with. */
  public int size() {
    return tcp.pool.sockets.length;
  }

  /** How many are in use. */
  public int used() {
    return tcp.connections();
  }

  /**
   * The state of the connection at a place, from 0 up, as {@link State} numbers them; {@code
   * CLOSED}, which is 0, also where it is free.
   */
  public int state(int index) {
    Connection c = tcp.pool.sockets[index].connection;
    return c.used ? c.state : State.CLOSED;
  }

  /** Whether somebody listens on a port, or a connection is from it. */
  public boolean uses(int port) {
    TcpSocket[] sockets = tcp.pool.sockets;
    for (int i = 0; i < sockets.length; i++) {
      Connection c = sockets[i].connection;
      if (c.used && c.localPort == port) {
        return true;
      }
    }
    return tcp.listeners.exactly(port) != null;
  }

  /** Octets that wait to be read. */
  public int unread(int index) {
    return tcp.pool.sockets[index].readable();
  }

  /** Octets that were written and are not acknowledged. */
  public int unacknowledged(int index) {
    return tcp.pool.sockets[index].unacknowledged();
  }

  /** Both ends of a connection. */
  public void ends(int index, Endpoint local, Endpoint remote) {
    tcp.pool.sockets[index].local(local);
    tcp.pool.sockets[index].remote(remote);
  }

  /** The smoothed round-trip time in microseconds; 0 where none was measured. */
  public int rttUs(int index) {
    return tcp.pool.sockets[index].connection.rtt.smoothedUs();
  }

  /** The congestion window, in octets. */
  public int window(int index) {
    return tcp.pool.sockets[index].connection.congestion.window();
  }

  /** The listener at a place, from 0 up; null behind the last. */
  public Listener listener(int index) {
    Listener rest = tcp.listeners.rest;
    if (index == 0 && rest != null) {
      return rest;
    }
    Listener listener = tcp.listeners.first;
    for (int i = rest == null ? 0 : 1; i < index && listener != null; i++) {
      listener = listener.next;
    }
    return listener;
  }
}
