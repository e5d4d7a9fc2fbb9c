// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.conformance.architecture.RfcMatrix.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What docs/rfc.md says is there is there. */
final class RfcMatrixTest {
  /** Without "RFC 9293 …": a string of that form here would be a citation. */
  private static final String RFC = "RFC " + 9293;

  private static final List<Integer> RFCS =
      List.of(1191, 4821, 5681, 5961, 6298, 6675, 7323, 7413, 8899, 8985, 9293, 9438);

  private static Map<String, String> sources() throws IOException {
    Map<String, String> sources = new TreeMap<>();
    for (String module : Tree.MODULES) {
      Path folder = Tree.root().resolve(module).resolve("src");
      for (String ending : new String[] {".java", ".pkt"}) {
        for (Path file : Tree.files(folder, ending)) {
          sources.put(Tree.root().relativize(file).toString(), Files.readString(file));
        }
      }
    }
    return sources;
  }

  private static String document() throws IOException {
    return Files.readString(Tree.root().resolve("docs/rfc.md"));
  }

  @Test
  void everyRowNamesWhatIsThere() throws IOException {
    List<String> problems = new ArrayList<>();
    Map<String, String> sources = sources();
    List<Row> rows = RfcMatrix.rows(document(), problems);
    for (Row row : rows) {
      problems.addAll(RfcMatrix.violations(row, sources));
    }
    assertEquals("", String.join("\n", problems));
    for (int rfc : RFCS) {
      assertTrue(rows.stream().anyMatch(row -> row.rfc() == rfc), "no row of RFC " + rfc);
    }
  }

  @Test
  void everyNumberOfTheAppendixIsThereOnce() throws IOException {
    List<Row> rows = RfcMatrix.rows(document(), new ArrayList<>());
    assertEquals("", String.join("\n", RfcMatrix.wrongNumbers(rows)));
  }

  @Test
  void sourcesCiteAsTheRowsHaveIt() throws IOException {
    List<String> wrong = new ArrayList<>();
    List<Row> rows = RfcMatrix.rows(document(), new ArrayList<>());
    sources().forEach((path, text) -> wrong.addAll(RfcMatrix.wrongCitations(path, text, rows)));
    assertEquals("", String.join("\n", wrong));
  }

  private static final Map<String, String> TREE =
      Map.of(
          "core/src/main/java/a/A.java", "class A {\n  int take() {\n    give();\n  }\n}",
          "core/src/test/java/a/ATest.java", "  void takes() {}",
          "conformance/src/test/packetdrill/take.pkt", "");

  private static List<String> violations(String met, String where, String shown) {
    return RfcMatrix.violations(new Row(1, 9293, "MUST-1", "take", "3.1", met, where, shown), TREE);
  }

  @Test
  void goodRowsPass() {
    String where = "core/src/main/java/a/A.java#take";
    assertEquals(List.of(), violations("yes", where, "`ATest#takes`, `take.pkt`"));
    assertEquals(List.of(), violations("partly", where, "`take.pkt`; all but the last"));
    assertEquals(List.of(), violations("no", "", "nobody wants it in these days"));
  }

  @Test
  void eachRuleCanFail() {
    String where = "core/src/main/java/a/A.java#take";
    assertRefused("none of yes", violations("maybe", "", "nobody wants it"));
    assertRefused("does not say where", violations("yes", "", "`take.pkt`"));
    assertRefused("is not met, but", violations("no", where, "nobody wants it"));
    assertRefused("no test", violations("yes", where, ""));
    assertRefused("no reason", violations("no", "", ""));
    assertRefused("no reason", violations("partly", where, "`take.pkt`"));
    assertRefused("not in its file", violations("yes", where + "n", "`take.pkt`"));
    assertRefused(
        "not in its file", violations("yes", where.replace("take", "give"), "`take.pkt`"));
    assertRefused("a file that is not", violations("yes", "core/B.java#take", "`take.pkt`"));
    assertRefused("a test that is not", violations("yes", where, "`give.pkt`"));
    assertRefused("a test that is not", violations("yes", where, "`ATest#take`"));
  }

  private static void assertRefused(String reason, List<String> violations) {
    assertTrue(
        violations.stream().anyMatch(what -> what.contains(reason)), () -> reason + violations);
  }

  @Test
  void tablesThatAreCrookedAreSeen() {
    List<String> problems = new ArrayList<>();
    String table = "# " + RFC + "\n| MUST-1 | a | 3 | no | | b |\n| MUST-2 | aa | 3 | no | | b |\n";
    assertEquals(2, RfcMatrix.rows(table + "| MUST-3 |", problems).size());
    assertEquals(3, problems.size(), problems::toString);
  }

  @Test
  void numbersThatAreMissingTwiceOrUnknownAreSeen() {
    Row row = new Row(1, 9293, "MUST-1", "", "", "", "", "");
    Row other = new Row(1, 9293, "MUST" + "-70", "", "", "", "", "");
    List<String> wrong = RfcMatrix.wrongNumbers(List.of(row, row, other));
    assertTrue(wrong.contains("MUST-1 comes twice"), wrong::toString);
    assertTrue(wrong.contains("MAY-18 is missing"), wrong::toString);
    assertTrue(
        wrong.stream().anyMatch(what -> what.startsWith("MUST" + "-70 is no")), wrong::toString);
  }

  @Test
  void citationsThatDisagreeAreSeen() {
    String path = "core/src/main/java/a/A.java";
    List<Row> rows =
        List.of(new Row(1, 9293, "MUST-1", "take", "3.1", "yes", path + "#take", "`take.pkt`"));
    String good = "// " + RFC + " 3.1 (MUST" + "-1): take";
    assertEquals(List.of(), RfcMatrix.wrongCitations(path, good, rows));
    String section = good.replace("3.1", "3.2");
    assertRefused("as of 3.2", RfcMatrix.wrongCitations(path, section, rows));
    assertRefused("does not name", RfcMatrix.wrongCitations("b/src/main/B.java", good, rows));
    String unknown = good.replace("-1)", "-2)");
    assertRefused("no number", RfcMatrix.wrongCitations(path, unknown, rows));
  }
}
