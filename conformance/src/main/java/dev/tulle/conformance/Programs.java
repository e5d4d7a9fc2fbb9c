// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tulle's own programs as commands: the same program natively and on the JVM. */
public final class Programs {
  private static final Duration BUILD_LIMIT = Duration.ofMinutes(6);

  /** Programs as native binaries. */
  public static final Programs NATIVE = new Programs("native");

  /** Programs on the JVM. */
  public static final Programs JVM = new Programs("jvm");

  /** What was built in this run. */
  private static final Map<String, Path> BINARIES = new HashMap<>();

  private final String name;

  private Programs(String name) {
    this.name = name;
  }

  /** "native" or "jvm". */
  public String name() {
    return name;
  }

  @Override
  public String toString() {
    return name;
  }

  /** The command that runs a program. */
  public List<String> command(String app, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    if (this == NATIVE) {
      command.add(binary(app).toString());
    } else {
      command.addAll(java());
      command.add("dev.tulle.jvm.Main");
      command.add(app);
    }
    command.addAll(List.of(arguments));
    return command;
  }

  /** Where the native binary of a program is; it is built first where its sources have changed. */
  public static synchronized Path binary(String app) throws IOException {
    Path made = BINARIES.get(app);
    if (made == null) {
      List<String> command = java();
      command.add("dev.tulle.nativebuild.NativeBuild");
      command.add(app);
      try (Child build = Child.start(command)) {
        String said = build.succeeds(BUILD_LIMIT).out().strip();
        made = Path.of(said.substring(said.lastIndexOf('\n') + 1));
      }
      BINARIES.put(app, made);
    }
    return made;
  }

  /**
   * The root of the repository: the system property {@code tulle.root}, or the working directory.
   */
  public static Path root() {
    return Path.of(System.getProperty("tulle.root", "")).toAbsolutePath();
  }

  private static List<String> java() {
    return new ArrayList<>(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-Dtulle.root=" + root(),
            "-cp",
            System.getProperty("java.class.path")));
  }
}
