// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Compilers that tests need; where one is missing they are skipped, and say so. */
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
    String reason = String.join(" ", compiler) + " does not make a program here";
    if (!works) {
      System.out.println("skipped: " + reason);
    }
    Assumptions.assumeTrue(works, reason);
  }
}
