// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Tulle's own programs as commands: the same program natively and on the JVM. */
public final class Programs {
  private static final Duration BUILD_LIMIT = Duration.ofMinutes(6);

  /** Programs as native binaries. */
  public static final Programs NATIVE = new Programs("native");

  /** Programs on the JVM. */
  public static final Programs JVM = new Programs("jvm");

  private final String name;

  private Programs(String name) {
    this.name = name;
  }

  /** "native" or "jvm". */
  public String name() {
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

  /** Where the native binary of a program is; it is built where it is not there yet. */
  public static Path binary(String app) throws IOException {
    Path record = root().resolve("native/target/tulle." + app);
    if (Files.exists(record)) {
      Path binary = Path.of(Files.readString(record).strip());
      if (Files.isExecutable(binary)) {
        return binary;
      }
    }
    List<String> command = java();
    command.add("dev.tulle.nativebuild.NativeBuild");
    command.add(app);
    try (Child build = Child.start(command)) {
      String path = build.succeeds(BUILD_LIMIT).out().strip();
      Files.createDirectories(record.getParent());
      Files.writeString(record, path + "\n");
      return Path.of(path.substring(path.lastIndexOf('\n') + 1));
    }
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
