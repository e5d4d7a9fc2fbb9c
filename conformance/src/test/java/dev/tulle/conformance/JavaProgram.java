// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines of Java programs that know nothing of Tulle: put on it, or left on the kernel. */
final class JavaProgram {
  private JavaProgram() {}

  /** A program with the kernel's network, in a JVM that starts fast. */
  static List<String> plain(String... words) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path")));
    command.addAll(List.of(words));
    return command;
  }

  /** A program with Tulle's provider, and whatever properties are among the words. */
  static List<String> provided(String... words) {
    List<String> command =
        plain(
            "-Djava.nio.channels.spi.SelectorProvider=dev.tulle.nio.TulleProvider",
            // Netty, also where gRPC has its own, takes the kernel's epoll where it finds it.
            "-Dio.netty.transport.noNative=true",
            "-Dio.grpc.netty.shaded.io.netty.transport.noNative=true");
    command.addAll(List.of(words));
    return command;
  }

  /** A program on a stack at the far end of a lane. */
  static List<String> on(Lane lane, String... words) {
    List<String> command =
        provided("-Dtulle.link=tap:" + lane.tap(), "-Dtulle.address=" + lane.tulle() + "/24");
    command.addAll(List.of(words));
    return command;
  }
}
