// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.testkit.SeenFrame;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * What a test with real programs stands on: a namespace, a lane in it, a folder, and Tulle on one
 * of its two platforms. Where something is missing, the test is skipped with the reason.
 */
final class Rig implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(30);

  /** Where there is no namespace, there never will be one: asked once. */
  private static final String REFUSAL = Namespace.refusal();

  final Programs programs;
  final Namespace namespace;
  final Lane lane;
  final Path folder;

  private Rig(Programs programs) throws IOException {
    this.programs = programs;
    namespace = new Namespace();
    lane = new Lane(namespace, 1);
    folder = Scratch.folder("tulle-test");
  }

  /**
   * What the tests are parameterised with. The native binaries are made here, outside of the time
   * that a test may take.
   */
  static Stream<Programs> platforms() throws IOException {
    for (String app :
        List.of("ping", "get", "httpd", "echo", "nc", "iperf3", "dig", "dhcp", "mdns", "sntp")) {
      Programs.binary(app);
    }
    return Stream.of(Programs.NATIVE, Programs.JVM);
  }

  /** Makes one, or skips the test. */
  static Rig open(Programs programs, String... tools) throws IOException {
    if (REFUSAL != null) {
      Assumptions.abort(REFUSAL);
    }
    tools(tools);
    return new Rig(programs);
  }

  /** Skips the test where a program of the machine is missing. */
  static void tools(String... tools) {
    for (String tool : tools) {
      boolean there =
          Stream.of(System.getenv("PATH").split(":"))
              .anyMatch(place -> Files.isExecutable(Path.of(place, tool)));
      if (!there) {
        Assumptions.abort(tool + " is not installed");
      }
    }
  }

  Child start(String app, String... arguments) throws IOException {
    return lane.start(programs, app, arguments);
  }

  Child serve(String app, int port, String... arguments) throws IOException {
    return lane.serve(programs, app, port, arguments);
  }

  /** Runs a command of the machine to its good end and answers its output. */
  String run(String... command) throws IOException {
    try (Child child = namespace.start(command)) {
      return child.succeeds(LIMIT).out();
    }
  }

  /** Has the machine's ping send echo requests, all of which must be answered. */
  void ping(String... words) throws IOException {
    namespace.ping(LIMIT, words);
  }

  /** Runs a command of the machine to its end and answers its exit code. */
  int code(String... command) throws IOException {
    try (Child child = namespace.start(command)) {
      return child.await(LIMIT);
    }
  }

  Path file(String name, long size) throws IOException {
    Path file = folder.resolve(name);
    Digests.writeRandom(file, size, size + 1);
    return file;
  }

  Socket connect(int port) throws IOException {
    Socket socket = namespace.connect(lane.tulle(), port, 10_000);
    socket.setSoTimeout(20_000);
    return socket;
  }

  /** Asserts that a program of Tulle failed as it must: exit code 1 and one sentence. */
  static void assertFailed(Child child, String word) throws IOException {
    assertEquals(1, child.await(LIMIT), child.error());
    List<String> lines = child.error().replace('\r', '\n').lines().toList();
    assertTrue(child.lastWords().contains(word), child.error());
    assertTrue(lines.stream().noneMatch(line -> line.contains("Exception")), child.error());
  }

  /** The TCP segments of a capture. */
  static List<SeenFrame> segments(Path pcap) throws IOException {
    return frames(pcap).stream().filter(SeenFrame::isTcp).toList();
  }

  /** All frames of a capture. */
  static List<SeenFrame> frames(Path pcap) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(pcap)).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.get(0) == (byte) 0xA1) {
      bytes.order(ByteOrder.BIG_ENDIAN);
    }
    List<SeenFrame> frames = new ArrayList<>();
    for (int at = 24; at < bytes.limit(); at += 16 + bytes.getInt(at + 8)) {
      byte[] frame = new byte[bytes.getInt(at + 8)];
      bytes.get(at + 16, frame);
      frames.add(new SeenFrame(frame, 0));
    }
    return frames;
  }

  static void assertEqualFiles(Path expected, Path actual) throws IOException {
    assertEquals(Files.size(expected), Files.size(actual));
    assertEquals(Digests.sha256(expected), Digests.sha256(actual));
  }

  @Override
  public void close() {
    namespace.close();
    Scratch.remove(folder);
  }
}
