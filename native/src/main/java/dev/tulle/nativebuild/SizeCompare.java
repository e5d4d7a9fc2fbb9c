// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares the sizes of today with those of a file that {@code --json} wrote, or of a revision. */
final class SizeCompare {
  private static final Pattern ROW =
      Pattern.compile(
          "\\{\"profile\":\"([^\"]+)\",\"app\":\"([^\"]+)\",\"arch\":\"([^\"]+)\",\"lto\":(\\w+),"
              + "\"text\":(\\d+),\"data\":(\\d+)");

  /** A binary's octets then and now; null where there was none. */
  record Change(String name, long[] before, long[] after) {
    long octets() {
      return Math.abs(total(after) - total(before));
    }

    private static long total(long[] sizes) {
      return sizes == null ? 0 : sizes[0] + sizes[1];
    }
  }

  private SizeCompare() {}

  /** The sizes of a revision, as JSON: made by its own {@code ./tulle size} in a worktree. */
  static String ofRevision(Path root, String revision) throws IOException, BuildFailure {
    String hash = CToBinary.run(git(root, "rev-parse", "--verify", revision + "^{commit}")).strip();
    Path folder = root.resolve(".tulle/compare/" + hash);
    Path json = root.resolve(".tulle/compare/" + hash + ".json");
    if (!Files.exists(json)) {
      if (!Files.isDirectory(folder)) {
        // Even where git believes that a folder is there, since one may have been deleted.
        CToBinary.run(git(root, "worktree", "add", "--force", "--detach", folder.toString(), hash));
      }
      System.err.println("size: building " + revision + ", which takes some minutes");
      try {
        CToBinary.run(
            List.of(folder.resolve("tulle").toString(), "size", "--json", json.toString()));
      } finally {
        CToBinary.run(git(root, "worktree", "remove", "--force", folder.toString()));
      }
    }
    return Files.readString(json);
  }

  private static List<String> git(Path root, String... arguments) {
    List<String> command = new ArrayList<>(List.of("git", "-C", root.toString()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** What has changed from one file to the other, the largest change first. */
  static List<Change> changes(String before, String after) {
    Map<String, long[]> then = rows(before);
    Map<String, long[]> now = rows(after);
    Map<String, Change> changes = new LinkedHashMap<>();
    now.forEach((name, sizes) -> changes.put(name, new Change(name, then.get(name), sizes)));
    then.forEach((name, sizes) -> changes.putIfAbsent(name, new Change(name, sizes, null)));
    return changes.values().stream()
        .filter(change -> change.octets() > 0)
        .sorted(Comparator.comparingLong(Change::octets).reversed())
        .toList();
  }

  private static Map<String, long[]> rows(String json) {
    Map<String, long[]> rows = new LinkedHashMap<>();
    Matcher row = ROW.matcher(json);
    while (row.find()) {
      String lto = row.group(4).equals("true") ? " LTO" : "";
      String name = row.group(1) + " " + row.group(2) + " " + row.group(3) + lto;
      rows.put(name, new long[] {Long.parseLong(row.group(5)), Long.parseLong(row.group(6))});
    }
    return rows;
  }

  static void print(List<Change> changes) {
    if (changes.isEmpty()) {
      System.out.println("no difference");
      return;
    }
    System.out.printf("%-34s %9s %8s %9s %8s%n", "program", "text", "", "data", "");
    for (Change change : changes) {
      System.out.printf("%-34s", change.name);
      for (int i = 0; i < 2; i++) {
        if (change.after == null) {
          System.out.printf(" %9s %,8d", "gone", -change.before[i]);
        } else {
          long before = change.before == null ? 0 : change.before[i];
          System.out.printf(" %,9d %+,8d", change.after[i], change.after[i] - before);
        }
      }
      System.out.println();
    }
  }
}
