// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of the apps as users run it: a process of its own. */
final class MainProcess implements AutoCloseable {
  private static final long TIMEOUT_S = 30;

  final Process process;
  private final BufferedReader errors;

  /**
   * Starts {@code Main} with the words.
   *
   * @param before words in front of the command, such as {@code unshare -Ur}
   */
  MainProcess(List<String> before, String... words) throws IOException {
    List<String> command = new ArrayList<>(before);
    command.add(System.getProperty("java.home") + "/bin/java");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-XX:+UseSerialGC");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(List.of(words));
    process = new ProcessBuilder(command).start();
    errors = new BufferedReader(new InputStreamReader(process.getErrorStream(), UTF_8));
  }

  MainProcess(String... words) throws IOException {
    this(List.of(), words);
  }

  /** The next line of standard error; null at its end. */
  String error() throws IOException {
    return errors.readLine();
  }

  /** Waits for the end and answers the exit code; -1 where it takes too long. */
  int exitCode() throws InterruptedException {
    return process.waitFor(TIMEOUT_S, TimeUnit.SECONDS) ? process.exitValue() : -1;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
