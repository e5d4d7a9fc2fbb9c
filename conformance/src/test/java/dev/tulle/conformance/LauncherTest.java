// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code ./tulle} itself says, where it has nothing to build. */
final class LauncherTest {
  /** What the script calls before it knows what is missing. */
  private static final List<String> BASICS =
      List.of("sh", "dirname", "readlink", "mkdir", "cat", "rm", "apt-get");

  @ParameterizedTest
  @ValueSource(strings = {"", "help", "--help"})
  void helpHasOneLineForEachCommand(String argument) throws Exception {
    Outcome outcome = argument.isEmpty() ? run(List.of()) : run(List.of(argument));
    assertEquals(0, outcome.code);
    for (String command :
        ("demo test build install run size packetdrill sim bench ping get httpd echo nc iperf3"
                + " router metal")
            .split(" ", -1)) {
      long lines =
          outcome.out.lines().filter(line -> line.startsWith("  " + command + " ")).count();
      assertEquals(1, lines, command + " in\n" + outcome.out);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nosuch", "build all", "test --nosuch", "metal nosuch"})
  void wrongCommandLineGetsOneSentenceAndExits2(String line) throws Exception {
    Outcome outcome = run(List.of(line.split(" ", -1)));
    assertEquals(2, outcome.code, outcome.error);
    assertEquals("", outcome.out);
    assertEquals(1, outcome.error.lines().count(), outcome.error);
    String wrong = line.substring(line.lastIndexOf(' ') + 1);
    assertTrue(outcome.error.contains(wrong), outcome.error);
  }

  @Test
  void userWhoMayNotInstallGetsTheOneCommandToRun(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("id"), "#!/bin/sh\necho 1000\n");
    assertTrue(folder.resolve("id").toFile().setExecutable(true));
    for (String name : BASICS) {
      Files.createSymbolicLink(folder.resolve(name), onPath(name));
    }
    Outcome outcome = run(List.of("size"), "PATH", folder.toString());
    assertEquals(2, outcome.code, outcome.error);
    assertTrue(
        outcome.error.contains(
            "sudo apt-get install -y --no-install-recommends gcc libc6-dev musl-tools"
                + " gcc-multilib"),
        outcome.error);
  }

  private record Outcome(int code, String out, String error) {}

  private static Outcome run(List<String> arguments, String... environment) throws Exception {
    List<String> command = new ArrayList<>();
    command.add("/bin/sh");
    command.add(Programs.root().resolve("tulle").toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    for (int i = 0; i < environment.length; i += 2) {
      builder.environment().put(environment[i], environment[i + 1]);
    }
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    String error = new String(process.getErrorStream().readAllBytes(), UTF_8);
    return new Outcome(process.waitFor(), out, error);
  }

  /** Where a program is; where it is not, as apt-get elsewhere, anything that runs will do. */
  private static Path onPath(String name) throws IOException {
    for (String folder : System.getenv("PATH").split(":", -1)) {
      Path program = Path.of(folder, name);
      if (Files.isExecutable(program)) {
        return program.toRealPath();
      }
    }
    return Path.of("/bin/sh").toRealPath();
  }
}
