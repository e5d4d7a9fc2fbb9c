// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Prints text, data and bss of every native binary: {@code ./tulle size [--json FILE] [--svg
 * FILE]}.
 *
 * <p>All are made with the flags of docs/footprint-notes.md, for i586 and x86-64, with and without
 * link-time optimisation, the C library left out. Exit codes: 0 done, 1 failed, 2 used wrongly.
 */
public final class Size {
  private Size() {}

  /** One row of the table. */
  private record Row(App app, Variant variant, long text, long data, long bss) {
    String json() {
      return String.format(
          "{\"profile\":\"%s\",\"app\":\"%s\",\"arch\":\"%s\",\"lto\":%b,"
              + "\"text\":%d,\"data\":%d,\"bss\":%d}",
          app.profile(), app.program(), variant.arch(), variant.lto(), text, data, bss);
    }
  }

  public static void main(String[] args) {
    System.exit(run(args));
  }

  private static int run(String[] args) {
    if (args.length == 1 && args[0].equals("--help")) {
      System.out.println(
          "Usage: ./tulle size [--json FILE] [--svg FILE]\n\n"
              + "Prints the octets of text, data and bss of each native binary; draws those of\n"
              + "i586 with link-time optimisation.");
      return 0;
    }
    Path json = null;
    Path svg = null;
    for (int i = 0; i < args.length; i += 2) {
      boolean value = i + 1 < args.length;
      if (value && args[i].equals("--json")) {
        json = Path.of(args[i + 1]);
      } else if (value && args[i].equals("--svg")) {
        svg = Path.of(args[i + 1]);
      } else {
        System.err.println("size: the options are --json FILE and --svg FILE, not " + args[i]);
        return 2;
      }
    }
    try {
      List<Row> rows = measure();
      print(rows);
      if (json != null) {
        List<String> lines = rows.stream().map(Row::json).toList();
        Files.writeString(json, "{\"sizes\":[\n" + String.join(",\n", lines) + "\n]}\n");
      }
      if (svg != null) {
        Files.writeString(svg, chart(rows));
      }
      return 0;
    } catch (BuildFailure | IOException e) {
      System.err.println("size: " + e.getMessage());
      return 1;
    }
  }

  private static List<Row> measure() throws IOException, BuildFailure {
    List<Variant> variants = new ArrayList<>();
    for (String arch : List.of("i586", "x86-64")) {
      for (boolean lto : new boolean[] {true, false}) {
        variants.add(Variant.forSize(arch, lto));
      }
    }
    Builder builder = new Builder(Builder.root(), List.of());
    List<Path> binaries = builder.buildAll(App.ALL, variants);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < binaries.size(); i++) {
      long[] sizes = sizes(binaries.get(i));
      App app = App.ALL.get(i / variants.size());
      rows.add(new Row(app, variants.get(i % variants.size()), sizes[0], sizes[1], sizes[2]));
    }
    return rows;
  }

  private static String chart(List<Row> rows) {
    List<SizeChart.Bar> bars = new ArrayList<>();
    for (Row row : rows) {
      if (row.variant.arch().equals("i586") && row.variant.lto()) {
        String label = row.app.profile() + " " + row.app.program();
        bars.add(new SizeChart.Bar(label, row.text, row.data));
      }
    }
    return SizeChart.svg("Octets of each program, stack and Java runtime included: i586", bars);
  }

  /** Text, data and bss of a binary, as binutils' size counts them. */
  static long[] sizes(Path binary) throws IOException, BuildFailure {
    String output = CToBinary.run(List.of("size", binary.toString()));
    String[] columns = output.lines().skip(1).findFirst().orElse("").trim().split("\\s+");
    return new long[] {
      Long.parseLong(columns[0]), Long.parseLong(columns[1]), Long.parseLong(columns[2])
    };
  }

  private static void print(List<Row> rows) {
    System.out.printf(
        "%-8s %-7s %-7s %-4s %9s %9s %10s%n",
        "profile", "app", "arch", "lto", "text", "data", "bss");
    for (Row row : rows) {
      System.out.printf(
          "%-8s %-7s %-7s %-4s %,9d %,9d %,10d%n",
          row.app.profile(),
          row.app.program(),
          row.variant.arch(),
          row.variant.lto() ? "yes" : "no",
          row.text,
          row.data,
          row.bss);
    }
  }
}
