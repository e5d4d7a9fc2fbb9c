// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class TidyTest {
  private static final String HEADER =
      "// Copyright The Tulle Authors.\n// SPDX-License-Identifier: Apache-2.0\n";

  @Test
  void sourcesAreTidy() throws IOException {
    List<String> violations = new ArrayList<>();
    List<Path> sources = sources();
    assertTrue(sources.size() > 20, "few sources were found: " + sources);
    for (Path source : sources) {
      String name = Tree.root().relativize(source).toString();
      violations.addAll(Tidy.violations(name, Files.readString(source)));
    }
    assertEquals("", String.join("\n", violations));
  }

  @Test
  void everyPackageSaysWhatItIsFor() {
    TreeSet<String> bare = new TreeSet<>();
    for (Path source : sources()) {
      Path folder = source.getParent();
      if (folder.toString().contains("src/main/java/")
          && !Files.exists(folder.resolve("package-info.java"))) {
        bare.add(Tree.root().relativize(folder).toString());
      }
    }
    assertEquals("", String.join("\n", bare), "folders without package-info.java");
  }

  @Test
  void orderlyFilePasses() {
    String text = HEADER + "package a;\n\n/** An A. */\n@Deprecated\npublic final class A {}\n";
    assertEquals(List.of(), Tidy.violations("core/src/main/java/a/A.java", text));
  }

  @Test
  void eachRuleCanFail() {
    String type = "/** An A. */\nfinal class A {}\n";
    assertRefused("the licence", "package a;\n" + type);
    assertRefused("450 lines", HEADER + type + "\n".repeat(450));
    assertRefused("100 columns", HEADER + type + "//" + " a".repeat(50) + "\n");
    assertRefused("has a TODO", HEADER + type + "// TODO: more\n");
    assertRefused("A has no Javadoc", HEADER + "final class A {}\n");
  }

  @Test
  void longFileWithItsReasonPasses() {
    String text = HEADER + "/** An A. Longer than 400 lines because it is one table. */\nclass A {";
    assertEquals(
        List.of(), Tidy.violations("core/src/main/java/a/A.java", text + "\n".repeat(500) + "}"));
  }

  private static void assertRefused(String reason, String text) {
    List<String> violations = Tidy.violations("core/src/main/java/a/A.java", text);
    assertEquals(1, violations.size(), violations::toString);
    assertTrue(violations.get(0).contains(reason), violations::toString);
  }

  private static List<Path> sources() {
    List<Path> sources = new ArrayList<>();
    for (String module : Tree.MODULES) {
      sources.addAll(Tree.files(Tree.root().resolve(module).resolve("src"), ".java"));
    }
    return sources;
  }
}
