// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Host;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.tcp.TcpSocket;

/**
 * Connects to a server that may have an address of each family: the second is tried where the first
 * has not answered in a quarter of a second or has refused, and whichever answers first is kept.
 * RFC 8305.
 */
final class Race {
  /** RFC 8305 5 (RECOMMENDED): Connection Attempt Delay. */
  private static final long DELAY_NS = 250_000_000L;

  private static final int FAMILIES = 2;

  private final TcpSocket[] sockets = new TcpSocket[FAMILIES];
  private final Endpoint[] ends = new Endpoint[FAMILIES];
  private Host host;
  private int count;
  private int begun;
  private long nextNs;

  /** Why the last attempt failed. */
  private int failure;

  /** Begins with an address. */
  void begin(Host host, Endpoint first, long nowNs) {
    this.host = host;
    ends[0] = first;
    count = 1;
    begun = 0;
    failure = Status.UNREACHABLE;
    next(nowNs);
  }

  private void next(long nowNs) {
    while (begun < count && sockets[begun] == null) {
      sockets[begun] = host.tcp.connect(ends[begun]);
      if (sockets[begun++] != null) {
        nextNs = nowNs + DELAY_NS;
        return;
      }
    }
  }

  /** Adds the other address, as often as one likes; null is none. */
  void second(Endpoint end) {
    ends[1] = end;
    count = end == null ? 1 : FAMILIES;
  }

  /** The only socket, to ask for Fast Open on; null where there is another or none. */
  TcpSocket only() {
    return count == 1 ? sockets[0] : null;
  }

  /** OK once there is a {@link #winner}, {@code WOULD_BLOCK} until then, or why there is none. */
  int poll(long nowNs) {
    boolean open = false;
    for (int i = 0; i < begun; i++) {
      int status = sockets[i] == null ? Status.CLOSED : sockets[i].status();
      if (status == Status.OK) {
        TcpSocket other = sockets[1 - i];
        if (other != null) {
          other.abort();
          sockets[1 - i] = null;
        }
        return Status.OK;
      } else if (status == Status.WOULD_BLOCK) {
        open = true;
      } else if (sockets[i] != null) {
        failure = status;
        sockets[i].abort();
        sockets[i] = null;
      }
    }
    if (begun < count && (!open || nextNs - nowNs <= 0)) {
      next(nowNs);
      open |= sockets[begun - 1] != null;
    }
    return open ? Status.WOULD_BLOCK : failure;
  }

  /** When {@link #poll} has something to do without anything arriving. */
  long deadlineNs() {
    return begun < count ? nextNs : Part.NEVER;
  }

  /** Hands over the connection that was made. */
  TcpSocket winner() {
    int i = sockets[0] != null ? 0 : 1;
    TcpSocket winner = sockets[i];
    sockets[i] = null;
    return winner;
  }

  /** Gives up whatever is not handed over. */
  void abort() {
    for (int i = 0; i < FAMILIES; i++) {
      if (sockets[i] != null) {
        sockets[i].abort();
        sockets[i] = null;
      }
    }
  }
}
