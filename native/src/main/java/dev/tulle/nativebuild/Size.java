// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Prints text, data and bss of every native binary, where they come from, and what has changed:
 * {@code ./tulle size --help}.
 *
 * <p>All are made with the flags of docs/footprint-notes.md, for i586 and x86-64, the C library
 * left out. Exit codes: 0 done, 1 failed, 2 used wrongly.
 */
public final class Size {
  private static final String USAGE =
      """
      Usage: ./tulle size [--json FILE] [--svg FILE] [--docs FILE] [--compare REVISION|FILE]
             ./tulle size --by package|class|method [--app NAME]
             ./tulle size --html FILE
             ./tulle size --features [--app NAME]
             ./tulle size --ram [--app NAME] [--connections N --buffer N] [--budget N]

      Prints the octets of text, data and bss of each native binary, and what the text of
      one of each profile would be with less of it dropped.

        --json FILE     write them to FILE as well
        --svg FILE      draw those of i586 with link-time optimisation
        --docs FILE     write those beside others into it: docs/size.md
        --compare WHAT  print what has changed since a revision of git, or since a file
                        that --json wrote, the largest change first
        --by LEVEL      print which packages, classes or methods of one program they
                        belong to: i586 with link-time optimisation
        --features      print what each feature of a program costs: the program is built
                        without it; of minimal-echo, get, full-httpd and router where none
                        is named
        --ram           print what a program's stack takes of memory, by owner, as i586
                        lays it out; of the same programs where none is named
        --connections N with --ram: so many connections
        --buffer N      octets of buffer for each of them and each way
        --budget N      fail where all in memory takes more octets than that
        --app NAME      that program; minimal-echo with --by where none is named
        --html FILE     write a page with a treemap and a table of all programs
      """;

  private static final List<String> VALUED =
      List.of(
          "--json",
          "--svg",
          "--docs",
          "--compare",
          "--by",
          "--app",
          "--html",
          "--connections",
          "--buffer",
          "--budget");

  /** What goes with each option that says what is done; without one, all sizes are printed. */
  private static final Map<String, List<String>> WITH =
      Map.of(
          "--by", List.of("--app"),
          "--html", List.of(),
          "--features", List.of("--app"),
          "--ram", List.of("--app", "--connections", "--buffer", "--budget"));

  /** One program of each profile. */
  private static final List<String> LARGEST =
      List.of("minimal-echo", "client-get", "full-httpd", "gateway", "router");

  private Size() {}

  public static void main(String[] args) {
    System.exit(run(args, List.of()));
  }

