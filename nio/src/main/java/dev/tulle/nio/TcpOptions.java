// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import dev.tulle.stack.Part;
import dev.tulle.tcp.KeepAlive;
import dev.tulle.tcp.TcpSocket;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Set;

/** The options of a TCP channel, which last from before there is a connection. */
final class TcpOptions {
  static final Set<SocketOption<?>> SUPPORTED =
      Set.of(
          StandardSocketOptions.SO_SNDBUF,
          StandardSocketOptions.SO_RCVBUF,
          StandardSocketOptions.SO_KEEPALIVE,
          StandardSocketOptions.SO_REUSEADDR,
          StandardSocketOptions.SO_LINGER,
          StandardSocketOptions.IP_TOS,
          StandardSocketOptions.TCP_NODELAY);

  private static final long SECOND_NS = 1_000_000_000L;

  // As Linux: RFC 9293 3.8.4 (MUST-28) has the two hours.
  private static final long KEEP_ALIVE_NS = 7200 * SECOND_NS;
  private static final long KEEP_ALIVE_INTERVAL_NS = 75 * SECOND_NS;
  private static final int KEEP_ALIVE_PROBES = 9;

  /** What the profile's buffers begin with, which is what a channel has that chose nothing. */
  private final int usualBytes;

  private int sendBytes;
  private int receiveBytes;
  private int lingerS = -1;
  private int service;
  private boolean keepAlive;
  private boolean reuse;
  private boolean noDelay;

  TcpOptions(int usualBytes) {
    this.usualBytes = usualBytes;
  }

  /** Checks an option and its value as channels promise. */
  static void check(Set<SocketOption<?>> supported, SocketOption<?> name, Object value) {
    if (name == null) {
      throw new NullPointerException();
    }
    if (!supported.contains(name)) {
      throw new UnsupportedOperationException("'" + name + "' not supported");
    }
    boolean size =
        name.equals(StandardSocketOptions.SO_SNDBUF)
            || name.equals(StandardSocketOptions.SO_RCVBUF);
    if (size && ((Integer) value) < 0) {
      throw new IllegalArgumentException("'" + name + "' is a size, not " + value);
    }
    boolean octet = name.equals(StandardSocketOptions.IP_TOS);
    if (octet && ((Integer) value < 0 || (Integer) value > 255)) {
      throw new IllegalArgumentException("'" + name + "' is 0 to 255, not " + value);
    }
  }

  /** Sets an option; on the connection too where there is one. */
  void set(SocketOption<?> name, Object value, TcpSocket socket) {
    if (value == null) {
      throw new IllegalArgumentException("'" + name + "' has no value null");
    }
    if (name.equals(StandardSocketOptions.SO_SNDBUF)) {
      sendBytes = Math.max(1, (Integer) value);
      ifOpen(socket, () -> socket.sendBuffer(sendBytes));
    } else if (name.equals(StandardSocketOptions.SO_RCVBUF)) {
      receiveBytes = Math.max(1, (Integer) value);
      ifOpen(socket, () -> socket.receiveBuffer(receiveBytes));
    } else if (name.equals(StandardSocketOptions.SO_KEEPALIVE)) {
      keepAlive = (Boolean) value;
      ifOpen(socket, () -> socket.keepAlive(keepAlive ? probes() : null));
    } else if (name.equals(StandardSocketOptions.SO_LINGER)) {
      lingerS = Math.max(-1, (Integer) value);
      ifOpen(socket, () -> socket.linger(lingerS < 0 ? Part.NEVER : lingerS * SECOND_NS));
    } else if (name.equals(StandardSocketOptions.IP_TOS)) {
      service = (Integer) value;
      ifOpen(socket, () -> socket.service(service, 0));
    } else if (name.equals(StandardSocketOptions.TCP_NODELAY)) {
      noDelay = (Boolean) value;
      ifOpen(socket, () -> socket.noDelay(noDelay));
    } else {
      reuse = (Boolean) value; // ports are taken by listeners alone, so all reuse them
    }
  }

  private static void ifOpen(TcpSocket socket, Runnable change) {
    if (socket != null) {
      change.run();
    }
  }

  private static KeepAlive probes() {
    return new KeepAlive(KEEP_ALIVE_NS, KEEP_ALIVE_INTERVAL_NS, KEEP_ALIVE_PROBES);
  }

  Object get(SocketOption<?> name, TcpSocket socket) {
    if (name.equals(StandardSocketOptions.SO_SNDBUF)) {
      return socket != null ? socket.sendBuffer() : sendBytes > 0 ? sendBytes : usualBytes;
    } else if (name.equals(StandardSocketOptions.SO_RCVBUF)) {
      return receiveBytes > 0 ? receiveBytes : usualBytes;
    } else if (name.equals(StandardSocketOptions.SO_KEEPALIVE)) {
      return keepAlive;
    } else if (name.equals(StandardSocketOptions.SO_LINGER)) {
      return lingerS;
    } else if (name.equals(StandardSocketOptions.IP_TOS)) {
      return service;
    } else if (name.equals(StandardSocketOptions.TCP_NODELAY)) {
      return noDelay;
    }
    return reuse;
  }

  /** Gives a connection what was set before there was one. */
  void apply(TcpSocket socket) {
    if (sendBytes > 0) {
      socket.sendBuffer(sendBytes);
    }
    if (receiveBytes > 0) {
      socket.receiveBuffer(receiveBytes);
    }
    if (keepAlive) {
      socket.keepAlive(probes());
    }
    if (lingerS >= 0) {
      socket.linger(lingerS * SECOND_NS);
    }
    if (service != 0) {
      socket.service(service, 0);
    }
    if (noDelay) {
      socket.noDelay(true);
    }
  }
}
