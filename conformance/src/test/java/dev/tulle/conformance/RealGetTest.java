// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tulle's get against servers on the kernel's sockets, good ones and bad ones. */
@Timeout(90)
class RealGetTest {
  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void bodiesWithALengthAndInChunksArriveWhole(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs)) {
      Path file = rig.file("big", 32 << 20);
      try (KernelHttp http = new KernelHttp(rig.namespace, rig.lane.kernel(), 8000, rig.folder)) {
        for (String path : new String[] {"/big", "/chunked/big"}) {
          Path copy = rig.folder.resolve("copy");
          String url = "http://" + rig.lane.kernel() + ":8000" + path;
          try (Child get = rig.start("get", url, "-o", copy.toString())) {
            assertEquals(0, get.await(Rig.LIMIT), get.error());
          }
          Rig.assertEqualFiles(file, copy);
          Files.delete(copy);
        }
        assertTrue(http.sent() >= 2 * Files.size(file));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void missingFileIsAnErrorAndLeavesNothingBehind(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs);
        KernelHttp http = new KernelHttp(rig.namespace, rig.lane.kernel(), 8000, rig.folder)) {
      Path copy = rig.folder.resolve("copy");
      String url = "http://" + rig.lane.kernel() + ":8000/missing";
      try (Child get = rig.start("get", url, "-o", copy.toString())) {
        Rig.assertFailed(get, "404");
      }
      assertEquals(List.of(), names(rig.folder));
      assertEquals(0, http.sent());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void bodyThatEndsWithTheConnectionArrivesWhole(Programs programs) throws IOException {
    byte[] body = "until the end\n".repeat(10_000).getBytes(StandardCharsets.US_ASCII);
    try (Rig rig = Rig.open(programs);
        Answer server =
            new Answer(rig, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", body, false);
        Child get = rig.start("get", "http://" + rig.lane.kernel() + ":8001/")) {
      assertEquals(0, get.await(Rig.LIMIT), get.error());
      assertEquals(new String(body, StandardCharsets.US_ASCII), get.out());
      assertTrue(server.served());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void serverThatIsKilledIsAnErrorAndLeavesNoFile(Programs programs) throws IOException {
    byte[] half = new byte[500_000];
    String head = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n";
    for (boolean reset : new boolean[] {true, false}) {
      try (Rig rig = Rig.open(programs);
          Answer server = new Answer(rig, head, half, reset)) {
        Path copy = rig.folder.resolve("copy");
        String url = "http://" + rig.lane.kernel() + ":8001/";
        try (Child get = rig.start("get", url, "-o", copy.toString())) {
          Rig.assertFailed(get, "");
          assertFalse(get.error().isBlank());
        }
        assertEquals(List.of(), names(rig.folder));
        assertTrue(server.served());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void answersThatAreNotHttpAreErrors(Programs programs) throws IOException {
    String[] answers = {
      "",
      "\0\1\2\3",
      "HTTP/1.1 200\r\nContent-Length: -5\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      "HTTP/1.1 200 OK\r\nX: " + "a".repeat(200_000),
    };
    for (String answer : answers) {
      try (Rig rig = Rig.open(programs);
          Answer server = new Answer(rig, answer, new byte[0], false)) {
        Path copy = rig.folder.resolve("copy");
        String url = "http://" + rig.lane.kernel() + ":8001/";
        try (Child get = rig.start("get", url, "-o", copy.toString())) {
          Rig.assertFailed(get, "");
          assertFalse(get.error().isBlank());
        }
        assertEquals(List.of(), names(rig.folder));
        assertTrue(server.served());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void refusedConnectionIsAnError(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs);
        Child get = rig.start("get", "http://" + rig.lane.kernel() + ":9/")) {
      Rig.assertFailed(get, "");
      assertFalse(get.error().isBlank());
    }
  }

  @Test
  void absentHostIsAnError() throws IOException {
    try (Rig rig = Rig.open(Programs.NATIVE);
        Child get = rig.start("get", "http://10.9.1.77/")) {
      assertEquals(1, get.await(Duration.ofSeconds(60)), get.error());
      assertFalse(get.error().isBlank());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void fullDiskIsAnErrorAndLeavesNoFile(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs, "unshare", "mount", "sh")) {
      rig.file("big", 8 << 20);
      Path disk = Files.createDirectory(rig.folder.resolve("disk"));
      try (KernelHttp http = new KernelHttp(rig.namespace, rig.lane.kernel(), 8000, rig.folder)) {
        String url = "http://" + rig.lane.kernel() + ":8000/big";
        // The mount is the shell's alone and goes with it.
        String script =
            "mount -t tmpfs -o size=1m tmpfs \"$0\" || exit 99;"
                + " \"$@\"; code=$?; ls -A \"$0\"; exit $code";
        List<String> command =
            new ArrayList<>(List.of("unshare", "-m", "sh", "-c", script, disk.toString()));
        command.addAll(
            rig.lane.command(programs, "get", url, "-o", disk.resolve("copy").toString()));
        try (Child get = rig.namespace.start(command)) {
          Rig.assertFailed(get, "");
          assertFalse(get.error().isBlank());
          assertEquals("", get.out(), "files that were left behind");
        }
        assertTrue(http.sent() > 0);
      }
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(path -> path.getFileName().toString()).toList();
    }
  }

  /** A server that gives one answer to one connection, right or wrong, and closes. */
  private static final class Answer implements AutoCloseable {
    private final ServerSocket listener;
    private final Thread thread;
    private volatile boolean served;

    Answer(Rig rig, String head, byte[] body, boolean reset) throws IOException {
      listener =
          rig.namespace.in(
              () -> {
                ServerSocket made = new ServerSocket();
                made.bind(new InetSocketAddress(rig.lane.kernel(), 8001));
                return made;
              });
      thread =
          new Thread(
              () -> {
                try (Socket socket = listener.accept()) {
                  served = true;
                  byte[] request = new byte[4096];
                  if (socket.getInputStream().read(request) < 0) {
                    return;
                  }
                  OutputStream out = socket.getOutputStream();
                  out.write(head.getBytes(StandardCharsets.ISO_8859_1));
                  out.write(body);
                  if (reset) {
                    socket.setSoLinger(true, 0);
                  }
                } catch (IOException closed) {
                  // Either side may have had enough.
                }
              });
      thread.setDaemon(true);
      thread.start();
    }

    boolean served() {
      return served;
    }

    @Override
    public void close() throws IOException {
      listener.close();
    }
  }
}
