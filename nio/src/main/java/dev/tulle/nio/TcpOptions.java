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
      ExtendedOptions.set(
          StandardSocketOptions.SO_SNDBUF,
          StandardSocketOptions.SO_RCVBUF,
          StandardSocketOptions.SO_KEEPALIVE,
          StandardSocketOptions.SO_REUSEADDR,
          StandardSocketOptions.SO_LINGER,
          StandardSocketOptions.IP_TOS,
          StandardSocketOptions.TCP_NODELAY,
          ExtendedOptions.TCP_QUICKACK,
          ExtendedOptions.TCP_KEEPIDLE,
          ExtendedOptions.TCP_KEEPINTERVAL,
          ExtendedOptions.TCP_KEEPCOUNT);

  private static final long SECOND_NS = 1_000_000_000L;

  // As Linux: RFC 9293 3.8.4 (MUST-28) has the two hours.
  private static final int KEEP_ALIVE_S = 7200;
  private static final int KEEP_ALIVE_INTERVAL_S = 75;
  private static final int KEEP_ALIVE_PROBES = 9;
  private static final int MOST_KEEP_ALIVE_S = 32_767;
  private static final int MOST_KEEP_ALIVE_PROBES = 127;

  /** As the JDK's. */
  private static final int MOST_LINGER_S = 65_535;

  /** What the profile's buffers begin with, which is what a channel has that chose nothing. */
  private final int usualBytes;

  private int sendBytes;
  private int receiveBytes;
  private int lingerS = -1;
  private int service;
  private boolean keepAlive;
  private boolean reuse;
  private boolean noDelay;
  private boolean quickAck;
  private int idleS = KEEP_ALIVE_S;
  private int intervalS = KEEP_ALIVE_INTERVAL_S;
  private int probes = KEEP_ALIVE_PROBES;

  TcpOptions(int usualBytes) {
    this.usualBytes = usualBytes;
  }

  /** Checks that channels have an option. */
  static void check(Set<SocketOption<?>> supported, SocketOption<?> name) {
    if (name == null) {
      throw new NullPointerException();
    }
    if (!supported.contains(name)) {
      throw new UnsupportedOperationException("'" + name + "' not supported");
    }
  }

  /** Checks an option and its value as channels promise. */
  static void check(Set<SocketOption<?>> supported, SocketOption<?> name, Object value) {
    check(supported, name);
    if (!name.type().isInstance(value)) {
      throw new IllegalArgumentException("'" + name + "' has no value " + value);
    }
    if (value instanceof Integer number && (number < least(name) || number > most(name))) {
      throw new IllegalArgumentException(
          "'" + name + "' is " + least(name) + " to " + most(name) + ", not " + value);
    }
  }

  private static int least(SocketOption<?> name) {
    if (name.equals(StandardSocketOptions.SO_LINGER)) {
      return Integer.MIN_VALUE; // all below 0 are the same
    }
    return most(name) == MOST_KEEP_ALIVE_S || most(name) == MOST_KEEP_ALIVE_PROBES ? 1 : 0;
  }

  private static int most(SocketOption<?> name) {
    if (name.equals(StandardSocketOptions.IP_TOS)
        || name.equals(StandardSocketOptions.IP_MULTICAST_TTL)) {
      return 255;
    }
    if (name.equals(ExtendedOptions.TCP_KEEPIDLE)
        || name.equals(ExtendedOptions.TCP_KEEPINTERVAL)) {
      return MOST_KEEP_ALIVE_S; // as Linux
    }
    return name.equals(ExtendedOptions.TCP_KEEPCOUNT) ? MOST_KEEP_ALIVE_PROBES : Integer.MAX_VALUE;
  }

  /** Sets an option; on the connection too where there is one. */
  void set(SocketOption<?> name, Object value, TcpSocket socket) {
    if (name.equals(StandardSocketOptions.SO_SNDBUF)) {
      sendBytes = Math.max(1, (Integer) value);
      ifOpen(socket, () -> socket.sendBuffer(sendBytes));
    } else if (name.equals(StandardSocketOptions.SO_RCVBUF)) {
      receiveBytes = Math.max(1, (Integer) value);
      ifOpen(socket, () -> socket.receiveBuffer(receiveBytes));
    } else if (name.equals(StandardSocketOptions.SO_KEEPALIVE)) {
      keepAlive = (Boolean) value;
      ifOpen(socket, () -> socket.keepAlive(probes()));
    } else if (name.equals(StandardSocketOptions.SO_LINGER)) {
      lingerS = Math.clamp((Integer) value, -1, MOST_LINGER_S);
      ifOpen(socket, () -> socket.linger(lingerS < 0 ? Part.NEVER : lingerS * SECOND_NS));
    } else if (name.equals(StandardSocketOptions.IP_TOS)) {
      service = (Integer) value;
      ifOpen(socket, () -> socket.service(service, 0));
    } else if (name.equals(StandardSocketOptions.TCP_NODELAY)) {
      noDelay = (Boolean) value;
      ifOpen(socket, () -> socket.noDelay(noDelay));
    } else if (name.equals(ExtendedOptions.TCP_QUICKACK)) {
      quickAck = (Boolean) value;
      ifOpen(socket, () -> socket.quickAck(quickAck));
    } else if (name.equals(StandardSocketOptions.SO_REUSEADDR)) {
      reuse = (Boolean) value;
    } else {
      keep(name, (Integer) value);
      ifOpen(socket, () -> socket.keepAlive(probes()));
    }
  }

  private void keep(SocketOption<?> name, int number) {
    if (name.equals(ExtendedOptions.TCP_KEEPIDLE)) {
      idleS = number;
    } else if (name.equals(ExtendedOptions.TCP_KEEPINTERVAL)) {
      intervalS = number;
    } else {
      probes = number;
    }
  }

  /** Whether a port may be shared with others that say the same. */
  boolean reuse() {
    return reuse;
  }

  private static void ifOpen(TcpSocket socket, Runnable change) {
    if (socket != null) {
      change.run();
    }
  }

  /** What asks a silent peer; null where nothing shall. */
  private KeepAlive probes() {
    return keepAlive ? new KeepAlive(idleS * SECOND_NS, intervalS * SECOND_NS, probes) : null;
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
    } else if (name.equals(ExtendedOptions.TCP_QUICKACK)) {
      return quickAck;
    } else if (name.equals(ExtendedOptions.TCP_KEEPIDLE)) {
      return idleS;
    } else if (name.equals(ExtendedOptions.TCP_KEEPINTERVAL)) {
      return intervalS;
    } else if (name.equals(ExtendedOptions.TCP_KEEPCOUNT)) {
      return probes;
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
    if (quickAck) {
      socket.quickAck(true);
    }
  }
}
