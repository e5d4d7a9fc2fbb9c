// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.stack.Part;

/**
 * How far a download is: a line that overwrites itself on a terminal, now and then one in a log.
 */
final class GetProgress {
  private static final long TERMINAL_NS = 250_000_000L;
  private static final long LOG_NS = 5_000_000_000L;

  /** In shorter times clocks and the first packets count more than the network. */
  private static final int LEAST_US = 10_000;

  private final Console console;
  private final Text line = new Text(200);
  private boolean terminal;
  private boolean shown;
  private long expected;
  private long total;
  private long beganNs;
  private long nextNs = Part.NEVER;

  GetProgress(Platform platform) {
    console = platform.console();
  }

  /** Begins; {@code expected} is less than 0 where the length is not known. */
  void begin(long expected, long nowNs) {
    this.expected = expected;
    terminal = console.terminal();
    beganNs = nowNs;
    nextNs = nowNs + (terminal ? TERMINAL_NS : LOG_NS);
  }

  void add(int count) {
    total += count;
  }

  /** Writes the line when it is time; answers when it is time again. */
  long poll(long nowNs) {
    if (nextNs - nowNs <= 0) {
      nextNs = nowNs + (terminal ? TERMINAL_NS : LOG_NS);
      line.clear().put(terminal ? "\r" : "get: ");
      amounts(nowNs);
      if (expected > 0) {
        line.put("  ").decimal(total * 100 / expected).put(" %");
      }
      if (terminal) {
        line.fill(60);
      } else {
        line.octet('\n');
      }
      line.toError(console);
      shown = terminal;
    }
    return nextNs;
  }

  /** Takes the overwriting line away, so that something else can be said. */
  void clear() {
    if (shown) {
      line.clear().octet('\r').fill(60).octet('\r');
      line.toError(console);
      shown = false;
    }
    nextNs = Part.NEVER;
  }

  /** Writes the last line. */
  void end(long nowNs) {
    clear();
    line.clear().put("get: ");
    amounts(nowNs);
    line.octet('\n');
    line.toError(console);
  }

  private void amounts(long nowNs) {
    long us = (nowNs - beganNs) / 1000;
    line.decimal(total).put(" bytes in ").fixed(us / 1000, 3).put(" s");
    if (us >= LEAST_US) {
      // octets each microsecond are megabytes each second
      line.put(", ").fixed(total / us * 100 + total % us * 100 / us, 2).put(" MB/s");
    }
  }
}
