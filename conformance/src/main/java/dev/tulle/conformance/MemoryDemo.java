// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import dev.tulle.apps.Get;
import dev.tulle.apps.Httpd;
import dev.tulle.apps.Ping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The demo without a TAP device: two stacks in one JVM, a link in memory between them. */
final class MemoryDemo {
  private static final int SIZE = 64 << 20;
  private static final Duration LIMIT = Duration.ofSeconds(400);
  private static final String SERVER = "10.9.0.1";
  private static final String FILE = "64mb.bin";

  private final Path folder;
  private final Progress progress;
  private final List<Check> checks;
  private String digest;

  MemoryDemo(Path folder, Progress progress, List<Check> checks) {
    this.folder = folder;
    this.progress = progress;
    this.checks = checks;
  }

  void run() throws IOException {
    Path www = Files.createDirectory(folder.resolve("www"));
    Digests.writeRandom(www.resolve(FILE), SIZE, 1);
    digest = Digests.sha256(www.resolve(FILE));
    MemoryCable cable = new MemoryCable();
    List<String> server = new ArrayList<>(List.of(www.toString()));
    server.addAll(link(SERVER));
    try (MemoryMachine httpd = new MemoryMachine(cable.left(), Httpd::new, server)) {
      check("memory.ping", "echoes", "one stack pings the other", () -> ping(cable));
      transfer(cable, "memory.get_64mb", null);
      transfer(cable, "memory.rough_get_64mb", LiveDemo.ROUGH);
      transfer(cable, "memory.loss5_get_64mb", LiveDemo.LOSSY);
    }
  }

  /**
   * Each address keeps its Ethernet address, as if the same machine ran one program after another.
   */
  private static List<String> link(String address) {
    String mac = "02:00:00:00:00:0" + address.substring(address.length() - 1);
    return List.of("--tap", "memory", "--address", address + "/24", "--mac", mac);
  }

  private static double ping(MemoryCable cable) throws IOException {
    List<String> words = new ArrayList<>(List.of(SERVER, "-c", "3"));
    words.addAll(link("10.9.0.2"));
    try (MemoryMachine ping = new MemoryMachine(cable.right(), Ping::new, words)) {
      ping.succeeds(LIMIT);
    }
    return 3;
  }

  private void transfer(MemoryCable cable, String name, String impair) {
    String detail = "get from httpd, equal SHA-256" + (impair == null ? "" : ", " + impair);
    check(name, "MB/s", detail, () -> get(cable, impair));
  }

  private double get(MemoryCable cable, String impair) throws IOException {
    Path file = folder.resolve("copy");
    List<String> words =
        new ArrayList<>(List.of("http://" + SERVER + "/" + FILE, "-o", file.toString()));
    words.addAll(link("10.9.0.2"));
    if (impair != null) {
      words.addAll(List.of("--impair", impair));
    }
    long begunNs = System.nanoTime();
    try (MemoryMachine get = new MemoryMachine(cable.right(), Get::new, words)) {
      get.succeeds(LIMIT);
    }
    double seconds = (System.nanoTime() - begunNs) / 1e9;
    String arrived = Digests.sha256(file);
    Files.delete(file);
    if (!arrived.equals(digest)) {
      throw new IOException("another SHA-256: " + arrived);
    }
    return SIZE / seconds / 1e6;
  }

  private void check(String name, String unit, String detail, LiveDemo.Trial trial) {
    progress.begin(name, () -> "");
    try {
      double value = trial.run();
      checks.add(Check.passed(name, value, unit, detail));
      progress.end(name, String.format(Locale.ROOT, "%.2f %s", value, unit));
    } catch (IOException e) {
      checks.add(Check.failed(name, unit, e.getMessage()));
      progress.end(name, "FAIL: " + e.getMessage());
    }
  }
}
