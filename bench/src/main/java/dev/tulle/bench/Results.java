// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What was measured: a rate for each round, and the CPU time that went into the octets. */
final class Results {
  private final Map<String, List<Double>> rates = new HashMap<>();
  private final Map<String, Double> userSeconds = new HashMap<>();
  private final Map<String, Double> gigabytes = new HashMap<>();

  /** Adds a round: {@code count} octets, round trips or connections. */
  void add(String what, String stack, double count, double seconds, double user) {
    String key = what + " " + stack;
    boolean bulk = bulk(what);
    rates
        .computeIfAbsent(key, k -> new ArrayList<>())
        .add(bulk ? count * 8 / 1e6 / seconds : count / seconds);
    if (bulk) {
      userSeconds.merge(key, user, Double::sum);
      gigabytes.merge(key, count / 1e9, Double::sum);
    }
  }

  static boolean bulk(String what) {
    return !what.equals("round_trips") && !what.equals("connections") && !what.equals("netty");
  }

  static String unit(String what) {
    return bulk(what) ? "Mbit/s" : "1/s";
  }

  double median(String what, String stack) {
    List<Double> sorted = sorted(what, stack);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  double least(String what, String stack) {
    return sorted(what, stack).getFirst();
  }

  double most(String what, String stack) {
    return sorted(what, stack).getLast();
  }

  /** Ratio of the medians; NaN where the kernel was not measured, and of the kernel to itself. */
  double toKernel(String what, String stack) {
    if (stack.equals("kernel") || !rates.containsKey(what + " kernel")) {
      return Double.NaN;
    }
    return median(what, stack) / median(what, "kernel");
  }

  /** User CPU seconds of the measured side for 10^9 octets; NaN where nothing is transferred. */
  double userPerGb(String what, String stack) {
    String key = what + " " + stack;
    return bulk(what) ? userSeconds.get(key) / gigabytes.get(key) : Double.NaN;
  }

  private List<Double> sorted(String what, String stack) {
    List<Double> sorted = new ArrayList<>(rates.get(what + " " + stack));
    Collections.sort(sorted);
    return sorted;
  }
}
