// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.conformance.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * The catalogue of hostile input has a test for each row that concerns what exists: a method that
 * begins with the row's name.
 */
class RowsTest {
  /** The groups of rows, and how many each has. */
  private static final Map<String, Integer> ROWS =
      Map.ofEntries(
          Map.entry("ETH", 6),
          Map.entry("ARP", 7),
          Map.entry("IP4", 13),
          Map.entry("FRG", 17),
          Map.entry("ICM", 17),
          Map.entry("UDP", 7),
          Map.entry("TCP", 49),
          Map.entry("XCT", 9),
          Map.entry("IP6", 12),
          Map.entry("ND", 13),
          Map.entry("DHC", 11),
          Map.entry("MLD", 5),
          Map.entry("MDN", 5),
          Map.entry("DNS", 15));

  /** Groups about what is not there yet. */
  private static final Set<String> LATER = Set.of("APP");

  private static Set<String> rows() {
    Set<String> rows = new TreeSet<>();
    ROWS.forEach(
        (group, count) -> {
          for (int i = 1; i <= count; i++) {
            rows.add(String.format(Locale.ROOT, "%s-%02d", group, i));
          }
        });
    return rows;
  }

  @Test
  void everyRowHasATestOfItsName() throws IOException {
    Map<String, Integer> tests = new TreeMap<>();
    for (String module : new String[] {"apps", "jvm", "conformance"}) {
      count(Programs.root().resolve(module).resolve("src/test/java"), tests);
    }
    List<String> missing = new ArrayList<>(rows());
    missing.removeAll(tests.keySet());
    assertEquals(List.of(), missing);
    assertTrue(rows().containsAll(tests.keySet()), () -> "tests of no row: " + tests.keySet());
  }

  private static void count(Path folder, Map<String, Integer> tests) throws IOException {
    Pattern method = Pattern.compile("(?m)^  void ([a-z]+[46]?)([0-9]{2})_\\w+\\(");
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(path -> path.toString().endsWith("Test.java")).toList()) {
        Matcher matcher = method.matcher(Files.readString(file));
        while (matcher.find()) {
          String row = matcher.group(1).toUpperCase(Locale.ROOT) + "-" + matcher.group(2);
          tests.merge(row, 1, Integer::sum);
        }
      }
    }
  }

  @Test
  void theListIsThatOfTheCatalogueIfThatIsThere() throws IOException {
    Path catalogue = Programs.root().resolveSibling("shared").resolve("hostile-input.md");
    Assumptions.assumeTrue(Files.exists(catalogue), "there is no catalogue beside this checkout");
    Set<String> listed = new TreeSet<>();
    Matcher row =
        Pattern.compile("(?m)^\\| ([A-Z][A-Z0-9]+)-([0-9]{2}) \\|")
            .matcher(Files.readString(catalogue));
    while (row.find()) {
      if (!LATER.contains(row.group(1))) {
        listed.add(row.group(1) + "-" + row.group(2));
      }
    }
    assertEquals(rows(), listed);
  }
}
