// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * Runs a static method in a JVM of its own inside a private network namespace, which vanishes with
 * it; skips the test with a printed reason where the system permits none.
 *
 * <p>A TAP device belongs to the namespace of the process that opens it, so the whole JVM has to be
 * inside.
 */
final class Namespace {
  private static final long TIMEOUT_S = 180;

  private static final String[][] WAYS = {
    {"unshare", "-n"}, {"unshare", "-Urn"},
  };

  private Namespace() {}

  /** Runs {@code scenarios.name()} inside; its exception or failed assertion fails the test. */
  static void run(Class<?> scenarios, String name) throws IOException, InterruptedException {
    String[] way = way();
    if (way == null) {
      String reason =
          "SKIPPED "
              + scenarios.getSimpleName()
              + "."
              + name
              + ": no network namespace with a TAP device here (needs root or 'unshare -Urn',"
              + " /dev/net/tun, and the ip command)";
      System.out.println(reason);
      Assumptions.abort(reason);
      return;
    }
    List<String> command = new ArrayList<>(List.of(way));
    command.add(System.getProperty("java.home") + "/bin/java");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-XX:+UseSerialGC");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Namespace.class.getName());
    command.add(scenarios.getName());
    command.add(name);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    Thread printer = Thread.ofPlatform().daemon().start(() -> print(process));
    if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    assertEquals(0, process.waitFor(), name + " inside the namespace");
    printer.join();
  }

  private static void print(Process process) {
    try {
      process.getInputStream().transferTo(System.out);
    } catch (IOException e) {
      System.out.println("no more output: " + e);
    }
  }

  private static String[] way() throws IOException, InterruptedException {
    for (String[] way : WAYS) {
      List<String> command = new ArrayList<>(List.of(way));
      command.addAll(List.of("ip", "tuntap", "add", "probe0", "mode", "tap"));
      try {
        Process probe =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (probe.waitFor() == 0) {
          return way;
        }
      } catch (IOException e) {
        // No such command: not a way.
      }
    }
    return null;
  }

  /** Runs an ip(8) command of this namespace, such as {@code "link set t0 up"}. */
  static void ip(String words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(words.split(" ")));
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertEquals(0, process.waitFor(), "ip " + words);
  }

  /** The inner side: invokes one scenario. */
  public static void main(String[] arguments) throws ReflectiveOperationException {
    Method scenario = Class.forName(arguments[0]).getDeclaredMethod(arguments[1]);
    scenario.setAccessible(true);
    try {
      scenario.invoke(null);
    } catch (InvocationTargetException e) {
      e.getCause().printStackTrace();
      System.exit(1);
    }
    System.exit(0);
  }
}
