// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The checks of one source file that no compiler makes: length, header, comments. */
final class Tidy {
  private static final int MOST_LINES = 450;
  private static final int MOST_COLUMNS = 100;
  private static final Pattern UNFINISHED = Pattern.compile("\\b(TODO|FIXME|XXX|HACK)\\b");
  private static final Pattern TOP_LEVEL_TYPE =
      Pattern.compile(
          "^((public|final|abstract|sealed|non-sealed|strictfp) )*"
              + "(class|interface|enum|record|@interface) (\\w+)");

  private final String file;
  private final List<String> lines;
  private final List<String> violations = new ArrayList<>();

  private Tidy(String file, String text) {
    this.file = file;
    lines = text.lines().toList();
  }

  /** What is untidy in a Java file, one sentence each; the name tells whether it is a test. */
  static List<String> violations(String file, String text) {
    Tidy tidy = new Tidy(file, text);
    tidy.header();
    tidy.length();
    tidy.columns();
    if (!file.contains("src/test/")) {
      tidy.javadoc();
    }
    return tidy.violations;
  }

  private void header() {
    if (lines.size() < 2
        || !lines.get(0).equals("// Copyright The Tulle Authors.")
        || !lines.get(1).equals("// SPDX-License-Identifier: Apache-2.0")) {
      refuse(1, "does not start with the two lines of the licence");
    }
  }

  private void length() {
    if (lines.size() > MOST_LINES && lines.stream().noneMatch(l -> l.contains("Longer than "))) {
      refuse(
          lines.size(),
          "is over " + MOST_LINES + " lines; split it, or begin the reason with \"Longer than\"");
    }
  }

  private void columns() {
    for (int at = 0; at < lines.size(); at++) {
      String line = lines.get(at);
      // A URL or an import cannot be broken.
      if (line.length() > MOST_COLUMNS && !line.contains("://") && !line.startsWith("import ")) {
        refuse(at + 1, "is over " + MOST_COLUMNS + " columns");
      }
      Matcher unfinished = UNFINISHED.matcher(line);
      if (unfinished.find() && !file.endsWith("/Tidy.java") && !file.endsWith("/TidyTest.java")) {
        refuse(at + 1, "has a " + unfinished.group() + "; finish it or say what is missing");
      }
    }
  }

  private void javadoc() {
    for (int at = 0; at < lines.size(); at++) {
      Matcher type = TOP_LEVEL_TYPE.matcher(lines.get(at));
      if (!type.find()) {
        continue;
      }
      int above = at - 1;
      while (above >= 0 && lines.get(above).matches("@.*|\\)|    .*|  [^*/].*")) {
        above--; // annotations, also those over several lines
      }
      if (above < 0 || !lines.get(above).endsWith("*/")) {
        refuse(at + 1, type.group(4) + " has no Javadoc");
      }
    }
    if (file.matches(".*/(package|module)-info.java")
        && lines.stream().noneMatch(line -> line.startsWith("/**"))) {
      refuse(1, "does not say what its package or module is for");
    }
  }

  private void refuse(int line, String what) {
    violations.add(file + ":" + line + " " + what);
  }
}
