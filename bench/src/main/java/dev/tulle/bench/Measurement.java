// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.bench;

import dev.tulle.conformance.Child;
import dev.tulle.conformance.Namespace;
import dev.tulle.conformance.Programs;
import dev.tulle.conformance.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The rounds: each stack is a server in place, and the kernel's peer program is its client.
 *
 * <p>"receive" means that the measured stack receives. Every stack has namespaces of its own; a
 * stack that is not measured sleeps.
 */
final class Measurement implements AutoCloseable {
  static final List<String> STACKS = List.of("kernel", "native", "jvm");
  static final List<String> WHATS = List.of("receive", "send", "round_trips", "connections");

  /** What serves each of {@link #WHATS}, on ports from {@link #FIRST_PORT} on. */
  private static final List<String> SERVERS = List.of("sink", "source", "echo", "accept");

  private static final int FIRST_PORT = 5001;
  private static final Duration UP = Duration.ofSeconds(20);

  private final Path folder;
  private final Progress progress;
  private final boolean offload;
  private final int rounds;
  private final double seconds;
  private final double warmUpSeconds;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Map<String, Side> sides = new LinkedHashMap<>();
  private String peer;

  /**
   * @param offload whether kernels and Tulle leave segments uncut between them
   */
  Measurement(Path folder, Progress progress, boolean quick, boolean offload) {
    this.folder = folder;
    this.progress = progress;
    this.offload = offload;
    rounds = quick ? 3 : 15; // many short ones: a machine's moods pass in seconds
    seconds = 0.5;
    warmUpSeconds = quick ? 1.5 : 5;
  }

  /**
   * A stack that is measured: where its clients run, its address, and its process for each port.
   */
  private record Side(Namespace clients, String address, List<Child> servers) {}

  Results run(List<String> stacks, List<String> whats) throws IOException {
    if (whats.isEmpty()) {
      return new Results();
    }
    peer = compilePeer(folder);
    for (String stack : stacks) {
      sides.put(stack, stack.equals("kernel") ? kernel() : tulle(stack));
    }
    Results results = new Results();
    for (String what : whats) {
      for (String stack : stacks) {
        // The JVM compiles its hot code now; the others find their caches.
        round(what, stack, stack.equals("jvm") ? warmUpSeconds : seconds / 2, new Results());
      }
      progress.begin(what, () -> "");
      for (int i = 0; i < rounds; i++) {
        for (String stack : stacks) {
          round(what, stack, seconds, results);
        }
      }
      progress.end(what, summary(results, what, stacks));
    }
    return results;
  }

  /** Compiles the kernel's end and answers where it is. */
  static String compilePeer(Path folder) throws IOException {
    String peer = folder.resolve("peer").toString();
    Path source = Programs.root().resolve("bench/src/main/c/peer.c");
    try (Child gcc = Child.start(List.of("gcc", "-O2", "-o", peer, source.toString()))) {
      gcc.succeeds(Duration.ofSeconds(60));
    }
    return peer;
  }

  static String summary(Results results, String what, List<String> stacks) {
    StringBuilder text = new StringBuilder();
    for (String stack : stacks) {
      double median = results.median(what, stack);
      text.append(String.format(Locale.ROOT, "%s %,d  ", stack, Math.round(median)));
    }
    return text.append(Results.unit(what)).toString();
  }

  private void round(String what, String stack, double length, Results results) throws IOException {
    Side side = sides.get(stack);
    int index = WHATS.indexOf(what);
    Child server = side.servers().get(index);
    double before = server.userSeconds();
    try (Child client =
        side.clients()
            .start(
                peer,
                what,
                side.address(),
                Integer.toString(FIRST_PORT + index),
                Double.toString(length))) {
      client.succeeds(Duration.ofSeconds((long) length + 20));
      String[] answer = client.out().strip().split(" ");
      double user = server.userSeconds() - before;
      results.add(what, stack, Double.parseDouble(answer[0]), Double.parseDouble(answer[1]), user);
    } catch (IOException e) {
      throw new IOException(stack + ", " + what + ": " + e.getMessage(), e);
    }
  }

  private Side kernel() throws IOException {
    Namespace here = opened(new Namespace());
    Namespace there = opened(new Namespace());
    try (Child holder = there.holder()) {
      here.addVeth("tulle-a", "tulle-b", holder);
    }
    here.ip("addr add 10.8.0.1/24 dev tulle-a");
    there.ip("addr add 10.8.0.2/24 dev tulle-b");
    there.ip("link set tulle-b up");
    if (!offload) {
      here.offloadsOff("tulle-a");
      there.offloadsOff("tulle-b");
    }
    List<Child> servers = new ArrayList<>();
    for (int i = 0; i < SERVERS.size(); i++) {
      String port = Integer.toString(FIRST_PORT + i);
      servers.add(opened(there.start(peer, "serve", SERVERS.get(i), port)));
      here.awaitPort("10.8.0.2", FIRST_PORT + i, servers.get(i), UP);
    }
    return new Side(here, "10.8.0.2", servers);
  }

  private Side tulle(String stack) throws IOException {
    Namespace here = opened(new Namespace());
    here.addTap("tulle0", "10.9.0.1/24");
    Programs programs = stack.equals("native") ? Programs.NATIVE : Programs.JVM;
    List<String> command =
        new ArrayList<>(programs.command("perf", "--tap", "tulle0", "--address", "10.9.0.2/24"));
    if (offload) {
      command.add("--offload");
    } else {
      here.offloadsOff("tulle0");
    }
    Child perf = opened(here.start(command));
    here.awaitCarrier("tulle0", perf, UP);
    here.awaitPort("10.9.0.2", FIRST_PORT, perf, UP);
    return new Side(here, "10.9.0.2", List.of(perf, perf, perf, perf));
  }

  private <T extends AutoCloseable> T opened(T what) {
    open.add(what);
    return what;
  }

  @Override
  public void close() throws IOException {
    for (AutoCloseable one : open.reversed()) {
      try {
        one.close();
      } catch (Exception e) {
        throw new IOException(e);
      }
    }
  }
}
