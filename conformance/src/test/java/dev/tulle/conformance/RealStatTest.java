// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Running programs are asked how they are, as {@code ss} and {@code ip} ask a kernel. */
@Timeout(120)
class RealStatTest {
  private static final String MAC = "([0-9a-f]{2}:){5}[0-9a-f]{2}";

  static Stream<Programs> platforms() throws IOException {
    for (String app : List.of("stat", "full-httpd", "gateway")) {
      Programs.binary(app);
    }
    return Stream.of(Programs.NATIVE, Programs.JVM);
  }

  /** A web server with everything: natively that is a program of its own. */
  private static String server(Rig rig) {
    return rig.programs == Programs.NATIVE ? "full-httpd" : "httpd";
  }

  private static Child serve(Rig rig, Path socket) throws IOException {
    List<String> words = new ArrayList<>(List.of(rig.folder.toString()));
    words.addAll(List.of("--control", socket.toString(), "--gateway", rig.lane.kernel()));
    if (rig.programs == Programs.JVM) {
      words.addAll(List.of("--profile", "full"));
    }
    return rig.serve(server(rig), 80, words.toArray(String[]::new));
  }

  private static String stat(Programs programs, String... words) throws IOException {
    try (Child stat = Child.start(programs.command("stat", words))) {
      return stat.succeeds(Rig.LIMIT).out();
    }
  }

  /** Asserts that a table has a row; a space of the pattern is any number of them. */
  private static void assertRow(String text, String pattern) {
    String regex = pattern.replace(" ", " +");
    assertTrue(
        text.lines().anyMatch(line -> line.strip().matches(regex)),
        pattern + " is not in\n" + text);
  }

  /** What a program of another make takes for JSON, and finds there. */
  private static String python(String json, String expression) throws IOException {
    String[] command = {
      "python3", "-c", "import json,sys; d=json.load(sys.stdin); print(" + expression + ")",
    };
    try (Child python = Child.start(List.of(command))) {
      python.input().write(json.getBytes(StandardCharsets.UTF_8));
      python.input().close();
      return python.succeeds(Rig.LIMIT).out().strip();
    }
  }

