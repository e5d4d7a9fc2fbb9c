// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit.sim;

import java.util.Locale;

/**
 * What one bulk transfer achieves, by congestion control, buffer, round trip and loss, as a table.
 *
 * <p>The wire has no rate; frames are lost independently of each other, either those with data
 * alone (towards the receiver) or all of both directions with the same chance.
 */
public final class Throughput {
  private static final int[] BUFFERS = {8192, 32_768, 131_072, 1_048_576};
  private static final int[] LOSSES = {0, 1, 5, 10, 20};
  private static final int[] ROUNDS_MS = {10, 100};
  private static final int SEEDS = 4;
  private static final int SECONDS = 30;

  private Throughput() {}

  /**
   * One cell: KB (1000 octets) a second, the mean of some seeds.
   *
   * @param both whether acknowledgements are lost as well
   */
  public static double measure(
      StackChoice.Control control, int bufferBytes, int roundMs, int lossPercent, boolean both) {
    double sum = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      sum += bench(control, bufferBytes, roundMs, lossPercent, both, seed) / (1000.0 * SECONDS);
    }
    return sum / SEEDS;
  }

  private static long bench(
      StackChoice.Control control,
      int bufferBytes,
      int roundMs,
      int lossPercent,
      boolean both,
      long seed) {
    StackChoice choice = new StackChoice();
    choice.kind = StackChoice.Kind.COPY;
    choice.connections = 1;
    choice.bufferBytes = bufferBytes;
    choice.control = control;
    choice.ranges = 64;
    PipeSettings forth = new PipeSettings();
    forth.delayNs = roundMs * 500_000L;
    forth.lossPpm = lossPercent * 10_000;
    PipeSettings back = new PipeSettings();
    back.delayNs = forth.delayNs;
    back.lossPpm = both ? forth.lossPpm : 0;
    Bench bench = new Bench(choice, 1, forth, back, null, seed);
    bench.run(SECONDS);
    return bench.received[0];
  }

  /** The whole table. */
  public static String table() {
    StringBuilder text = new StringBuilder();
    text.append("Throughput of one connection in KB/s (1 KB = 1000 octets of payload), SACK and\n");
    text.append("RACK-TLP, timestamps, window scaling; both buffers alike; mean of ").append(SEEDS);
    text.append(" seeds, ").append(SECONDS).append(" s each.\n");
    text.append("loss \"data\": of frames towards the receiver; \"both\": of all frames.\n");
    text.append(
        "none: no congestion control, the peer's window alone bounds what is in flight.\n\n");
    text.append(String.format("%-6s %9s %7s %5s", "", "buffer, B", "RTT, ms", "loss"));
    for (int loss : LOSSES) {
      text.append(String.format("%9s", loss + " %"));
    }
    text.append('\n');
    for (StackChoice.Control control : StackChoice.Control.values()) {
      for (int buffer : BUFFERS) {
        for (int round : ROUNDS_MS) {
          if (buffer * 1000L / round > 20_000_000) {
            continue; // nothing more to learn, and long to simulate
          }
          for (boolean both : new boolean[] {false, true}) {
            row(text, control, buffer, round, both);
          }
        }
      }
    }
    return text.toString();
  }

  private static void row(
      StringBuilder text, StackChoice.Control control, int buffer, int round, boolean both) {
    text.append(
        String.format(
            "%-6s %9d %7d %5s", StackChoice.name(control), buffer, round, both ? "both" : "data"));
    for (int loss : LOSSES) {
      double value = measure(control, buffer, round, loss, both);
      text.append(String.format(Locale.ROOT, "%9.1f", value));
    }
    text.append('\n');
  }
}
