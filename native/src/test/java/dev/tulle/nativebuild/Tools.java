// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Compilers and programs that tests need; where one is missing they are skipped, and say so. */
final class Tools {
  private Tools() {}

  /** Skips the test where a compiler, with its flags, does not make a program. */
  static void need(String... compiler) throws Exception {
    Path folder = Files.createTempDirectory("tulle-tools");
    Path source = Files.writeString(folder.resolve("try.c"), "int main(void) { return 0; }\n");
    List<String> command = new ArrayList<>(List.of(compiler));
    command.addAll(List.of("-o", folder.resolve("try").toString(), source.toString()));
    boolean works = true;
    try {
      CToBinary.run(command);
    } catch (Exception e) {
      works = false;
    }
    for (String name : List.of("try", "try.c")) {
      Files.deleteIfExists(folder.resolve(name));
    }
    Files.delete(folder);
    skipUnless(works, String.join(" ", compiler) + " does not make a program here");
  }

  /** Skips the test where a program is not on the path, or does not tell its version. */
  static void needProgram(String name) {
    boolean works = true;
    try {
      CToBinary.run(List.of(name, "--version"));
    } catch (Exception e) {
      works = false;
    }
    skipUnless(works, name + " is not here");
  }

  private static void skipUnless(boolean works, String reason) {
    if (!works) {
      System.out.println("skipped: " + reason);
    }
    Assumptions.assumeTrue(works, reason);
  }
}
