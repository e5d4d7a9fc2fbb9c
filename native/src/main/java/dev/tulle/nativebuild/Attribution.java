// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Says which package, class and method the octets of a binary belong to, by its symbols.
 *
 * <p>What the compiler has put into another method counts for that one, so the sums are right and
 * the shares are what this binary has, not what a feature costs. What no symbol covers, such as the
 * linker's tables, is a row of its own.
 */
final class Attribution {
  /** A symbol's share of a binary. Packages are shown without {@code dev.tulle.} in front. */
  record Part(String packageName, String className, String method, long text, long data) {
    /** Whether it belongs to a class of Tulle; the assembly in main is of those. */
    boolean ours() {
      return !packageName.equals(RUNTIME)
          && !packageName.startsWith("java.")
          && !packageName.startsWith("org.");
    }

    /** Its name at one of the levels package, class, method. */
    String name(String level) {
      return switch (level) {
        case "package" -> packageName;
        case "class" -> packageName + "." + className;
        default -> packageName + "." + className + "." + method;
      };
    }
  }

  /** The parts of one level added up, largest first. */
  record Sum(String name, long text, long data) {}

  private static final String RUNTIME = "(runtime)";

  /** A definition in TeaVM's C: its name is at the beginning of a line, behind its type. */
  private static final Pattern DEFINITION =
      Pattern.compile("^(?:static |alignas\\(\\d+\\) )*\\w+\\*? +(\\w+)(?:\\(|\\[| = |;)");

  private static final Pattern SYMBOL =
      Pattern.compile("^[0-9a-f]+ ([0-9a-f]+) ([tTdDrRwWV]) ([\\w$@]+)(\\.\\S*)?$");

  private Attribution() {}

  /**
   * Takes a binary apart.
   *
   * @param c the folder of C that it was made of
   */
  static List<Part> of(Path binary, Path c) throws IOException, BuildFailure {
    Map<String, String> owners = owners(c);
    List<Part> parts = new ArrayList<>();
    long[] left = Size.sizes(binary);
    String symbols = CToBinary.run(List.of("nm", "-S", binary.toString()));
    for (String line : symbols.lines().toList()) {
      Matcher symbol = SYMBOL.matcher(line);
      if (!symbol.matches()) {
        continue;
      }
      long octets = Long.parseLong(symbol.group(1), 16);
      boolean data = "dD".contains(symbol.group(2));
      parts.add(part(symbol.group(3), owners, data ? 0 : octets, data ? octets : 0));
      left[data ? 1 : 0] -= octets;
    }
    parts.add(new Part(RUNTIME, "linker", "tables and gaps", left[0], left[1]));
    return parts;
  }

  private static Part part(String symbol, Map<String, String> owners, long text, long data) {
    if (symbol.startsWith("tulle_literal_") || symbol.startsWith("tulle_characters_")) {
      return new Part("(literals)", "String", "literals", text, data);
    }
    if (symbol.equals("main")) { // everything that is done once ends up there
      return new Part("(start)", "main", "assembly", text, data);
    }
    String owner = owners.get(symbol);
    if (owner == null) {
      return new Part(RUNTIME, "C", symbol, text, data);
    }
    int slash = owner.lastIndexOf('/');
    String className = owner.substring(slash + 1);
    String packageName = owner.substring(0, slash).replace('/', '.').replace("dev.tulle.", "");
    int name = symbol.indexOf("_" + className + "_");
    boolean table = symbol.endsWith("_Cls");
    String method = name < 0 ? symbol : symbol.substring(name + className.length() + 2);
    return new Part(packageName, className, table ? "class table" : method, text, data);
  }

  /** Which class each symbol of the C belongs to, as the path of its file. */
  private static Map<String, String> owners(Path c) throws IOException {
    Map<String, String> owners = new HashMap<>();
    Path classes = c.resolve("classes");
    try (Stream<Path> all = Files.walk(classes)) {
      for (Path file : all.filter(path -> path.toString().endsWith(".c")).toList()) {
        String owner = classes.relativize(file).toString().replaceFirst("\\.c$", "");
        for (String line : Files.readAllLines(file)) {
          Matcher definition = DEFINITION.matcher(line);
          if (definition.find()) {
            owners.putIfAbsent(definition.group(1), owner);
          }
        }
      }
    }
    return owners;
  }

  /** Adds up what has the same name at a level, the largest first. */
  static List<Sum> sums(List<Part> parts, String level) {
    Map<String, Sum> sums = new TreeMap<>();
    for (Part part : parts) {
      String name = part.name(level);
      sums.merge(
          name,
          new Sum(name, part.text, part.data),
          (a, b) -> new Sum(name, a.text + b.text, a.data + b.data));
    }
    return sums.values().stream()
        .sorted(Comparator.comparingLong((Sum sum) -> sum.text + sum.data).reversed())
        .toList();
  }

  static boolean level(String word) {
    return List.of("package", "class", "method").contains(word);
  }
}
