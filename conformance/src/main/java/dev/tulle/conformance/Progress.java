// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/**
 * Shows on standard error that work goes on: on a terminal one line that changes every second, in a
 * log a line every 15 seconds; and a line of its own for each thing that is done.
 */
public final class Progress implements AutoCloseable {
  private static final int WIDTH = 100;

  private final String program;
  private final long begunNs = System.nanoTime();
  private final boolean terminal =
      System.console() != null && System.console().isTerminal() && System.getenv("TERM") != null;
  private final Map<String, Supplier<String>> running = new ConcurrentSkipListMap<>();
  private final Thread ticker = new Thread(this::tick, "progress");
  private volatile boolean closed;

  public Progress(String program) {
    this.program = program;
    ticker.setDaemon(true);
    ticker.start();
  }

  /** Something begins; {@code state} tells how far it is, in a word or two. */
  public void begin(String what, Supplier<String> state) {
    running.put(what, state);
    if (terminal) {
      show();
    }
  }

  /** It is done, with this result. */
  public void end(String what, String result) {
    running.remove(what);
    line(what + ": " + result);
  }

  /** A line that stays. */
  public synchronized void line(String text) {
    System.err.printf("%s%s: %3d s  %s%n", terminal ? "\r\033[K" : "", program, seconds(), text);
    if (terminal) {
      show();
    }
  }

  private long seconds() {
    return Duration.ofNanos(System.nanoTime() - begunNs).toSeconds();
  }

  private synchronized void show() {
    if (closed || running.isEmpty()) {
      return;
    }
    StringBuilder text = new StringBuilder();
    running.forEach(
        (what, state) -> {
          String far = state.get();
          text.append(text.isEmpty() ? "" : ", ").append(what);
          text.append(far.isEmpty() ? "" : " " + far);
        });
    if (terminal) {
      if (text.length() > WIDTH) {
        text.replace(WIDTH - 1, text.length(), "…");
      }
      System.err.printf("\r\033[K%s: %3d s  %s", program, seconds(), text);
      System.err.flush();
    } else {
      System.err.printf("%s: %3d s  … %s%n", program, seconds(), text);
    }
  }

  private void tick() {
    try {
      for (int second = 1; !closed; second++) {
        Thread.sleep(1000);
        if (terminal || second % 15 == 0) {
          show();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes the changing line away. */
  @Override
  public synchronized void close() {
    closed = true;
    if (terminal) {
      System.err.print("\r\033[K");
    }
    ticker.interrupt();
  }
}
