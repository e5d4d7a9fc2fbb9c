// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.tcp.ChosenControl;
import dev.tulle.tcp.CongestionControl;
import dev.tulle.tcp.KeepAlive;
import dev.tulle.tcp.Listener;
import dev.tulle.tcp.TcpInfo;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.tcp.UserTimeout;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

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
          "IP_MTU_DISCOVER",
          "TCP_LINGER2",
          "IP_FREEBIND",
          "IP_RECVERR",
          "SO_BINDTODEVICE",
          "SO_BROADCAST",
          "SO_DONTROUTE",
          "SO_OOBINLINE",
          "SO_SNDLOWAT",
          "TCP_THIN_DUPACK",
          "TCP_THIN_LINEAR_TIMEOUTS");

  /** Sysctls that say what an option is where nobody sets it. */
  private static final Map<String, String> SYSCTLS =
      Map.of(
          "tcp_keepalive_time", "TCP_KEEPIDLE",
          "tcp_keepalive_intvl", "TCP_KEEPINTVL",
          "tcp_keepalive_probes", "TCP_KEEPCNT",
          "tcp_syn_retries", "TCP_SYNCNT",
          "tcp_fin_timeout", "TCP_LINGER2",
          "tcp_notsent_lowat", "TCP_NOTSENT_LOWAT",
          "ip_default_ttl", "IP_TTL");

  private final Map<String, Long> values = new HashMap<>();
  private TcpSocket socket;

  /** The name of the congestion control that was chosen, or null; and who makes one. */
  private String congestion;

  private Function<String, CongestionControl> maker;

  /** Options of a fresh socket. */
  SocketOptions(Settings settings) {
    for (Map.Entry<String, String> sysctl : SYSCTLS.entrySet()) {
      if (settings.text(sysctl.getKey(), null) != null) {
        values.put(sysctl.getValue(), (long) settings.number(sysctl.getKey(), 0));
      }
    }
  }

  /** Whether a sysctl says what an option is. */
  static boolean knows(String sysctl) {
    return SYSCTLS.containsKey(sysctl);
  }

  /** Options of an accepted socket: those of its listener. */
  SocketOptions(SocketOptions listener) {
    values.putAll(listener.values);
    congestion = listener.congestion;
    maker = listener.maker;
  }

  /** The connection is there. */
  void attach(TcpSocket connected) {
    socket = connected;
    values.keySet().forEach(this::apply);
    if (congestion != null) {
      congestion(congestion, maker);
    }
  }

  /** Chooses a congestion control, for the connection that is there or will be. */
  void congestion(String name, Function<String, CongestionControl> controls) {
    congestion = name;
    maker = controls;
    if (socket != null) {
      ((ChosenControl) socket.congestion()).choose(controls.apply(name));
    }
  }

  String congestion(String otherwise) {
    return congestion == null ? otherwise : congestion;
  }

  /** A listener is there; what else was set waits for its connections. */
  void attach(Listener listener) {
    if (values.containsKey("TCP_MAXSEG")) {
      listener.maxSegment((int) value("TCP_MAXSEG"));
    }
    if (values.containsKey("SO_RCVBUF")) {
      listener.receiveBuffer(window((int) value("SO_RCVBUF")));
    }
    if (value("TCP_WINDOW_CLAMP") > 0) {
      listener.receiveBuffer((int) value("TCP_WINDOW_CLAMP"));
    }
  }

  /** As in Linux, a window is so many full segments. */
  static int window(int bytes) {
    return bytes > FULL_SEGMENT ? bytes / FULL_SEGMENT * FULL_SEGMENT : bytes;
  }

  long value(String name) {
    return values.getOrDefault(name, OptionRules.usual(name));
  }

  /** Sets an option; answers an error's name or null. */
  String set(String name, Value value) {
    if (name.equals("SO_LINGER") && value instanceof Value.Struct linger) {
      boolean on = Value.number(first(linger, "onoff", "l_onoff", 0), 0) != 0;
      values.put(name, on ? Value.number(first(linger, "linger", "l_linger", 1), 0) : -1);
    } else if (name.endsWith("TIMEO") && value instanceof Value.Struct time) {
      long seconds = Value.number(time.field("tv_sec", 0), 0);
      values.put(name, seconds * SECOND_NS + Value.number(time.field("tv_usec", 1), 0) * 1000);
    } else {
      long number = Value.number(value, 0);
      if (!OptionRules.takes(name, number)) {
        return "EINVAL";
      }
      values.put(name, OptionRules.kept(name, number));
    }
    if (WITHOUT_EFFECT.contains(name) || apply(name)) {
      return null;
    }
    values.remove(name);
    return "ENOPROTOOPT";
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
      case "TCP_SYNCNT" -> {
        if (socket != null && socket.status() == Status.WOULD_BLOCK) {
          // As many SYNs again, each after twice the time; it counts from the first of them.
          socket.userTimeout(new UserTimeout(((2L << value(name)) - 1) * SECOND_NS));
        }
      }
      case "IP_TOS", "IP_TTL" -> {
        if (socket != null) {
          socket.service((int) value("IP_TOS"), (int) value("IP_TTL"));
        }
      }
      case "SO_RCVBUF" -> {
        if (socket != null) {
          socket.receiveBuffer(window((int) value(name))); // Linux doubles it, and offers half
        }
      }
      case "TCP_WINDOW_CLAMP" -> {
        if (socket != null && value(name) > 0) {
          socket.receiveBuffer((int) value(name));
        }
      }
      case "SO_SNDBUF", "SO_RCVLOWAT", "TCP_INQ", "TCP_NOTSENT_LOWAT" -> {}
      case "SO_RCVTIMEO", "SO_SNDTIMEO", "TCP_DEFER_ACCEPT" -> {}
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
    if (name.equals("TCP_MAXSEG") && socket != null) {
      return segment();
    }
    boolean known =
        WITHOUT_EFFECT.contains(name) || values.containsKey(name) || OptionRules.hasUsual(name);
    return known ? (Long) OptionRules.told(name, value(name)) : null;
  }

  /** How long a call to close waits for what was written to be delivered. */
  long lingerNs() {
    return values.getOrDefault("SO_LINGER", 0L) * SECOND_NS;
  }

  /** Whether SO_LINGER is as a script says. */
  boolean lingers(Value.Struct expected) {
    long seconds = values.getOrDefault("SO_LINGER", -1L);
    long on = Value.number(first(expected, "onoff", "l_onoff", 0), 0);
    return on == 0
        ? seconds < 0
        : seconds == Value.number(first(expected, "linger", "l_linger", 1), 0);
  }

  private long segment() {
    TcpInfo info = new TcpInfo();
    socket.info(info);
    return info.sndMss;
  }
}
