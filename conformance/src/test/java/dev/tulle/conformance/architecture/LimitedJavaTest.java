// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.conformance.architecture.bad.Breaches;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LimitedJavaTest {
  @ParameterizedTest
  @ValueSource(strings = {"core", "profile", "apps"})
  void moduleKeepsToLimitedJava(String module) throws IOException {
    assertLimited(Tree.classes(module).resolve("dev")); // beside it is the module's descriptor
  }

  @Test
  void nativePlatformKeepsToLimitedJava() throws IOException {
    assertLimited(Tree.classes("native").resolve("dev/tulle/posix"));
  }

  @Test
  void metalPlatformKeepsToLimitedJava() throws IOException {
    assertLimited(Tree.classes("metal").resolve("dev/tulle/metal"));
  }

  private static void assertLimited(Path folder) throws IOException {
    List<String> violations = new ArrayList<>();
    List<Path> classes = Tree.files(folder, ".class");
    assertFalse(classes.isEmpty(), "no classes found in " + folder);
    for (Path file : classes) {
      violations.addAll(LimitedJava.violations(Files.readAllBytes(file)));
    }
    assertEquals("", String.join("\n", violations));
  }

  /** Each rule can fail: a class that breaks just this one is refused for it. */
  @ParameterizedTest
  @CsvSource({
    "Thread, uses java.lang.Thread",
    "Clock, uses java.lang.System.nanoTime",
    "WallClock, uses java.time.Instant",
    "Lock, uses java.util.concurrent.locks.ReentrantLock",
    "SynchronizedMethod, is synchronized in run",
    "SynchronizedBlock, is synchronized in run",
    "Kind, is an enum",
    "Pair, is a record",
    "Collection, uses java.util.HashMap",
    "CollectionArgument, uses java.util.List",
    "Concatenation, StringConcatFactory",
    "Building, uses java.lang.StringBuilder",
    "Format, uses java.lang.String.format",
    "Print, uses java.lang.System.out",
    "Streams, uses java.io.InputStream",
    "Channels, uses java.nio.channels.FileChannel",
    "Generator, uses java.util.Random",
    "StaticState, has static mutable state: count",
    "Assertion, uses assert",
    "Capturing, has a lambda that captures in run",
    "Boxing, uses java.lang.Integer.valueOf",
    "Catching, catches in run",
  })
  void breachIsRefused(String breach, String reason) throws IOException {
    List<String> violations = LimitedJava.violations(classFile(breach));
    assertTrue(
        violations.stream().anyMatch(violation -> violation.contains(reason)),
        () -> breach + " was refused only for " + violations);
  }

  @Test
  void orderlyClassPasses() throws IOException {
    assertEquals(List.of(), LimitedJava.violations(classFile("Orderly")));
  }

  private static byte[] classFile(String nested) throws IOException {
    try (InputStream in = Breaches.class.getResourceAsStream("Breaches$" + nested + ".class")) {
      return in.readAllBytes();
    }
  }
}
