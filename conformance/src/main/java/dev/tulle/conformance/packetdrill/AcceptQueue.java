// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import dev.tulle.stack.Status;
import dev.tulle.tcp.Listener;
import dev.tulle.tcp.TcpSocket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.LongSupplier;

/**
 * The connections of a listener that an application may accept: with TCP_DEFER_ACCEPT those that
 * have something to read, or have waited for it as long as it says.
 */
final class AcceptQueue {
  private static final long SECOND_NS = 1_000_000_000L;

  /** A connection that is open, and since when it is known here. */
  private record Open(TcpSocket socket, long sinceNs) {}

  private final Listener listener;
  private final SocketOptions options;
  private final LongSupplier nowNs;
  private final Deque<Open> open = new ArrayDeque<>();

  AcceptQueue(Listener listener, SocketOptions options, LongSupplier nowNs) {
    this.listener = listener;
    this.options = options;
    this.nowNs = nowNs;
  }

  /** What the stack has. */
  Listener tcp() {
    return listener;
  }

  /** The next one, or null. */
  TcpSocket accept() {
    return next(true);
  }

  boolean waiting() {
    return next(false) != null;
  }

  private TcpSocket next(boolean taken) {
    long now = nowNs.getAsLong();
    for (TcpSocket s = listener.accept(); s != null; s = listener.accept()) {
      open.add(new Open(s, now));
    }
    long patienceNs = options.value("TCP_DEFER_ACCEPT") * SECOND_NS;
    for (Iterator<Open> all = open.iterator(); all.hasNext(); ) {
      Open one = all.next();
      TcpSocket s = one.socket;
      boolean ready = s.readable() > 0 || s.finishing() || s.status() != Status.OK;
      if (ready || now - one.sinceNs >= patienceNs) {
        if (taken) {
          all.remove();
        }
        return s;
      }
    }
    return null;
  }

  void close() {
    listener.close();
    open.forEach(one -> one.socket.abort());
    open.clear();
  }
}
