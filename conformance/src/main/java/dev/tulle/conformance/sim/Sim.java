// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.sim;

import dev.tulle.conformance.Progress;
import dev.tulle.testkit.sim.Fairness;
import dev.tulle.testkit.sim.Simulation;
import dev.tulle.testkit.sim.Throughput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * {@code ./tulle sim}: plays drawn scenarios until an oracle objects, or not.
 *
 * <p>Exit codes: 0 all is well, 1 an oracle found something, 2 used wrongly.
 */
public final class Sim {
  private static final String USAGE =
      """
      Usage: ./tulle sim [--runs N] [--seed S] [--pcap FILE] [--json FILE]
             ./tulle sim --fairness | --throughput

      Plays whole stacks against each other on bad networks, in virtual time. The seed of a run
      draws hosts, wires, faults and what applications do; oracles watch. Each failure is printed
      with the command that repeats it.

        --runs N     how many runs; each has the seed after the one before it: 1000
        --seed S     of the first run: 1
        --pcap FILE  write the frames of the first host to FILE, those of host 2 to FILE-2 (before
                     the extension), and so on; of one run alone
        --json FILE  write the summary
        --fairness   print how 2 to 8 flows share a bottleneck
        --throughput print what a transfer achieves by buffer, round trip and loss,
                     as docs/throughput.txt has it
        --help       print this
      """;

  private long runs = 1000;
  private long seed = 1;
  private Path pcap;
  private Path json;

  private Sim() {}

  public static void main(String[] arguments) throws Exception {
    main(arguments, simulation -> simulation);
  }

  /**
   * @param plant does something to each run before it begins
   */
  static void main(String[] arguments, UnaryOperator<Simulation> plant) throws Exception {
    Sim sim = new Sim();
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].equals("--help")) {
        System.out.print(USAGE);
        return;
      }
      if (arguments[i].equals("--fairness")) {
        System.out.print(Fairness.table());
        return;
      }
      if (arguments[i].equals("--throughput")) {
        System.out.print(Throughput.table());
        return;
      }
      sim.option(arguments[i], i + 1 < arguments.length ? arguments[++i] : null);
    }
    if (sim.pcap != null && sim.runs != 1) {
      misuse("--pcap goes with --runs 1");
    }
    try {
      System.exit(sim.run(plant));
    } catch (IOException e) {
      misuse("cannot write " + e.getMessage());
    }
  }

  private void option(String name, String value) {
    switch (name) {
      case "--runs" -> runs = number(name, value, 1);
      case "--seed" -> seed = number(name, value, Long.MIN_VALUE);
      case "--pcap" -> pcap = Path.of(present(name, value));
      case "--json" -> json = Path.of(present(name, value));
      default -> misuse("unknown argument " + name + " (see --help)");
    }
  }

  private int run(UnaryOperator<Simulation> plant) throws IOException, InterruptedException {
    try (Progress progress = new Progress("sim")) {
      Batch batch = new Batch(seed, runs, pcap, plant, progress);
      batch.run();
      System.out.print(batch.summary());
      if (json != null) {
        batch.write(json);
      }
      return batch.failures() == 0 ? 0 : 1;
    }
  }

  private static long number(String name, String value, long least) {
    try {
      long number = Long.parseLong(present(name, value));
      if (number >= least) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    misuse(name + " takes a number, not " + value);
    return 0;
  }

  private static String present(String name, String value) {
    if (value == null) {
      misuse(name + " takes a value (see --help)");
    }
    return value;
  }

  private static void misuse(String sentence) {
    System.err.println("sim: " + sentence);
    System.exit(2);
  }
}
