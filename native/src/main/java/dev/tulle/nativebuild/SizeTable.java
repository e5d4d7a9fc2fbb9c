// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The sizes of all programs, and of one of each profile what its text would be with less done. */
final class SizeTable {
  static final List<String> ARCHITECTURES = List.of("i586", "x86-64");

  static final String LEGEND =
      """
      text, data, bss  as binutils' size counts them, the C library left out
      everything       text with each class that is mentioned, whole, and nothing dropped by gcc:
                       what a linker of object files makes
      + LTO            the same C, from which gcc drops what nothing refers to, with -flto
      TeaVM            what TeaVM finds reachable, and nothing dropped by gcc
      both             what text is
      runtime          of that what belongs to no class of Tulle: heap, exceptions, class library,
                       calls of the system
      """;

  /**
   * What a program's text would be.
   *
   * @param everything each class that is mentioned, whole
   * @param lto the same with gcc's link-time optimisation
   * @param teavm what TeaVM finds reachable, without that
   * @param runtime of what is made in the end, the share of no class of Tulle
   */
  record Steps(long everything, long lto, long teavm, long runtime) {}

  /**
   * A binary.
   *
   * @param steps null where they were not asked for
   */
  record Row(
      String profile,
      String program,
      String arch,
      boolean lto,
      long text,
      long data,
      long bss,
      Steps steps) {
    String json() {
      String sizes =
          String.format(
              "{\"profile\":\"%s\",\"app\":\"%s\",\"arch\":\"%s\",\"lto\":%b,"
                  + "\"text\":%d,\"data\":%d,\"bss\":%d",
              profile, program, arch, lto, text, data, bss);
      return steps == null
          ? sizes + "}"
          : String.format(
              "%s,\"everything\":%d,\"everythingLto\":%d,\"teavm\":%d,\"runtime\":%d}",
              sizes, steps.everything, steps.lto, steps.teavm, steps.runtime);
    }

    private String line() {
      String sizes =
          String.format(
              Locale.ROOT,
              "%-9s %-10s %-13s %-3s %,8d %,7d %,11d",
              profile,
              program,
              arch,
              lto ? "yes" : "no",
              text,
              data,
              bss);
      return steps == null
          ? sizes
          : String.format(
              Locale.ROOT,
              "%s %,10d %,8d %,8d %,8d %,8d",
              sizes,
              steps.everything,
              steps.lto,
              steps.teavm,
              text,
              steps.runtime);
    }
  }

  private final Builder builder;

  SizeTable(Builder builder) {
    this.builder = builder;
  }

  /**
   * Measures programs on all processors; those of {@code largest} step by step.
   *
   * @param bare what runs without an operating system
   */
  List<Row> measure(List<App> apps, List<String> largest, List<BareProgram> bare)
      throws IOException, BuildFailure {
    ExecutorService workers =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      List<Future<List<Row>>> programs = new ArrayList<>();
      for (App app : apps) {
        programs.add(workers.submit(() -> rows(app, largest.contains(app.name()))));
      }
      for (BareProgram each : bare) {
        programs.add(workers.submit(() -> List.of(row(each))));
      }
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < programs.size(); i++) {
        List<Row> made = Builder.result(programs.get(i));
        rows.addAll(made);
        Row first = made.get(0);
        System.err.printf(
            "size: %d of %d: %s %s%n", i + 1, programs.size(), first.profile, first.program);
      }
      return rows;
    } finally {
      workers.shutdownNow();
    }
  }

  private List<Row> rows(App app, boolean steps) throws IOException, BuildFailure {
    List<Row> rows = new ArrayList<>();
    for (String arch : ARCHITECTURES) {
      for (boolean lto : new boolean[] {true, false}) {
        Path binary = builder.build(app, Variant.forSize(arch, lto));
        long[] n = Size.sizes(binary);
        Steps made = steps && lto ? steps(app, arch, binary) : null;
        rows.add(new Row(app.profile(), app.program(), arch, lto, n[0], n[1], n[2], made));
      }
    }
    return rows;
  }

  private static Row row(BareProgram bare) throws IOException, BuildFailure {
    long[] n = bare.sizes();
    return new Row(bare.profile(), bare.program(), bare.board(), true, n[0], n[1], n[2], null);
  }

  /** What the text of a program would be with less done. */
  Steps steps(App app, String arch, Path binary) throws IOException, BuildFailure {
    long runtime = 0;
    for (Attribution.Part part : Attribution.of(binary, builder.translate(app))) {
      runtime += part.ours() ? 0 : part.text();
    }
    return new Steps(
        text(app, Selection.WHOLE, arch, false),
        text(app, Selection.WHOLE, arch, true),
        text(app, Selection.REACHED, arch, false),
        runtime);
  }

  private long text(App app, Selection selection, String arch, boolean lto)
      throws IOException, BuildFailure {
    return Size.sizes(builder.build(app, selection, Variant.forSize(arch, lto)))[0];
  }

  static void print(List<Row> rows) {
    System.out.printf(
        "%-9s %-10s %-13s %-3s %8s %7s %11s %10s %8s %8s %8s %8s%n",
        "profile",
        "program",
        "for",
        "lto",
        "text",
        "data",
        "bss",
        "everything",
        "+ LTO",
        "TeaVM",
        "both",
        "runtime");
    rows.forEach(row -> System.out.println(row.line()));
    System.out.println();
    System.out.print(LEGEND);
  }
}
