// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import dev.tulle.apps.Arguments;
import dev.tulle.apps.Console;
import dev.tulle.apps.Files;
import dev.tulle.apps.Input;
import dev.tulle.apps.Platform;
import dev.tulle.apps.Program;
import dev.tulle.apps.Runner;
import dev.tulle.jvm.JvmPlatform;
import dev.tulle.link.Link;
import dev.tulle.stack.Entropy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** A program of Tulle on a thread of this JVM, at one end of a cable in memory. */
final class MemoryMachine implements Platform, Console, AutoCloseable {
  private final MemoryCable.End end;
  private final JvmPlatform machine;
  private final Arguments arguments;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final Thread thread;
  private volatile boolean stopRequested;
  private volatile int exitCode = Program.RUNNING;

  MemoryMachine(MemoryCable.End end, Function<Platform, Program> program, List<String> words) {
    this.end = end;
    arguments = new Words(words);
    machine = new JvmPlatform(arguments);
    thread = new Thread(() -> exitCode = Runner.run(this, program.apply(this)), "tulle");
    thread.setDaemon(true);
    thread.start();
  }

  /** The words of the command line. */
  private record Words(List<String> words) implements Arguments {
    @Override
    public int count() {
      return words.size();
    }

    @Override
    public byte[] get(int index) {
      return words.get(index).getBytes(StandardCharsets.US_ASCII);
    }
  }

  /** Waits for the program's good end. */
  void succeeds(Duration limit) throws IOException {
    try {
      thread.join(limit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (thread.isAlive()) {
      throw new IOException("it had not ended after " + limit.toSeconds() + " s");
    }
    if (exitCode != 0) {
      List<String> lines = said.toString(StandardCharsets.UTF_8).lines().toList();
      throw new IOException(lines.isEmpty() ? "exit code " + exitCode : lines.getLast());
    }
  }

  @Override
  public void close() {
    stopRequested = true;
    end.wake();
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    machine.close();
  }

  @Override
  public Console console() {
    return this;
  }

  @Override
  public Files files() {
    return machine.files();
  }

  @Override
  public Arguments arguments() {
    return arguments;
  }

  @Override
  public Input input() {
    return machine.input();
  }

  @Override
  public Entropy entropy() {
    return machine.entropy();
  }

  @Override
  public long nowNs() {
    return machine.nowNs();
  }

  @Override
  public long unixTimeNs() {
    return machine.unixTimeNs();
  }

  @Override
  public Link openTap(byte[] name) {
    return end;
  }

  @Override
  public Link openInterface(byte[] name) {
    return end;
  }

  @Override
  public String failure() {
    return "";
  }

  @Override
  public void await(long deadlineNs) {
    if (!stopRequested) {
      // An unpark may be missed between two looks at the flag: never sleep for long.
      end.sleep(Math.clamp(deadlineNs - nowNs(), 0, 100_000_000));
    }
  }

  @Override
  public boolean stopRequested() {
    return stopRequested;
  }

  @Override
  public int out(byte[] from, int at, int count) {
    said.write(from, at, count);
    return 0;
  }

  @Override
  public int out(String literal) {
    return out(literal.getBytes(StandardCharsets.US_ASCII), 0, literal.length());
  }

  @Override
  public void error(byte[] from, int at, int count) {
    said.write(from, at, count);
  }

  @Override
  public void error(String literal) {
    said.writeBytes(literal.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public boolean terminal() {
    return false;
  }
}
