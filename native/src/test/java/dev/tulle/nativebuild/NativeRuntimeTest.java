// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.selfcheck.MemoryCheck;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What native code does with memory and when it fails, seen from outside. */
final class NativeRuntimeTest {
  private static final App MEMORY =
      new App("memory-check", "test", "memory", "dev.tulle.selfcheck.MemoryCheckMain", 8 << 20);
  private static final App FAULT =
      new App("fault", "test", "fault", "dev.tulle.selfcheck.FaultMain", 1 << 20);

  private static Builder builder;

  @BeforeAll
  static void gccIsThere() throws Exception {
    Tools.need("gcc");
    Path root = Builder.root();
    builder = new Builder(root, List.of(root.resolve("native/src/test/java/dev/tulle/selfcheck")));
  }

  @ParameterizedTest
  @CsvSource({"x86-64,s", "x86-64,2", "i586,s", "i586,2"})
  void memoryIsReadAndWrittenAsOnTheJvm(String arch, String optimisation) throws Exception {
    if (arch.equals("i586")) {
      Tools.need("gcc", "-m32");
    }
    Path binary = builder.build(MEMORY, new Variant(arch, "glibc", optimisation, true));
    Output output = Output.of(binary.toString());
    StringBuilder expected = new StringBuilder();
    for (int seed = 1; seed <= 5; seed++) {
      expected.append(String.format("%016x%n", MemoryCheck.run(seed)));
    }
    assertEquals(expected.toString(), output.out);
    assertEquals(0, output.code);
  }

  @ParameterizedTest
  @CsvSource({
    "null,70,a null reference",
    "divide,70,a division by zero",
    "memory,70,'octets that the heap lacks at least:  '",
    "huge,70,'octets that the heap lacks at least: 214'",
    "bounds,70,an exception that nobody handles",
  })
  void failureOfTheProgramEndsItWithASentence(String how, int code, String sentence)
      throws Exception {
    Path binary = builder.build(FAULT, new Variant("x86-64", "glibc", "2", true));
    Output output = Output.of(binary.toString(), how);
    assertTrue(output.error.contains(sentence), output.error);
    assertEquals(code, output.code);
  }

  @Test
  void negativeLengthIsAnException() throws Exception {
    Path binary = builder.build(FAULT, new Variant("x86-64", "glibc", "2", true));
    assertEquals("caught\n", Output.of(binary.toString(), "caught").out);
  }

  @Test
  void handlerForAParticularClassIsRefused() throws Exception {
    Path root = Builder.root();
    Builder refusing =
        new Builder(root, List.of(root.resolve("native/src/test/java/dev/tulle/selfcheck")));
    App app = new App("narrow", "test", "narrow", "dev.tulle.selfcheck.NarrowCatchMain", 1 << 16);
    try {
      refusing.translate(app);
    } catch (BuildFailure e) {
      assertTrue(e.getMessage().contains("ClassCastException"), e.getMessage());
      return;
    }
    throw new AssertionError("it was compiled");
  }

  /** What a program wrote and how it ended. */
  private record Output(String out, String error, int code) {
    static Output of(String... command) throws Exception {
      Process process = new ProcessBuilder(command).start();
      String out = text(process.getInputStream().readAllBytes());
      String error = text(process.getErrorStream().readAllBytes());
      return new Output(out, error, process.waitFor());
    }

    private static String text(byte[] octets) {
      return new String(octets, StandardCharsets.US_ASCII);
    }
  }
}
