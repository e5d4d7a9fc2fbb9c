// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The limits of {@code native/budgets.txt}: what text and data of a binary may come to, and what
 * its profile's stack takes of memory.
 */
final class Budgets {
  /** A limit is to be lowered where this many hundredths of it are free. */
  private static final int FREE = 2;

  /**
   * A line of the file.
   *
   * @param ram of the Java heap, as {@link Ram} counts it; 0 where another line says
   */
  record Budget(App app, String arch, long text, long data, long ram) {
    /** What is wrong with these sizes, in sentences; empty where nothing is. */
    List<String> verdict(long isText, long isData, long isRam) {
      List<String> wrong = new ArrayList<>();
      String name = app.name() + " " + arch;
      judge(wrong, name + " text", isText, text);
      judge(wrong, name + " data", isData, data);
      if (ram > 0) {
        judge(wrong, name + " RAM", isRam, ram);
      }
      return wrong;
    }

    private static void judge(List<String> wrong, String name, long is, long limit) {
      if (is > limit) {
        wrong.add(String.format("%s: %,d is above its limit of %,d", name, is, limit));
      } else if (is * 100 < limit * (100 - FREE)) {
        wrong.add(
            String.format("%s: %,d is far below its limit of %,d; lower it", name, is, limit));
      }
    }
  }

  private Budgets() {}

  /** The lines of the file: app, architecture, text, data, RAM; a # begins a remark. */
  static List<Budget> read(Path root) throws IOException, BuildFailure {
    List<Budget> budgets = new ArrayList<>();
    for (String line : Files.readAllLines(root.resolve("native/budgets.txt"))) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] words = line.trim().split("\\s+");
      App app = App.named(words[0]);
      if (words.length != 5 || app == null) {
        throw new BuildFailure("native/budgets.txt has a line that is no budget: " + line);
      }
      budgets.add(new Budget(app, words[1], octets(words[2]), octets(words[3]), octets(words[4])));
    }
    return budgets;
  }

  private static long octets(String word) {
    return word.equals("-") ? 0 : Long.parseLong(word.replace(",", ""));
  }
}
