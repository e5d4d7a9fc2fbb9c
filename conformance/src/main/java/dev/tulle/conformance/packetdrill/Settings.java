// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The sysctls that a script has set; what it has not set is as in Linux's production defaults. */
final class Settings {
  /** {@code sysctl -q net.ipv4.tcp_sack=0}, {@code …/net/ipv4/tcp_sack=0}. */
  private static final Pattern ASSIGNMENT =
      Pattern.compile("net[./]ipv4[./](\\w+)\\s*=\\s*(\"[^\"]*\"|\\S+)");

  private static final Set<String> KNOWN =
      Set.of(
          "tcp_congestion_control",
          "tcp_ecn",
          "tcp_fastopen",
          "tcp_mtu_probing",
          "tcp_notsent_lowat",
          "tcp_rmem",
          "tcp_sack",
          "tcp_slow_start_after_idle",
          "tcp_timestamps",
          "tcp_window_scaling");

  private final Map<String, String> values = new TreeMap<>();

  /** Takes over what a command sets; other commands have no meaning here. */
  void run(String command) {
    Matcher matcher = ASSIGNMENT.matcher(command);
    while (matcher.find()) {
      values.put(matcher.group(1), matcher.group(2).replace("\"", ""));
    }
  }

  /** The first number of a sysctl. */
  int number(String name, int otherwise) {
    String value = values.get(name);
    if (value == null) {
      return otherwise;
    }
    try {
      String first = value.strip().split("\\s+")[0];
      return first.startsWith("0x") ? Integer.decode(first) : Integer.parseInt(first);
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  /** Number {@code at} of a sysctl that has several, as tcp_rmem. */
  int number(String name, int at, int otherwise) {
    String value = values.get(name);
    String[] all = value == null ? new String[0] : value.strip().split("\\s+");
    return at < all.length && all[at].matches("\\d{1,9}") ? Integer.parseInt(all[at]) : otherwise;
  }

  /** What was set and changes nothing here, worth telling where a script fails; mostly empty. */
  String ignored() {
    StringBuilder s = new StringBuilder();
    for (Map.Entry<String, String> value : values.entrySet()) {
      if (!KNOWN.contains(value.getKey())) {
        s.append(' ').append(value.getKey()).append('=').append(value.getValue());
      }
    }
    return s.isEmpty() ? "" : " (set, and changes nothing here:" + s + ")";
  }

  String text(String name, String otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  boolean on(String name) {
    return number(name, 1) != 0;
  }
}
