// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

/** The lines that iperf3 prints, in its own form. */
final class Iperf3Report {
  /** The label of the line that is the sum of all streams. */
  static final int SUM = -1;

  private static final String UNITS = " KMGT";

  private final Console console;
  private final Text line = new Text(200);

  Iperf3Report(Platform platform) {
    console = platform.console();
  }

  void say(String literal) {
    console.out(literal);
  }

  /** Begins a line of free form, to be ended with {@link #print}. */
  Text line() {
    return line.clear();
  }

  /** The line that was begun. */
  Text more() {
    return line;
  }

  void print() {
    line.octet('\n');
    line.toOutput(console);
  }

  void rule() {
    console.out("- - - - - - - - - - - - - - - - - - - - - - - - -\n");
  }

  void header(boolean udp, boolean datagramsOnly) {
    line.clear().put("[ ID] Interval           Transfer     Bitrate");
    if (udp) {
      line.put(
          datagramsOnly ? "         Total Datagrams" : "         Jitter    Lost/Total Datagrams");
    }
    print();
  }

  /** Begins a line about a time: what was carried from and to, and how fast. */
  void begin(int label, long fromNs, long toNs, long octets) {
    line.clear().octet('[');
    if (label == SUM) {
      line.put("SUM");
    } else {
      line.decimal(label).alignRight(1, 3);
    }
    line.put("] ");
    int at = line.length;
    line.fixed((fromNs + 5_000_000) / 10_000_000, 2).alignRight(at, 6).octet('-');
    at = line.length;
    line.fixed((toNs + 5_000_000) / 10_000_000, 2).fill(at + 6).put(" sec  ");
    amount(octets, 1024);
    line.put("Bytes  ");
    amount(rate(octets, toNs - fromNs), 1000);
    line.put("bits/sec");
  }

  /** Adds how many datagrams were sent. */
  void datagrams(long count) {
    line.put("  ").decimal(count).put("  ");
  }

  /** Adds what became of datagrams. */
  void losses(long jitterNs, long lost, long total) {
    line.put("  ").fixed(jitterNs / 1000, 3).put(" ms  ").decimal(lost).octet('/').decimal(total);
    long tenths = total <= 0 ? 0 : lost * 1000 / total;
    line.put(" (");
    if (tenths % 10 == 0 || tenths >= 100) {
      line.decimal(tenths / 10);
    } else {
      line.fixed(tenths, 1);
    }
    line.put("%)  ");
  }

  void end(String who) {
    line.put(who);
    print();
  }

  private static long rate(long octets, long ns) {
    long us = Math.max(ns / 1000, 1);
    return octets < 1_000_000_000_000L ? octets * 8_000_000L / us : octets / us * 8_000_000L;
  }

  /** Three digits and a unit, as {@code 1.10 G}, {@code 11.0 M} or {@code 110 K}. */
  private void amount(long value, int kilo) {
    int unit = 0;
    long divisor = 1;
    while (value / divisor >= kilo && unit < 4) {
      divisor *= kilo;
      unit++;
    }
    int at = line.length;
    long whole = value / divisor;
    long hundredths = whole * 100 + value % divisor * 100 / divisor;
    if (hundredths < 1000) {
      line.fixed(hundredths, 2);
    } else if (hundredths < 10_000) {
      line.fixed(hundredths / 10, 1);
    } else {
      line.decimal(whole);
    }
    line.alignRight(at, 4).octet(' ');
    if (unit > 0) {
      line.octet(UNITS.charAt(unit));
    }
  }
}
