// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.sim;

import dev.tulle.conformance.Json;
import dev.tulle.conformance.Progress;
import dev.tulle.conformance.Table;
import dev.tulle.testkit.sim.Result;
import dev.tulle.testkit.sim.Simulation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/** Many runs, a worker for each processor, and what came out of them all together. */
public final class Batch {
  private static final int MOST_FAILURES_TOLD = 20;

  private final long seed;
  private final long runs;
  private final Path pcap;
  private final UnaryOperator<Simulation> plant;
  private final Progress progress;
  private final AtomicLong next = new AtomicLong();
  private final AtomicLong done = new AtomicLong();
  private final List<Result> failed = new ArrayList<>();
  private final Map<String, Long> sums = new LinkedHashMap<>();
  private Result slowest;
  private double virtualHours;

  /**
   * @param pcap where the frames of a single run go; null where they go nowhere
   * @param plant does something to each run before it begins
   */
  Batch(long seed, long runs, Path pcap, UnaryOperator<Simulation> plant, Progress progress) {
    this.seed = seed;
    this.runs = runs;
    this.pcap = pcap;
    this.plant = plant;
    this.progress = progress;
  }

  /** Plays them all. */
  public void run() throws IOException, InterruptedException {
    if (pcap != null) {
      try (Captures captures = new Captures(pcap)) {
        take(plant.apply(new Simulation(seed, captures::sink)).run());
      }
      return;
    }
    progress.begin("runs", () -> done.get() + " of " + runs);
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      Thread worker = new Thread(this::work, "worker " + i);
      worker.start();
      workers.add(worker);
    }
    for (Thread worker : workers) {
      worker.join();
    }
    progress.end("runs", runs + " of " + runs);
  }

  private void work() {
    for (long i = next.getAndIncrement(); i < runs; i = next.getAndIncrement()) {
      take(plant.apply(new Simulation(seed + i)).run());
      done.incrementAndGet();
    }
  }

  private synchronized void take(Result result) {
    if (result.failure() != null) {
      failed.add(result);
      if (failed.size() <= MOST_FAILURES_TOLD) {
        progress.line("FAIL " + result.failure());
        if (runs == 1) {
          progress.line(result.scenario());
        } else {
          progress.line("  ./tulle sim --runs 1 --seed " + result.seed() + " --pcap sim.pcap");
        }
      }
    }
    add("runs", 1);
    add("failures", result.failure() == null ? 0 : 1);
    add("connections", result.connections());
    add("broken on purpose", result.broken());
    add("octets read", result.octets());
    add("frames", result.frames());
    add("segments", result.segments());
    add("retransmitted", result.retransmitted());
    add("time-outs", result.timeouts());
    add("undone", result.undone());
    add("frames lost", result.lost());
    add("frames that found a queue full", result.overflowed());
    virtualHours += result.endNs() / 3.6e12;
    if (slowest == null || late(result) > late(slowest)) {
      slowest = result;
    }
  }

  private void add(String name, long value) {
    sums.merge(name, value, Long::sum);
  }

  private static long late(Result result) {
    return result.finishedNs() - result.healedNs();
  }

  /** How many runs an oracle objected to. */
  public int failures() {
    return failed.size();
  }

  /** What happened, in all runs together. */
  public String summary() {
    Table table = new Table("all runs", " together");
    for (Map.Entry<String, Long> sum : sums.entrySet()) {
      table.row(sum.getKey(), sum.getValue().toString());
    }
    table.row("virtual hours", String.format(Locale.ROOT, "%.1f", virtualHours));
    table.row(
        "slowest finish after the faults, s",
        String.format(Locale.ROOT, "%.1f (seed %d)", late(slowest) / 1e9, slowest.seed()));
    return table.toString();
  }

  /** Writes the summary, and each failure, as JSON. */
  public void write(Path file) throws IOException {
    Map<String, Object> all = new LinkedHashMap<>(sums);
    all.put("virtual hours", virtualHours);
    all.put("slowest finish s", late(slowest) / 1e9);
    all.put("slowest seed", slowest.seed());
    List<Map<String, ?>> failures = new ArrayList<>();
    for (Result result : failed) {
      failures.add(
          Map.of(
              "seed", result.seed(), "failure", result.failure(), "scenario", result.scenario()));
    }
    Files.writeString(file, Json.document(Map.of("summary", List.of(all), "failures", failures)));
  }
}
