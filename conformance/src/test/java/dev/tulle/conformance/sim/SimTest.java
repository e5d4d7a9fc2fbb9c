// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.sim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.conformance.Child;
import dev.tulle.testkit.SeenFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ./tulle sim} as a command: what it prints, writes and exits with. */
@Timeout(120)
class SimTest {
  private static final Duration LIMIT = Duration.ofSeconds(100);
  private static final int MAGIC_NANOSECONDS = 0xA1B23C4D;
  private static final int FILE_HEADER = 24;
  private static final int RECORD_HEADER = 16;

  @TempDir Path folder;

  private static Child start(Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return Child.start(command);
  }

  private static void exits(int code, Child child) throws IOException {
    assertEquals(code, child.await(LIMIT), child.out() + child.error());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--nonsense",
        "extra",
        "--runs",
        "--runs 0",
        "--runs -1",
        "--runs many",
        "--seed",
        "--seed 1.5",
        "--pcap",
        "--pcap sim.pcap",
        "--runs 2 --pcap sim.pcap",
        "--json",
        "--runs 1 --json /nowhere/sim.json",
        "--runs 1 --pcap /nowhere/sim.pcap",
      })
  void wrongCommandLineGetsOneSentenceAndExits2(String line) throws IOException {
    try (Child child = start(Sim.class, line.split(" ", -1))) {
      exits(2, child);
      List<String> said = child.error().lines().filter(l -> !l.contains("runs: ")).toList();
      assertEquals(1, said.size(), child.error());
      assertTrue(said.get(0).startsWith("sim: "), child.error());
    }
  }

  @Test
  void runsThatAreWellExitWith0AndAreSummedUpInJson() throws IOException {
    Path json = folder.resolve("sim.json");
    try (Child child = start(Sim.class, "--runs", "20", "--seed", "7", "--json", json.toString())) {
      exits(0, child);
      assertTrue(child.out().contains("frames lost"), child.out());
    }
    String text = Files.readString(json, UTF_8);
    assertTrue(text.contains("\"runs\": 20"), text);
    assertTrue(text.contains("\"failures\": 0"), text);
    assertTrue(text.replaceAll("\\s", "").contains("\"failures\":[]"), text);
  }

  @Test
  void aPlantedFailureExitsWith1AndPrintsTheCommandThatRepeatsIt() throws IOException {
    Path json = folder.resolve("sim.json");
    String[] line = {"--runs", "20", "--seed", "7", "--json", json.toString()};
    String told = "  ./tulle sim --runs 1 --seed ";
    String seed;
    try (Child child = start(PlantedSim.class, line)) {
      exits(1, child);
      String error = child.error();
      assertTrue(error.contains("FAIL conversations are not over"), error);
      assertTrue(error.contains(told), error);
      String rest = error.substring(error.indexOf(told) + told.length());
      seed = rest.substring(0, rest.indexOf(' '));
      assertTrue(rest.startsWith(seed + " --pcap sim.pcap"), rest);
    }
    String text = Files.readString(json, UTF_8);
    assertFalse(text.contains("\"failures\": 0"), text);
    assertTrue(text.contains("\"seed\": " + seed), text);
    try (Child child = start(PlantedSim.class, "--runs", "1", "--seed", seed)) {
      exits(1, child);
      assertTrue(child.error().contains("host 1: "), "the scenario: " + child.error());
    }
  }

  @Test
  void eachHostsFramesAreWrittenAsPcap() throws Exception {
    Path pcap = folder.resolve("sim.pcap");
    try (Child child = start(Sim.class, "--runs", "1", "--seed", "3", "--pcap", pcap.toString())) {
      exits(0, child);
    }
    assertTrue(segments(pcap) > 0);
    assertTrue(segments(folder.resolve("sim-2.pcap")) > 0);
  }

  /** Reads a file; answers how many TCP segments are in it. */
  private static int segments(Path file) throws Exception {
    ByteBuffer b = ByteBuffer.wrap(Files.readAllBytes(file));
    assertEquals(MAGIC_NANOSECONDS, b.getInt(0));
    b.position(FILE_HEADER);
    int segments = 0;
    while (b.remaining() >= RECORD_HEADER) {
      int captured = b.getInt(b.position() + 8);
      byte[] frame = new byte[captured];
      b.position(b.position() + RECORD_HEADER).get(frame);
      SeenFrame seen = new SeenFrame(frame, 0);
      assertNull(seen.problem(), seen.toString());
      segments += seen.isTcp() ? 1 : 0;
    }
    assertEquals(0, b.remaining());
    return segments;
  }
}
