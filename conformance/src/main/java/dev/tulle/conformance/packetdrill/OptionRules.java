// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Set;

/** Which values Linux takes for a socket option, what it makes of them, and what stands before. */
final class OptionRules {
  private static final long ANY = Integer.MAX_VALUE;

  /** The least value that is taken and the largest. */
  private record Range(long least, long most) {}

  private static final Map<String, Range> RANGES =
      Map.ofEntries(
          entry("TCP_MAXSEG", new Range(88, 32_767)),
          entry("TCP_KEEPIDLE", new Range(1, 32_767)),
          entry("TCP_KEEPINTVL", new Range(1, 32_767)),
          entry("TCP_KEEPCNT", new Range(1, 127)),
          entry("TCP_SYNCNT", new Range(1, 127)),
          entry("TCP_USER_TIMEOUT", new Range(0, ANY)),
          entry("TCP_FASTOPEN", new Range(0, ANY)),
          entry("TCP_FASTOPEN_CONNECT", new Range(0, 1)),
          entry("TCP_INQ", new Range(0, 1)),
          entry("IP_TTL", new Range(1, 255)),
          entry("IP_MTU_DISCOVER", new Range(0, 5)));

  /** Options that are on or off, whatever the number. */
  private static final Set<String> SWITCHES =
      Set.of(
          "TCP_NODELAY",
          "TCP_CORK",
          "TCP_QUICKACK",
          "SO_KEEPALIVE",
          "SO_REUSEADDR",
          "SO_REUSEPORT",
          "SO_BROADCAST",
          "SO_OOBINLINE",
          "SO_DONTROUTE",
          "IP_FREEBIND",
          "IP_RECVERR");

  private static final Map<String, Long> DEFAULTS =
      Map.ofEntries(
          entry("TCP_KEEPIDLE", 7200L),
          entry("TCP_KEEPINTVL", 75L),
          entry("TCP_KEEPCNT", 9L),
          entry("TCP_MAXSEG", 536L),
          entry("TCP_QUICKACK", 1L),
          entry("TCP_SYNCNT", 6L),
          entry("TCP_LINGER2", 60L),
          entry("IP_TTL", 64L),
          entry("IP_MTU_DISCOVER", 1L),
          entry("SO_RCVLOWAT", 1L),
          entry("SO_SNDLOWAT", 1L),
          entry("SO_TYPE", 1L),
          entry("SO_DOMAIN", 2L),
          entry("SO_PROTOCOL", 6L));

  private static final int LEAST_SEND_BUFFER = 4608;
  private static final int LEAST_RECEIVE_BUFFER = 2304;

  private OptionRules() {}

  /** Whether Linux takes a value; else it says EINVAL. */
  static boolean takes(String name, long value) {
    Range range = RANGES.get(name);
    return range == null || value >= range.least && value <= range.most;
  }

  /** What is kept of a value. */
  static long kept(String name, long value) {
    if (name.equals("SO_RCVLOWAT")) {
      return Math.max(1, value);
    }
    return SWITCHES.contains(name) ? Math.min(1, Math.abs(value)) : value;
  }

  /** What {@code getsockopt} tells of a value: Linux doubles sizes of buffers for its own needs. */
  static long told(String name, long value) {
    return switch (name) {
      case "SO_SNDBUF" -> Math.max(2 * value, LEAST_SEND_BUFFER);
      case "SO_RCVBUF" -> Math.max(2 * value, LEAST_RECEIVE_BUFFER);
      default -> value;
    };
  }

  /** What an option is where nobody has set it: 0 as a rule. */
  static long usual(String name) {
    return DEFAULTS.getOrDefault(name, 0L);
  }

  /** Whether it is known what an option is where nobody has set it. */
  static boolean hasUsual(String name) {
    return DEFAULTS.containsKey(name)
        || RANGES.containsKey(name)
        || SWITCHES.contains(name)
        || name.equals("TCP_NOTSENT_LOWAT")
        || name.equals("TCP_DEFER_ACCEPT")
        || name.equals("TCP_WINDOW_CLAMP")
        || name.equals("IP_TOS");
  }
}
