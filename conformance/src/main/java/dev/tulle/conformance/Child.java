// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process that was started here: its output as it comes, a limit on the time it may take, and
 * what it used.
 *
 * <p>Start it with {@link Namespace#start} or, outside of a namespace, with {@link #start}. {@link
 * #close} ends it. Peak memory and CPU time are read from /proc: of a process that has ended, they
 * are those of the last sample, at most half a second old.
 */
public final class Child implements AutoCloseable {
  /** Often at first, for what ends soon; seldom later, so that measuring does not disturb. */
  private static final long FIRST_SAMPLE_MS = 10;

  private static final long LAST_SAMPLE_MS = 500;

  private final Process process;
  private final List<String> command;
  private final Collector out;
  private final Collector error;
  private volatile long peakRssKb;
  private volatile double userSeconds;
  private volatile double systemSeconds;

  private Child(Process process, List<String> command) {
    this.process = process;
    this.command = command;
    Children.add(process);
    out = new Collector(process.getInputStream());
    error = new Collector(process.getErrorStream());
    out.start();
    error.start();
    Thread sampler = new Thread(this::sampleUntilEnd, "sample " + process.pid());
    sampler.setDaemon(true);
    sampler.start();
  }

  /** Starts a process in the network namespace of the calling thread. */
  public static Child start(List<String> command) throws IOException {
    return new Child(new ProcessBuilder(command).start(), command);
  }

  public long pid() {
    return process.pid();
  }

  public boolean alive() {
    return process.isAlive();
  }

  /** Standard output until now. */
  public String out() {
    return out.text();
  }

  /** Standard error until now. */
  public String error() {
    return error.text();
  }

  /** The process's standard input. */
  public OutputStream input() {
    return process.getOutputStream();
  }

  /**
   * Waits for the end.
   *
   * @return the exit code
   * @throws IOException if it takes longer than {@code limit}; then the process has been ended
   */
  public int await(Duration limit) throws IOException {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        close();
        throw new IOException(
            command.get(0) + " had not ended after " + limit.toSeconds() + " s: " + lastWords());
      }
      out.join();
      error.join();
      return process.exitValue();
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Waits for the end and insists that the exit code is 0. */
  public Child succeeds(Duration limit) throws IOException {
    int code = await(limit);
    if (code != 0) {
      throw new IOException(shortName() + " exited with " + code + ": " + lastWords());
    }
    return this;
  }

  /** Waits until either output holds {@code text}; false if the time or the process ends first. */
  public boolean says(String text, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      boolean ended = !process.isAlive();
      if (out().contains(text) || error().contains(text)) {
        return true;
      }
      if (ended || System.nanoTime() - end > 0) {
        return false;
      }
      pause(10);
    }
  }

  /** Largest resident set until now, in KB. */
  public long peakRssKb() {
    sample();
    return peakRssKb;
  }

  /** CPU time in user mode until now. */
  public double userSeconds() {
    sample();
    return userSeconds;
  }

  /** CPU time in user mode and in the kernel until now. */
  public double cpuSeconds() {
    sample();
    return userSeconds + systemSeconds;
  }

  /** SIGTERM. */
  public void terminate() {
    process.destroy();
  }

  /** SIGKILL. */
  public void kill() {
    process.destroyForcibly();
  }

  /** Asks the process to end, and after two seconds ends it. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(2, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.waitFor(2, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** The last line that it wrote, standard error before standard output. */
  public String lastWords() {
    String words = error().isBlank() ? out() : error();
    List<String> lines = words.lines().filter(line -> !line.isBlank()).toList();
    return lines.isEmpty() ? "no output" : lines.get(lines.size() - 1).strip();
  }

  private String shortName() {
    return Path.of(command.get(0)).getFileName().toString();
  }

  private void sampleUntilEnd() {
    for (long ms = FIRST_SAMPLE_MS; process.isAlive(); ms = Math.min(2 * ms, LAST_SAMPLE_MS)) {
      sample();
      pause(ms);
    }
  }

  private void sample() {
    try {
      Path proc = Path.of("/proc", Long.toString(process.pid()));
      for (String line : Files.readAllLines(proc.resolve("status"), StandardCharsets.ISO_8859_1)) {
        if (line.startsWith("VmHWM:")) {
          peakRssKb = Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
      String stat = Files.readString(proc.resolve("stat"), StandardCharsets.ISO_8859_1);
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      userSeconds = Long.parseLong(fields[11]) / 100.0;
      systemSeconds = Long.parseLong(fields[12]) / 100.0;
    } catch (IOException | UncheckedIOException gone) {
      // It has ended: the last sample stands.
    }
  }

  private static void pause(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reads one of the two outputs to its end, so that the process never waits for us. */
  private static final class Collector extends Thread {
    private final InputStream from;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();

    Collector(InputStream from) {
      this.from = from;
      setDaemon(true);
    }

    @Override
    public void run() {
      try {
        from.transferTo(text);
      } catch (IOException closed) {
        // The process was ended.
      }
    }

    String text() {
      return text.toString(StandardCharsets.UTF_8);
    }
  }
}
