// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.bench;

import dev.tulle.conformance.Json;
import dev.tulle.conformance.Namespace;
import dev.tulle.conformance.Progress;
import dev.tulle.conformance.Scratch;
import dev.tulle.conformance.Table;
import dev.tulle.conformance.Unshared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * {@code ./tulle bench}: the kernel talking to itself, Tulle natively and Tulle on the JVM, side by
 * side in one run, because only ratios within a run mean something.
 *
 * <p>Exit codes: 0 measured, 1 failed, 2 used wrongly.
 */
public final class Bench {
  private static final String USAGE =
      """
      Usage: ./tulle bench [--json FILE] [--quick] [--offload] [--stacks LIST] [--what LIST]
             ./tulle bench --java [--json FILE] [--quick]
             ./tulle bench --micro [NAME]

      Measures receiving, sending, 1-byte round trips and connections: the kernel talking to itself
      between two network namespaces (veth), then Tulle natively and on the JVM at a TAP device with
      the kernel as the peer. MTU 1500, all offloads off, one process at each end, rounds taken in
      turn; a figure is the median of its rounds.

        --json FILE    write the results to FILE as well
        --quick        fewer rounds
        --offload      segmentation and checksum offloads on, of the kernel's and Tulle's own
        --stacks LIST  only these of kernel,native,jvm
        --what LIST    only these of receive,send,round_trips,connections; or lossy_send: 64 MB
                       through a loss of 1 % and a delay of 25 ms each way, which takes minutes;
                       or routed: kernel to kernel through a router, the kernel's or Tulle's;
                       routed_cable compares Tulle's with no router at all
        --java         measure a web server on Netty instead, which wrk asks over 64 connections,
                       on the kernel and put on Tulle
        --micro        run the micro-benchmarks instead (JMH): all, or those with NAME in theirs
        --help         print this
      """;

  private static final List<String> ALL =
      Stream.concat(
              Measurement.WHATS.stream(),
              Stream.of(LossySend.WHAT, RoutedBulk.WHAT, RoutedBulk.CABLE))
          .toList();

  private Bench() {}

  public static void main(String[] arguments) throws Exception {
    Path json = null;
    boolean quick = false;
    boolean offload = false;
    List<String> stacks = Measurement.STACKS;
    List<String> whats = Measurement.WHATS;
    for (int i = 0; i < arguments.length; i++) {
      boolean last = i + 1 == arguments.length;
      switch (arguments[i]) {
        case "--help" -> {
          System.out.print(USAGE);
          return;
        }
        case "--quick" -> quick = true;
        case "--offload" -> offload = true;
        case "--java" -> {
          stacks = NettyWeb.STACKS;
          whats = List.of(NettyWeb.WHAT);
        }
        case "--micro" -> {
          Micro.run(last ? "" : arguments[i + 1]);
          return;
        }
        case "--json" -> json = Path.of(last ? misuse("--json needs a file name") : arguments[++i]);
        case "--stacks" -> stacks = some(last ? "" : arguments[++i], Measurement.STACKS);
        case "--what" -> whats = some(last ? "" : arguments[++i], ALL);
        default -> misuse("unknown argument " + arguments[i] + " (see --help)");
      }
    }
    String refusal = Namespace.refusal();
    if (refusal != null) {
      Integer code = Unshared.run(Bench.class, arguments);
      if (code != null) {
        System.exit(code);
      }
      System.err.println("bench: " + refusal + ".");
      System.exit(1);
    }
    System.exit(run(json, quick, offload, stacks, whats));
  }

  private static int run(
      Path json, boolean quick, boolean offload, List<String> stacks, List<String> whats)
      throws IOException {
    Path folder = Scratch.folder("tulle-bench");
    Results results;
    try (Progress progress = new Progress("bench");
        Measurement measurement = new Measurement(folder, progress, quick, offload)) {
      results =
          measurement.run(stacks, Measurement.WHATS.stream().filter(whats::contains).toList());
      for (String what : List.of(RoutedBulk.WHAT, RoutedBulk.CABLE)) {
        if (whats.contains(what)) {
          try (RoutedBulk routed = new RoutedBulk(folder, what, quick)) {
            routed.run(stacks, progress, results);
          }
        }
      }
      if (whats.contains(NettyWeb.WHAT)) {
        try (NettyWeb web = new NettyWeb(quick)) {
          web.run(progress, results);
        }
      }
      if (whats.contains(LossySend.WHAT)) {
        try (LossySend lossy = new LossySend(folder, quick)) {
          lossy.run(stacks, progress, results);
        }
      }
    } catch (IOException e) {
      System.err.println("bench: " + e.getMessage());
      return 1;
    } finally {
      Scratch.remove(folder);
    }
    System.out.println();
    System.out.print(table(results, stacks, whats));
    if (json != null) {
      Files.writeString(json, json(results, stacks, whats));
    }
    return 0;
  }

  private static String table(Results results, List<String> stacks, List<String> whats) {
    Table table =
        new Table("what", "stack", " value", "unit", " to kernel", " least", " most", " user s/GB");
    for (String what : whats) {
      for (String stack : stacks) {
        double cpu = results.userPerGb(what, stack);
        double ratio = results.toKernel(what, stack);
        table.row(
            what,
            stack,
            whole(results.median(what, stack)),
            Results.unit(what),
            Double.isNaN(ratio) ? "-" : String.format(Locale.ROOT, "%.2f", ratio),
            whole(results.least(what, stack)),
            whole(results.most(what, stack)),
            Double.isNaN(cpu) ? "-" : String.format(Locale.ROOT, "%.2f", cpu));
      }
    }
    return table.toString();
  }

  private static String whole(double value) {
    return value < 100
        ? String.format(Locale.ROOT, "%.1f", value)
        : String.format(Locale.ROOT, "%,d", Math.round(value));
  }

  private static String json(Results results, List<String> stacks, List<String> whats) {
    List<Map<String, Object>> values = new ArrayList<>();
    List<Map<String, Object>> ratios = new ArrayList<>();
    for (String what : whats) {
      for (String stack : stacks) {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("what", what);
        value.put("stack", stack);
        value.put("value", results.median(what, stack));
        value.put("unit", Results.unit(what));
        value.put("user_cpu_s_per_gb", results.userPerGb(what, stack));
        values.add(value);
        if (!stack.equals("kernel") && stacks.contains("kernel")) {
          Map<String, Object> ratio = new LinkedHashMap<>();
          ratio.put("what", what);
          ratio.put("stack", stack);
          ratio.put("to_kernel", results.toKernel(what, stack));
          ratios.add(ratio);
        }
      }
    }
    Map<String, List<Map<String, Object>>> document = new LinkedHashMap<>();
    document.put("results", values);
    document.put("ratios", ratios);
    return Json.document(document);
  }

  private static List<String> some(String list, List<String> known) {
    List<String> chosen = List.of(list.split(","));
    for (String one : chosen) {
      if (!known.contains(one)) {
        misuse("not among " + String.join(",", known) + ": " + one);
      }
    }
    return chosen;
  }

  private static String misuse(String sentence) {
    System.err.println("bench: " + sentence);
    System.exit(2);
    return sentence;
  }
}