  /**
   * Does what the words say and answers the exit code.
   *
   * @param bare programs for machines without an operating system, for the table of all
   */
  public static int run(String[] args, List<BareProgram> bare) {
    if (args.length == 1 && args[0].equals("--help")) {
      System.out.print(USAGE);
      return 0;
    }
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 0; i < args.length; i++) {
      boolean alone = args[i].equals("--features") || args[i].equals("--ram");
      if (!alone && !VALUED.contains(args[i])) {
        return misuse("there is no option " + args[i]);
      } else if (!alone && i + 1 == args.length) {
        return misuse(args[i] + " needs a value");
      }
      options.put(args[i], alone ? "" : args[++i]);
    }
    String problem = problem(options);
    if (problem != null) {
      return misuse(problem);
    }
    try {
      return run(options, bare);
    } catch (BuildFailure | IOException e) {
      System.err.println("size: " + e.getMessage());
      return 1;
    }
  }

  private static int run(Map<String, String> options, List<BareProgram> bare)
      throws IOException, BuildFailure {
    String name = options.get("--app");
    List<App> apps = (name == null ? LARGEST : List.of(name)).stream().map(App::named).toList();
    if (options.containsKey("--by")) {
      attribute(App.named(name == null ? "minimal-echo" : name), options.get("--by"));
    } else if (options.containsKey("--html")) {
      Files.writeString(Path.of(options.get("--html")), page(App.ALL));
    } else if (options.containsKey("--features")) {
      Features features = new Features(new Builder(Builder.root(), List.of()));
      for (App app : apps) {
        Features.print(app, features.costs(app));
      }
    } else if (options.containsKey("--ram")) {
      return RamReport.run(apps, options);
    } else {
      all(options, bare);
    }
    return 0;
  }

  /** What is wrong with options, each of which is one; null where nothing is. */
  static String problem(Map<String, String> options) {
    List<String> modes = options.keySet().stream().filter(WITH::containsKey).toList();
    if (modes.size() > 1) {
      return modes.get(0) + " and " + modes.get(1) + " exclude each other";
    }
    String mode = modes.isEmpty() ? "" : modes.get(0);
    List<String> with =
        modes.isEmpty() ? List.of("--json", "--svg", "--docs", "--compare") : WITH.get(mode);
    for (String option : options.keySet()) {
      if (!option.equals(mode) && !with.contains(option)) {
        return option + (mode.isEmpty() ? " does not go alone" : " does not go with " + mode);
      }
    }
    String level = options.get("--by");
    if (level != null && !Attribution.level(level)) {
      return "--by takes package, class or method, not " + level;
    }
    String name = options.get("--app");
    if (name != null && App.named(name) == null) {
      return "the programs are " + App.names() + ", not " + name;
    }
    for (String option : List.of("--connections", "--buffer", "--budget")) {
      if (!options.getOrDefault(option, "1").matches("[1-9][0-9]{0,8}")) {
        return option + " needs a whole number, not " + options.get(option);
      }
    }
    if (options.containsKey("--connections") && "router".equals(name)) {
      return "--connections is for hosts, which a router is not";
    }
    return options.containsKey("--connections") != options.containsKey("--buffer")
        ? "--connections and --buffer go together"
        : null;
  }

  private static int misuse(String sentence) {
    System.err.println("size: " + sentence + " (see --help)");
    return 2;
  }

  private static void all(Map<String, String> options, List<BareProgram> bare)
      throws IOException, BuildFailure {
    String compare = options.get("--compare");
    String before = null;
    if (compare != null) {
      Path file = Path.of(compare);
      before =
          Files.isRegularFile(file)
              ? Files.readString(file)
              : SizeCompare.ofRevision(Builder.root(), compare);
    }
    SizeTable table = new SizeTable(new Builder(Builder.root(), List.of()));
    List<SizeTable.Row> rows = table.measure(App.ALL, LARGEST, bare);
    String json =
        "{\"sizes\":[\n"
            + String.join(",\n", rows.stream().map(SizeTable.Row::json).toList())
            + "\n]}\n";
    if (before == null) {
      SizeTable.print(rows);
    } else {
      SizeCompare.print(SizeCompare.changes(before, json));
    }
    if (options.containsKey("--json")) {
      Files.writeString(Path.of(options.get("--json")), json);
    }
    if (options.containsKey("--docs")) {
      Path page = Path.of(options.get("--docs"));
      Files.writeString(page, SizeDocs.with(Files.readString(page), rows));
    }
    if (options.containsKey("--svg")) {
      Files.writeString(Path.of(options.get("--svg")), chart(rows));
    }
  }

  private static void attribute(App app, String level) throws IOException, BuildFailure {
    System.out.printf("%9s %9s  %s%n", "text", "data", app.name());
    long text = 0;
    long data = 0;
    for (Attribution.Sum sum : Attribution.sums(parts(app), level)) {
      System.out.printf("%,9d %,9d  %s%n", sum.text(), sum.data(), sum.name());
      text += sum.text();
      data += sum.data();
    }
    System.out.printf("%,9d %,9d  in all%n", text, data);
  }

  /** A page of where the octets of these programs are. */
  static String page(List<App> apps) throws IOException, BuildFailure {
    Map<String, List<Attribution.Part>> programs = new LinkedHashMap<>();
    for (App app : apps) {
      System.err.println("size: " + app.name());
      programs.put(app.profile() + " " + app.program(), parts(app));
    }
    return SizePage.html(programs);
  }

  private static List<Attribution.Part> parts(App app) throws IOException, BuildFailure {
    Builder builder = new Builder(Builder.root(), List.of());
    Path binary = builder.build(app, Variant.forSize("i586", true));
    return Attribution.of(binary, builder.translate(app));
  }

  private static String chart(List<SizeTable.Row> rows) {
    List<SizeChart.Bar> bars = new ArrayList<>();
    for (SizeTable.Row row : rows) {
      if (row.arch().equals("i586") && row.lto()) {
        String label = row.profile() + " " + row.program();
        bars.add(new SizeChart.Bar(label, row.text(), row.data()));
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
}
