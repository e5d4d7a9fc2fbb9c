// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import dev.tulle.nio.WholeProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

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

  /** As {@link #on}, its sockets of {@code java.net} too, as {@code ./tulle run} starts it. */
  static List<String> whole(Rig rig, String... words) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Premain-Class", WholeProgram.class.getName());
    Path agent = rig.folder.resolve("agent.jar");
    new JarOutputStream(Files.newOutputStream(agent), manifest).close();
    List<String> command = on(rig.lane, words);
    command.add(1, "-javaagent:" + agent);
    return command;
  }
}
