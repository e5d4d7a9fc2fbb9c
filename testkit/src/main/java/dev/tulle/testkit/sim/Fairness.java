// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit.sim;

import java.util.Locale;

/**
 * How flows share a bottleneck: some of the same kind through one queue of about a bandwidth-delay
 * product that drops what comes when it is full.
 */
public final class Fairness {
  private static final int SECONDS = 60;
  private static final long RATE_BITS = 10_000_000;
  private static final int ROUND_MS = 50;
  private static final int BUFFER_BYTES = 256 * 1024;

  private Fairness() {}

  /** What each flow received, in octets a second, over a minute. */
  public static long[] flows(boolean cubic, int flows, long seed) {
    StackChoice choice = new StackChoice();
    choice.kind = StackChoice.Kind.COPY;
    choice.connections = 1;
    choice.bufferBytes = BUFFER_BYTES;
    choice.control = cubic ? StackChoice.Control.CUBIC : StackChoice.Control.RENO;
    choice.ranges = 64;
    PipeSettings forth = new PipeSettings();
    forth.rateBits = RATE_BITS;
    forth.delayNs = ROUND_MS * 500_000L;
    forth.queueBytes = (int) (RATE_BITS / 8 * ROUND_MS / 1000);
    PipeSettings back = new PipeSettings();
    back.delayNs = forth.delayNs;
    PipeSettings own = new PipeSettings();
    own.jitterNs = 100_000; // so that no flow is locked into a place in the queue
    Bench bench = new Bench(choice, flows, forth, back, own, seed);
    bench.run(SECONDS);
    long[] rates = new long[flows];
    for (int i = 0; i < flows; i++) {
      rates[i] = bench.received[i] / SECONDS;
    }
    return rates;
  }

  /** Jain's index: 1 where all have the same, 1/n where one has all. */
  public static double index(long[] rates) {
    double sum = 0;
    double squares = 0;
    for (long rate : rates) {
      sum += rate;
      squares += (double) rate * rate;
    }
    return sum * sum / (rates.length * squares);
  }

  /** 2 to 8 flows of each kind. */
  public static String table() {
    StringBuilder text = new StringBuilder();
    text.append(
        "Flows over one bottleneck of 10 Mbit/s, RTT 50 ms, a queue of one bandwidth-delay\n");
    text.append(
        "product, 60 s: Jain's index, and the use of the bottleneck (mean of 3 seeds).\n\n");
    text.append("flows   Reno index   use   CUBIC index   use\n");
    for (int flows = 2; flows <= 8; flows++) {
      text.append(String.format("%5d", flows));
      for (boolean cubic : new boolean[] {false, true}) {
        double index = 0;
        double use = 0;
        for (long seed = 1; seed <= 3; seed++) {
          long[] rates = flows(cubic, flows, seed);
          index += index(rates) / 3;
          for (long rate : rates) {
            use += rate * 8.0 / RATE_BITS / 3;
          }
        }
        text.append(String.format(Locale.ROOT, cubic ? "%14.3f" : "%13.3f", index));
        text.append(String.format(Locale.ROOT, "%5.0f%%", use * 100));
      }
      text.append('\n');
    }
    return text.toString();
  }
}
