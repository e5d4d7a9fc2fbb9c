// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A user who is not root becomes root of a user namespace of their own, where the system permits
 * it: the program is started again under {@code unshare -Urn}.
 */
public final class Unshared {
  private static final String INSIDE = "TULLE_UNSHARED";

  private Unshared() {}

  /**
   * Runs a main class again in a user namespace.
   *
   * @return its exit code; null where that is not permitted or this is that second run already
   */
  public static Integer run(Class<?> main, String[] arguments) throws IOException {
    if (System.getenv(INSIDE) != null || !permitted()) {
      return null;
    }
    List<String> command = new ArrayList<>(List.of("unshare", "-Urn"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().put(INSIDE, "1");
    Process process = builder.start();
    Children.add(process);
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static boolean permitted() {
    try {
      Process process = new ProcessBuilder("unshare", "-Urn", "true").start();
      return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException notInstalled) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
