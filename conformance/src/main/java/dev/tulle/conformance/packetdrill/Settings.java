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

  /** {@code echo 0 > /proc/sys/net/ipv4/tcp_sack}. */
  private static final Pattern ECHO =
      Pattern.compile("echo\\s+(\"[^\"]*\"|[^>]*?)\\s*>\\s*\\S*net/ipv4/(\\w+)");

  /** A sum or a product of the shell, {@code $((15*1024*1024))}. */
  private static final Pattern ARITHMETIC = Pattern.compile("\\$\\(\\(([^()]*)\\)\\)");

  /** Commands that would change what the host sends or gets, in a way that it does not know. */
  private static final Pattern REFUSED =
      Pattern.compile(
          "\\b(ip6?tables|nft|netem"
              + "|ip (?:-[46] )?(?:route|rule) (?:add|change|replace|append))\\b");

  private static final Set<String> KNOWN =
      Set.of(
          "tcp_congestion_control",
          "tcp_ecn",
          "tcp_fastopen",
          "tcp_mtu_probing",
          "tcp_rmem",
          "tcp_sack",
          "tcp_slow_start_after_idle",
          "tcp_timestamps",
          "tcp_window_scaling");

  private final Map<String, String> values = new TreeMap<>();

  /** What was set after the host had been made of it. */
  private final Map<String, String> tooLate = new TreeMap<>();

  /**
   * Takes over what a command sets; most others have no meaning here.
   *
   * @param late whether the host is there already, and only what it looks at later counts
   */
  void run(String command, boolean late) {
    String text =
        ARITHMETIC.matcher(command).replaceAll(sum -> Code.value(sum.group(1)).toString());
    Matcher matcher = ASSIGNMENT.matcher(text);
    while (matcher.find()) {
      put(matcher.group(1), matcher.group(2), late);
    }
    matcher = ECHO.matcher(text);
    while (matcher.find()) {
      put(matcher.group(2), matcher.group(1), late);
    }
  }

  private void put(String name, String value, boolean late) {
    if (late && KNOWN.contains(name) && !SocketOptions.knows(name)) {
      tooLate.put(name, value);
    } else {
      values.put(name, value.replace("\"", ""));
    }
  }

  /** What a command would do and the host does not know, or null. */
  static String refused(String command) {
    Matcher matcher = REFUSED.matcher(command);
    return matcher.find() ? "the command " + matcher.group(1) + " is not known here" : null;
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
      if (!KNOWN.contains(value.getKey()) && !SocketOptions.knows(value.getKey())) {
        s.append(' ').append(value.getKey()).append('=').append(value.getValue());
      }
    }
    tooLate.forEach((name, value) -> s.append(' ').append(name).append('=').append(value));
    return s.isEmpty() ? "" : " (set, and changes nothing here:" + s + ")";
  }

  String text(String name, String otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  boolean on(String name) {
    return number(name, 1) != 0;
  }
}
