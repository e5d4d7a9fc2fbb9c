// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.architecture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tables of docs/rfc.md: which requirement of which RFC is met, where, and what shows it.
 *
 * <p>A table belongs to the RFC of the heading above it. Its columns are number or strength,
 * requirement, section, whether it is met, where, and the tests or the reason.
 */
final class RfcMatrix {
  /**
   * One requirement.
   *
   * @param line of the document
   * @param rfc its number
   * @param key a number such as MUST-14, or MUST, SHOULD, MAY alone
   * @param where files and what in them, each as {@code path#name}
   * @param shown tests in backquotes, and reasons
   */
  record Row(
      int line,
      int rfc,
      String key,
      String what,
      String section,
      String met,
      String where,
      String shown) {}

  /** A citation in a source, as {@code RFC 9293 3.7.1 (MUST-14, MUST-15)}. */
  private static final Pattern CITATION =
      Pattern.compile("RFC 9293 ([0-9][0-9.]*[0-9])[^()]{0,40}\\(([^)]*)\\)");

  private static final Pattern NUMBER = Pattern.compile("\\b(MUST|SHLD|MAY|REC)-([0-9]+)\\b");
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
  private static final int COLUMNS = 6;
  private static final int LEAST_REASON = 12;

  private RfcMatrix() {}

  /** All rows of a document; what is no row of six columns is added to the problems. */
  static List<Row> rows(String document, List<String> problems) {
    List<Row> rows = new ArrayList<>();
    String[] lines = document.split("\n", -1);
    int rfc = 0;
    String above = "";
    for (int i = 0; i < lines.length; i++) {
      Matcher heading = Pattern.compile("#+ RFC ([0-9]+).*").matcher(lines[i]);
      if (heading.matches()) {
        rfc = Integer.parseInt(heading.group(1));
      }
      if (rfc != 0 && lines[i].startsWith("|")) {
        if (above.startsWith("|") && !bars(above).equals(bars(lines[i]))) {
          problems.add(i + 1 + ": the columns are not aligned");
        }
        row(i + 1, rfc, lines[i], rows, problems);
      }
      above = lines[i];
    }
    return rows;
  }

  private static List<Integer> bars(String line) {
    List<Integer> places = new ArrayList<>();
    for (int at = line.indexOf('|'); at >= 0; at = line.indexOf('|', at + 1)) {
      places.add(at);
    }
    return places;
  }

  private static void row(int line, int rfc, String text, List<Row> rows, List<String> problems) {
    String[] cells = text.substring(1).split("\\|", -1);
    if (cells.length != COLUMNS + 1) {
      problems.add(line + ": " + (cells.length - 1) + " columns, not " + COLUMNS);
      return;
    }
    for (int i = 0; i < cells.length; i++) {
      cells[i] = cells[i].strip();
    }
    if (!cells[0].equals("No.") && !cells[0].startsWith("--")) {
      rows.add(new Row(line, rfc, cells[0], cells[1], cells[2], cells[3], cells[4], cells[5]));
    }
  }

  /**
   * What is wrong with one row.
   *
   * @param sources the text of each source by its path from the root, scripts included
   */
  static List<String> violations(Row row, Map<String, String> sources) {
    List<String> bad = new ArrayList<>();
    boolean done = row.met.equals("yes") || row.met.equals("partly");
    if (!done && !row.met.equals("no")) {
      bad.add("is met '" + row.met + "', which is none of yes, partly, no");
    }
    if (row.what.isEmpty() || !row.section.matches("([A-Z]|[0-9]+)(\\.[0-9]+)*")) {
      bad.add("has no requirement or no section");
    }
    if (row.where.isEmpty() == done) {
      bad.add(done ? "does not say where" : "is not met, but says where");
    }
    if (done) {
      for (String place : row.where.split(", *")) {
        place(place, sources, bad);
      }
    }
    Matcher tests = QUOTED.matcher(row.shown);
    int count = 0;
    while (tests.find()) {
      count++;
      test(tests.group(1), sources, bad);
    }
    if (done && count == 0) {
      bad.add("has no test");
    }
    boolean reason = QUOTED.matcher(row.shown).replaceAll("").strip().length() >= LEAST_REASON;
    if (!row.met.equals("yes") && !reason) {
      bad.add("has no reason");
    }
    bad.replaceAll(what -> row.line + ": " + row.key + " " + what);
    return bad;
  }

