// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import dev.tulle.stack.Part;
import dev.tulle.tcp.KeepAlive;
import dev.tulle.tcp.Listener;
import dev.tulle.tcp.TcpInfo;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.tcp.UserTimeout;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The options of one socket: kept, and handed to the connection as soon as there is one. */
final class SocketOptions {
  private static final int FULL_SEGMENT = 1460;
  private static final long SECOND_NS = 1_000_000_000L;

  /** Options that change nothing which a script could see here. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "SO_REUSEADDR",
          "SO_REUSEPORT",
          "SO_PRIORITY",
          "SO_MARK",
          "SO_DEBUG",
          "SO_BUSY_POLL",
          "SO_INCOMING_CPU",
          "SO_MAX_PACING_RATE",
          "SO_RCVTIMEO",
          "SO_SNDTIMEO",
          "IP_TOS",
          "IP_TTL",
          "IP_MTU_DISCOVER",
          "TCP_DEFER_ACCEPT",
          "TCP_LINGER2",
          "TCP_SYNCNT",
          "IP_FREEBIND",
          "IP_RECVERR",
          "SO_BINDTODEVICE",
          "SO_BROADCAST",
          "SO_DONTROUTE",
          "SO_OOBINLINE",
          "SO_SNDLOWAT",
          "TCP_THIN_DUPACK",
          "TCP_THIN_LINEAR_TIMEOUTS",
          "TCP_WINDOW_CLAMP");

  private static final Map<String, Long> DEFAULTS =
      Map.of(
          "TCP_KEEPIDLE", 7200L,
          "TCP_KEEPINTVL", 75L,
          "TCP_KEEPCNT", 9L,
          "TCP_MAXSEG", 536L,
          "TCP_NODELAY", 0L,
          "TCP_CORK", 0L,
          "TCP_USER_TIMEOUT", 0L,
          "TCP_NOTSENT_LOWAT", 0L,
          "TCP_FASTOPEN", 0L,
          "SO_KEEPALIVE", 0L);

  private final Map<String, Long> values = new HashMap<>();
  private TcpSocket socket;

  SocketOptions() {}

  /** Options of an accepted socket: those of its listener. */
  SocketOptions(SocketOptions listener) {
    values.putAll(listener.values);
  }

  /** The connection is there. */
  void attach(TcpSocket connected) {
    socket = connected;
    values.keySet().forEach(this::apply);
  }

  /** A listener is there; what else was set waits for its connections. */
  void attach(Listener listener) {
    if (values.containsKey("TCP_MAXSEG")) {
      listener.maxSegment((int) value("TCP_MAXSEG"));
    }
    if (values.containsKey("SO_RCVBUF")) {
      listener.receiveBuffer(window((int) value("SO_RCVBUF")));
    }
  }

  /** As in Linux, a window is so many full segments. */
  static int window(int bytes) {
    return bytes > FULL_SEGMENT ? bytes / FULL_SEGMENT * FULL_SEGMENT : bytes;
  }

  long value(String name) {
    return values.getOrDefault(name, DEFAULTS.getOrDefault(name, 0L));
  }

  /** Sets an option; answers whether it is known here. */
  boolean set(String name, Value value) {
    if (WITHOUT_EFFECT.contains(name)) {
      return true;
    }
    if (name.equals("SO_LINGER") && value instanceof Value.Struct linger) {
      boolean on = Value.number(first(linger, "onoff", "l_onoff", 0), 0) != 0;
      values.put(name, on ? Value.number(first(linger, "linger", "l_linger", 1), 0) : -1);
    } else {
      values.put(name, Value.number(value, 0));
    }
    return apply(name);
  }

  private static Value first(Value.Struct struct, String name, String other, int position) {
    Value value = struct.field(name, position);
    return value == null ? struct.field(other, position) : value;
  }

  private boolean apply(String name) {
    switch (name) {
      case "TCP_NODELAY" -> {
        if (socket != null) {
          socket.noDelay(value(name) != 0);
        }
      }
      case "TCP_MAXSEG" -> {
        if (socket != null) {
          socket.maxSegment((int) value(name));
        }
      }
      case "SO_LINGER" -> {
        if (socket != null) {
          long seconds = value(name);
          socket.linger(seconds < 0 ? Part.NEVER : seconds * SECOND_NS);
        }
      }
      case "SO_KEEPALIVE", "TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT" -> keepAlive();
      case "TCP_CORK" -> {
        if (socket != null) {
          socket.cork(value(name) != 0);
        }
      }
      case "TCP_QUICKACK" -> {
        if (socket != null) {
          socket.quickAck(value(name) != 0);
        }
      }
      case "TCP_USER_TIMEOUT" -> {
        if (socket != null) {
          long limitNs = value(name) * 1_000_000;
          socket.userTimeout(limitNs == 0 ? null : new UserTimeout(limitNs));
        }
      }
      case "SO_SNDBUF" -> {
        if (socket != null) {
          socket.sendBuffer(2 * (int) value(name)); // Linux doubles it
        }
      }
      case "SO_RCVBUF" -> {
        if (socket != null) {
          socket.receiveBuffer(window((int) value(name))); // Linux doubles it, and offers half
        }
      }
      case "SO_RCVLOWAT", "TCP_INQ", "TCP_NOTSENT_LOWAT" -> {}
      case "TCP_FASTOPEN", "TCP_FASTOPEN_CONNECT" -> {}
      default -> {
        return false;
      }
    }
    return true;
  }

  private void keepAlive() {
    if (socket != null) {
      boolean on = value("SO_KEEPALIVE") != 0;
      long idleNs = value("TCP_KEEPIDLE") * SECOND_NS;
      long intervalNs = value("TCP_KEEPINTVL") * SECOND_NS;
      socket.keepAlive(on ? new KeepAlive(idleNs, intervalNs, (int) value("TCP_KEEPCNT")) : null);
    }
  }

  /** What {@code getsockopt} tells; null for an option that is not known here. */
  Long get(String name) {
    if (name.equals("IP_MTU") && socket != null) {
      TcpInfo info = new TcpInfo();
      socket.info(info);
      return (long) info.pathMtu;
    }
    if (WITHOUT_EFFECT.contains(name) || values.containsKey(name)) {
      return name.equals("TCP_MAXSEG") && socket != null ? segment() : kept(name);
    }
    return name.equals("TCP_MAXSEG") && socket != null ? (Long) segment() : DEFAULTS.get(name);
  }

  private long segment() {
    TcpInfo info = new TcpInfo();
    socket.info(info);
    return info.sndMss;
  }

  /** Linux doubles sizes of buffers for its own needs. */
  private long kept(String name) {
    return name.endsWith("BUF") ? 2 * value(name) : value(name);
  }
}
