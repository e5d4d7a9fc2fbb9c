// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Links that are not there, that go away, and that are not TAP devices. */
@Timeout(60)
class RealLinkTest {
  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void tapThatVanishesEndsAnIdleServer(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs);
        Child httpd = rig.serve("httpd", 80, rig.folder.toString())) {
      rig.namespace.ip("link del " + rig.lane.tap());
      Rig.assertFailed(httpd, "link");
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void tapThatVanishesWithinATransferLeavesNoFile(Programs programs) throws Exception {
    try (Rig rig = Rig.open(programs)) {
      rig.file("big", 64 << 20);
      Path copy = rig.folder.resolve("copy");
      try (KernelHttp http = new KernelHttp(rig.namespace, rig.lane.kernel(), 8000, rig.folder);
          Child get =
              rig.start(
                  "get",
                  "http://" + rig.lane.kernel() + ":8000/big",
                  "-o",
                  copy.toString(),
                  "--impair",
                  "rate=20mbit")) {
        while (get.alive() && http.sent() < 2 << 20) {
          Thread.sleep(10);
        }
        rig.namespace.ip("link del " + rig.lane.tap());
        Rig.assertFailed(get, "link");
        assertFalse(Files.exists(copy));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void tapThatIsInUseAndInterfaceThatIsNotThereAreErrors(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs);
        Child first = rig.serve("echo", 7)) {
      try (Child second = rig.start("echo")) {
        Rig.assertFailed(second, rig.lane.tap());
      }
      try (Child third =
          rig.namespace.start(
              programs.command("echo", "--interface", "nothing0", "--address", "10.9.1.2/24"))) {
        Rig.assertFailed(third, "nothing0");
      }
      assertTrue(first.alive());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void packetSocketOnTheEndOfAVethWithAllItsOffloads(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs, "ping", "curl");
        Namespace other = new Namespace();
        Child holder = other.holder()) {
      Path file = rig.file("big", 8 << 20);
      rig.namespace.addVeth("veth0", "veth1", holder);
      rig.namespace.ip("addr add 10.9.200.1/24 dev veth0");
      other.ip("link set veth1 up");
      try (Child httpd =
          other.start(
              programs.command(
                  "httpd",
                  rig.folder.toString(),
                  "--interface",
                  "veth1",
                  "--address",
                  "10.9.200.2/24"))) {
        rig.namespace.awaitPort("10.9.200.2", 80, httpd, Rig.LIMIT);
        rig.ping("-c", "3", "-i", "0.05", "10.9.200.2");
        Path copy = rig.folder.resolve("copy");
        rig.run("curl", "-sS", "-o", copy.toString(), "http://10.9.200.2/big");
        Rig.assertEqualFiles(file, copy);
        httpd.terminate();
        assertEquals(0, httpd.await(Rig.LIMIT), httpd.error());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void closedPortRefusesAtOnce(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs);
        Child echo = rig.serve("echo", 7)) {
      long begunNs = System.nanoTime();
      try (Socket socket = rig.connect(9)) {
        assertFalse(socket.isConnected());
      } catch (java.net.ConnectException refused) {
        assertTrue(System.nanoTime() - begunNs < 2_000_000_000L);
      }
      assertTrue(echo.alive());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void kernelTakesInBulkFromATapOnAThreadOfItsOwn(Programs programs) throws IOException {
    Assumptions.assumeTrue(
        Runtime.getRuntime().availableProcessors() > 1, "there is only one processor");
    Assumptions.assumeTrue(
        kernelThreads().contains("kthreadd"), "the kernel's threads cannot be seen from here");
    try (Rig rig = Rig.open(programs, "curl")) {
      String name = "napi/" + rig.lane.tap();
      rig.file("big", 64 << 20);
      try (Child httpd = rig.serve("httpd", 80, rig.folder.toString())) {
        String url = "http://" + rig.lane.tulle();
        rig.run("curl", "-sS", "-o", "/dev/null", url + "/");
        assertFalse(running(name), "there is no bulk yet");
        String big = url + "/big";
        boolean seen = false;
        for (int i = 0; i < 20 && !seen; i++) {
          try (Child curl = rig.namespace.start("curl", "-sS", "-o", "/dev/null", big)) {
            while (curl.alive()) {
              seen |= running(name);
            }
          }
        }
        assertTrue(seen);
        assertTrue(httpd.alive());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void tapKeepsMoreForUsThanByDefaultUnlessSomebodyChoseHowMuch(Programs programs)
      throws IOException {
    try (Rig rig = Rig.open(programs)) {
      String tap = rig.lane.tap();
      for (int[] length : new int[][] {{500, 500}, {1000, 4000}}) {
        rig.namespace.ip("link set " + tap + " txqueuelen " + length[0]);
        try (Child httpd = rig.serve("httpd", 80, rig.folder.toString())) {
          String text = rig.run("ip", "-o", "link", "show", tap);
          assertTrue(text.contains(" qlen " + length[1]), text);
          assertTrue(httpd.alive());
        }
      }
    }
  }

  private static boolean running(String thread) throws IOException {
    return kernelThreads().stream().anyMatch(each -> each.startsWith(thread));
  }

  private static List<String> kernelThreads() throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path process : (Iterable<Path>) processes::iterator) {
        if (Character.isDigit(process.getFileName().toString().charAt(0))) {
          try {
            names.add(Files.readString(process.resolve("comm")).strip());
          } catch (IOException e) {
            // It has ended meanwhile.
          }
        }
      }
    }
    return names;
  }
}