  @ParameterizedTest
  @MethodSource("platforms")
  void aServerTellsItsConnectionsListenersNeighboursAndRoutes(Programs programs)
      throws IOException {
    try (Rig rig = Rig.open(programs, "python3")) {
      Path socket = rig.folder.resolve("control");
      try (Child server = serve(rig, socket);
          Socket connection = rig.connect(80)) {
        String peer = rig.lane.kernel() + ":" + connection.getLocalPort();
        String text = stat(programs, socket.toString());
        assertRow(text, rig.lane.tap() + " up 1500 " + MAC);
        assertRow(text, rig.lane.tap() + " " + rig.lane.tulle() + "/24 preferred");
        assertRow(text, rig.lane.tap() + " " + rig.lane.kernel() + " " + MAC + " REACHABLE");
        assertRow(text, "10.9.1.0/24 " + rig.lane.tap() + " 0");
        assertRow(text, "0.0.0.0/0 " + rig.lane.kernel() + " " + rig.lane.tap() + " 0");
        assertRow(text, "tcp LISTEN 0 128 \\*:80");
        assertRow(text, "tcp ESTAB 0 0 " + rig.lane.tulle() + ":80 " + peer + " \\d+ 14\\d+");
        assertRow(text, "packets \\d+ 320");
        assertRow(text, "tcp.received \\d+");
        assertFalse(text.contains(" 0\ntcp."), "counters that are 0\n" + text);
        assertColumnsLineUp(text);
        String json = stat(programs, socket.toString(), "--json");
        String local = "[s['peer_port'] for s in d['sockets'] if s['state']=='ESTAB']";
        assertEquals("[" + connection.getLocalPort() + "]", python(json, local));
        assertEquals("0", python(json, "d['counters']['stack.internal_error']"));
        assertEquals(
            "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
        server.terminate();
        assertEquals(0, server.await(Rig.LIMIT), server.error());
      }
      assertFalse(Files.exists(socket));
    }
  }

  /** In the table of sockets every state begins where its heading does, and every port ends so. */
  private static void assertColumnsLineUp(String text) {
    List<String> table =
        text.lines()
            .dropWhile(line -> !line.startsWith("Netid"))
            .takeWhile(s -> !s.isEmpty())
            .toList();
    assertTrue(table.size() >= 3, text);
    int state = table.get(0).indexOf("State");
    int received = table.get(0).indexOf("Recv-Q") + "Recv-Q".length();
    for (String line : table) {
      assertTrue(line.charAt(state) > ' ' && line.charAt(state - 1) == ' ', text);
      assertTrue(line.charAt(received - 1) > ' ' && line.charAt(received) == ' ', text);
    }
  }

  @ParameterizedTest
  @MethodSource("platforms")
  void aRouterTellsBothSidesAndWhatItTracks(Programs programs) throws IOException {
    Rig.tools("ping", "python3");
    Path folder = Scratch.folder("tulle-stat");
    try (RouterRow row = new RouterRow(Namespace.refusal())) {
      row.speakIpv6();
      row.inside.ip("addr add 10.0.0.2/24 dev inner");
      row.inside.ip("route add default via 10.0.0.1");
      row.inside.ip("addr add fd00:1::2/64 dev inner nodad");
      row.outside.ip("addr add 192.0.2.1/24 dev outer");
      String socket = folder.resolve("c").toString();
      String words = "--nat --rule accept,proto=icmp --route 172.16.0.0/12=192.0.2.9 --control ";
      String in = "in=10.0.0.1/24,fd00:1::1/64";
      String[] all = (words + socket + " --route fd00:9::/48=fd00:1::2 " + folder).split(" ");
      row.start(programs, "gateway", in, "out=192.0.2.2/24", all);
      row.run(row.inside, "ping", "-n", "-c", "1", "192.0.2.1");
      row.run(row.inside, "ping", "-n", "-c", "1", "fd00:1::1");
      String text = stat(programs, socket);
      assertRow(text, "in 10.0.0.1/24 preferred");
      assertRow(text, "in fd00:1::1/64 preferred");
      assertRow(text, "out 192.0.2.1 " + MAC + " REACHABLE");
      assertRow(text, "in fd00:1::2 " + MAC + " (REACHABLE|STALE|DELAY)");
      assertRow(text, "172.16.0.0/12 192.0.2.9 out 0");
      assertRow(text, "fd00:1::/64 in 0");
      assertRow(text, "fd00:9::/48 fd00:1::2( in)? 0");
      assertRow(text, "tracked [12] 16384");
      assertRow(text, "mappings 1 8192");
      assertRow(text, "1 [1-9]\\d*");
      assertRow(text, "forward.sent [1-9]\\d*");
      String json = stat(programs, socket, "--json");
      assertEquals("2", python(json, "len(d['interfaces'])"));
      row.router.terminate();
      assertEquals(0, row.router.await(Rig.LIMIT), row.router.error());
    } finally {
      Scratch.remove(folder);
    }
  }

  @ParameterizedTest
  @MethodSource("platforms")
  void whoCannotBeAskedIsNamedAndWhatIsLeftBehindIsInNobodysWay(Programs programs)
      throws IOException {
    try (Rig rig = Rig.open(programs)) {
      Path socket = rig.folder.resolve("control");
      try (Child stat = Child.start(programs.command("stat", socket.toString()))) {
        Rig.assertFailed(stat, "cannot ask at ");
      }
      Path file = rig.file("file", 10);
      try (Child refused =
          rig.start(server(rig), rig.folder.toString(), "--control", file.toString())) {
        Rig.assertFailed(refused, "cannot listen at ");
      }
      assertEquals(10, Files.size(file));
      try (Child server = serve(rig, socket)) {
        server.kill();
        server.await(Rig.LIMIT);
      }
      assertTrue(Files.exists(socket));
      try (Child server = serve(rig, socket)) {
        assertTrue(stat(programs, socket.toString()).contains("LISTEN"));
        Lane other = new Lane(rig.namespace, 2);
        String[] words = {rig.folder.toString(), "--control", socket.toString()};
        try (Child second = other.start(programs, server(rig), words)) {
          Rig.assertFailed(second, "another program listens there");
        }
        assertTrue(stat(programs, socket.toString()).contains("LISTEN"));
        assertTrue(server.alive());
      }
    }
  }
}
