// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import java.util.List;

/**
 * A program that can be made native.
 *
 * @param name as the command line calls it
 * @param profile which assembly of the stack it holds
 * @param program its name without the profile, as the table of sizes calls it
 * @param mainClass where it starts
 * @param heapOctets all that it ever allocates must fit; what it does not touch costs nothing
 */
record App(String name, String profile, String program, String mainClass, int heapOctets) {
  static final List<App> ALL =
      List.of(
          new App("minimal-echo", "minimal", "echo", "dev.tulle.posix.MinimalEchoMain", 512 << 10),
          client("ping", "Ping"),
          client("get", "Get"),
          client("httpd", "Httpd"),
          client("echo", "Echo"),
          client("nc", "Nc"),
          client("iperf3", "Iperf3"),
          client("perf", "Perf"));

  private static App client(String name, String mainClass) {
    return new App(name, "client", name, "dev.tulle.posix." + mainClass + "Main", 64 << 20);
  }

  /** The program of that name, or null. */
  static App named(String name) {
    for (App app : ALL) {
      if (app.name.equals(name)) {
        return app;
      }
    }
    return null;
  }

  static String names() {
    return String.join(", ", ALL.stream().map(App::name).toList());
  }
}
