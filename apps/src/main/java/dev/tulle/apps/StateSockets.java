// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Host;
import dev.tulle.raw.RawSocket;
import dev.tulle.tcp.Listener;
import dev.tulle.tcp.TcpSockets;
import dev.tulle.udp.UdpSocket;

/**
 * The sockets of a {@link StateReport}. As {@code ss} has it, of a listener the two queues are how
 * many wait and how many may.
 */
final class StateSockets {
  // The kinds, as the first word of a row tells them; TCP's states are those of dev.tulle.tcp.
  static final int LISTENER = 0;
  static final int TCP = 1;
  static final int UDP = 2;
  static final int RAW = 3;
  private static final int KINDS = 4;

  private final Host host;
  private final StateRow row;
  private final Endpoint local = new Endpoint();
  private final Endpoint peer = new Endpoint();

  /** Null where there is none. */
  final TcpSockets tcp;

  StateSockets(Host host, StateRow row) {
    this.host = host;
    this.row = row;
    tcp = host.tcp == null ? null : new TcpSockets(host.tcp);
  }

  /** Writes the row at a place or behind it; answers the place behind that. */
  long tell(long at) {
    int kind = (int) (at >>> 32);
    int n = (int) at;
    for (; kind < KINDS; kind++) {
      while (n < size(kind, n)) {
        if (tell(kind, n++)) {
          return (long) kind << 32 | n;
        }
      }
      n = 0;
    }
    return StateReport.NONE;
  }

  /** How many places there are; of listeners, which are a list, whether there is one more. */
  private int size(int kind, int at) {
    switch (kind) {
      case LISTENER:
        return tcp == null || tcp.listener(at) == null ? 0 : at + 1;
      case TCP:
        return tcp == null ? 0 : tcp.size();
      case UDP:
        return host.udp == null ? 0 : host.udp.size();
      default:
        return host.raw == null ? 0 : host.raw.size();
    }
  }

  private boolean tell(int kind, int n) {
    local.set(0, 0);
    peer.set(0, 0);
    switch (kind) {
      case LISTENER:
        Listener listener = tcp.listener(n);
        local.port = listener.port();
        put(kind, 0, listener.queued(), listener.backlog());
        return true;
      case TCP:
        return connection(n);
      case UDP:
        return datagrams(host.udp.at(n));
      default:
        RawSocket raw = host.raw.at(n);
        if (raw != null) {
          local.port = raw.protocol(); // where ss has it as well
          put(kind, 0, raw.waitingBytes(), 0);
        }
        return raw != null;
    }
  }

  private boolean connection(int n) {
    int state = tcp.state(n);
    if (state == 0) {
      return false;
    }
    tcp.ends(n, local, peer);
    put(TCP, state, tcp.unread(n), tcp.unacknowledged(n));
    row.word(tcp.rttUs(n)).word(tcp.window(n));
    return true;
  }

  private boolean datagrams(UdpSocket socket) {
    if (socket == null) {
      return false;
    }
    local.port = socket.port();
    if (socket.connected()) {
      socket.ends(local, peer);
    }
    put(UDP, socket.connected() ? 1 : 0, socket.waitingBytes(), 0);
    return true;
  }

  private void put(int kind, int state, long received, long sent) {
    row.word(kind).word(state).word(received).word(sent);
    put(local);
    put(peer);
  }

  private void put(Endpoint end) {
    if (end.six()) {
      row.six(end.high, end.low);
    } else {
      row.four(end.address);
    }
    row.word(end.port);
  }
}
