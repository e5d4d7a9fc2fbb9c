// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code ./tulle demo}: this machine's own programs use Tulle, and Tulle uses a server of this
 * machine's kernel, in a private network namespace; then a table says what passed.
 *
 * <p>Exit codes: 0 all passed, 1 something failed, 2 used wrongly.
 */
public final class Demo {
  private static final String USAGE =
      """
      Usage: ./tulle demo [--json FILE] [--memory]

      Starts Tulle as the machine at the other end of a TAP device, natively and on the JVM, in a
      private network namespace, and lets ping, curl and iperf3 use it; Tulle fetches from a server
      of the kernel. Where no TAP device can be made, two stacks talk over a link in memory.

        --json FILE  write the results to FILE as well
        --memory     use the link in memory even though there might be a TAP device
        --help       print this
      """;

  private Demo() {}

  public static void main(String[] arguments) throws IOException {
    Path json = null;
    boolean memory = false;
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].equals("--help")) {
        System.out.print(USAGE);
        return;
      } else if (arguments[i].equals("--memory")) {
        memory = true;
      } else if (arguments[i].equals("--json") && i + 1 < arguments.length) {
        json = Path.of(arguments[++i]);
      } else if (arguments[i].equals("--json")) {
        misuse("--json needs a file name");
      } else {
        misuse("unknown argument " + arguments[i] + " (see --help)");
      }
    }
    String refusal = memory ? "it was not wanted" : Namespace.refusal();
    if (refusal != null && !memory) {
      Integer code = Unshared.run(Demo.class, arguments);
      if (code != null) {
        System.exit(code);
      }
    }
    System.exit(run(refusal, json));
  }

  private static int run(String refusal, Path json) throws IOException {
    List<Check> checks = new ArrayList<>();
    Path folder = Scratch.folder("tulle-demo");
    try (Progress progress = new Progress("demo")) {
      if (refusal == null) {
        new LiveDemo(folder, progress, checks).run();
      } else {
        progress.line("No TAP device: " + refusal + ".");
        progress.line("Two stacks talk over a link in memory instead, in one JVM.");
        new MemoryDemo(folder, progress, checks).run();
      }
    } catch (IOException e) {
      checks.add(Check.failed("demo", "", e.getMessage()));
    } finally {
      Scratch.remove(folder);
    }
    System.out.println();
    System.out.print(table(checks));
    if (json != null) {
      Files.writeString(json, json(checks));
    }
    long failed = checks.stream().filter(check -> !check.pass()).count();
    String verdict = failed == 0 ? "All %d passed.%n" : "%2$d of %1$d failed.%n";
    System.out.printf(verdict, checks.size(), failed);
    return failed == 0 ? 0 : 1;
  }

  static String table(List<Check> checks) {
    Table table = new Table("check", " value", "unit", "result", "what ran");
    for (Check check : checks) {
      table.row(
          check.name(),
          Double.isNaN(check.value()) ? "-" : rounded(check.value()),
          check.unit(),
          check.pass() ? "PASS" : "FAIL",
          check.detail());
    }
    return table.toString();
  }

  private static String rounded(double value) {
    if (value == Math.rint(value)) {
      return Long.toString((long) value);
    }
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.1f", value);
  }

  private static String json(List<Check> checks) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (Check check : checks) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", check.name());
      one.put("pass", check.pass());
      one.put("value", check.value());
      one.put("unit", check.unit());
      list.add(one);
    }
    return Json.document(Map.of("checks", list));
  }

  private static void misuse(String sentence) {
    System.err.println("demo: " + sentence);
    System.exit(2);
  }
}
