// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tulle.conformance.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The project's own scripts, each of which passes as it is, and those of others if they are there.
 */
final class ScriptsTest {
  @TestFactory
  Stream<DynamicTest> ownScriptPasses() throws IOException {
    Path folder = Programs.root().resolve("conformance/src/test/packetdrill");
    return Packetdrill.scripts(folder).stream()
        .map(file -> dynamicTest(file.getFileName().toString(), () -> passesAsItIs(file)));
  }

  private static void passesAsItIs(Path file) throws IOException {
    Packetdrill.Verdict verdict = Packetdrill.play(Files.readString(file), Map.of());
    assertEquals(
        Packetdrill.Result.AS_IS,
        verdict.result(),
        () -> file + ":" + verdict.line() + " " + verdict.difference());
  }

  @Test
  void scriptsOfOthersPass() throws IOException {
    List<Path> files = othersScripts();
    Assumptions.assumeFalse(files.isEmpty(), "TULLE_PACKETDRILL names no folder of scripts");
    Set<String> failed = new TreeSet<>();
    for (Path file : files) {
      String name = file.getFileName().toString();
      if (Packetdrill.play(Files.readString(file), Map.of()).result()
          == Packetdrill.Result.FAILED) {
        failed.add(name);
      }
    }
    assertEquals(Set.of(), failed);
  }

  private static List<Path> othersScripts() throws IOException {
    String named = System.getenv("TULLE_PACKETDRILL");
    Path folder =
        named == null
            ? Programs.root().resolveSibling("shared").resolve("packetdrill")
            : Path.of(named);
    return Files.isDirectory(folder) ? Packetdrill.scripts(folder) : List.of();
  }
}
