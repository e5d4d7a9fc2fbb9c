// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The sysctls that a script has set; what it has not set is as in Linux's production defaults. */
final class Settings {
  /** {@code sysctl -q net.ipv4.tcp_sack=0}, {@code …/net/ipv4/tcp_sack=0}. */
  private static final Pattern ASSIGNMENT =
      Pattern.compile("net[./]ipv4[./](\\w+)\\s*=\\s*(\"[^\"]*\"|\\S+)");

  private final Map<String, String> values = new HashMap<>();

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

  String text(String name, String otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  boolean on(String name) {
    return number(name, 1) != 0;
  }
}