  private static void place(String place, Map<String, String> sources, List<String> bad) {
    String[] parts = place.split("#", 2);
    String source = sources.get(parts[0]);
    if (source == null) {
      bad.add("names a file that is not there: " + parts[0]);
    } else if (parts.length < 2 || !declares(source, parts[1])) {
      bad.add("names something that is not in its file: " + place);
    }
  }

  private static void test(String test, Map<String, String> sources, List<String> bad) {
    String[] parts = test.split("#", 2);
    boolean script = test.endsWith(".pkt");
    String ending = script ? "/" + test : "/" + parts[0] + ".java";
    boolean found = false;
    for (Map.Entry<String, String> source : sources.entrySet()) {
      String path = source.getKey();
      if (path.contains("/src/test/") && path.endsWith(ending)) {
        found |= script || parts.length == 2 && declares(source.getValue(), parts[1]);
      }
    }
    if (!found) {
      bad.add("names a test that is not there: " + test);
    }
  }

  /** Whether a class has such a member; members begin two columns in. */
  private static boolean declares(String source, String name) {
    String member = "(?m)^  \\w[^=;(\n]*\\b" + Pattern.quote(name) + "\\b *[(=;]";
    return Pattern.compile(member).matcher(source).find();
  }

  /** The numbers of RFC 9293's appendix B that a document does not have exactly once. */
  static List<String> wrongNumbers(List<Row> rows) {
    Map<String, Integer> seen = new HashMap<>();
    for (Row row : rows) {
      if (row.rfc == 9293) {
        seen.merge(row.key, 1, Integer::sum);
      }
    }
    List<String> wrong = new ArrayList<>();
    Map<String, Integer> most = Map.of("MUST", 69, "SHLD", 31, "MAY", 18, "REC", 1);
    most.forEach(
        (strength, last) -> {
          for (int i = 1; i <= last; i++) {
            Integer count = seen.remove(strength + "-" + i);
            if (count == null || count != 1) {
              wrong.add(strength + "-" + i + (count == null ? " is missing" : " comes twice"));
            }
          }
        });
    seen.keySet().forEach(key -> wrong.add(key + " is no number of RFC 9293"));
    return wrong;
  }

  /** Where a source cites RFC 9293 otherwise than the rows have it. */
  static List<String> wrongCitations(String path, String source, List<Row> rows) {
    Map<String, Row> byNumber = new HashMap<>();
    for (Row row : rows) {
      if (row.rfc == 9293) {
        byNumber.put(row.key, row);
      }
    }
    List<String> wrong = new ArrayList<>();
    String text = source.replaceAll("\\s*\n\\s*(//|\\*)?\\s*", " ");
    Matcher any = NUMBER.matcher(text);
    while (any.find()) {
      Row row = byNumber.get(any.group());
      if (row == null) {
        wrong.add(path + " cites " + any.group() + ", which is no number of RFC 9293");
      } else if (path.contains("/src/main/")
          && !path.startsWith("testkit/") // whose main is there to test others
          && !row.where.contains(path + "#")) {
        wrong.add(path + " cites " + any.group() + ", but its row does not name the file");
      }
    }
    Matcher citation = CITATION.matcher(text);
    while (citation.find()) {
      Matcher numbers = NUMBER.matcher(citation.group(2));
      while (numbers.find()) {
        Row row = byNumber.get(numbers.group());
        if (row != null && !row.section.equals(citation.group(1))) {
          String where = citation.group(1) + ", not " + row.section;
          wrong.add(path + " cites " + numbers.group() + " as of " + where);
        }
      }
    }
    return wrong;
  }
}
