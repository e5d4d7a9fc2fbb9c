// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.bench;

import dev.tulle.conformance.Child;
import dev.tulle.conformance.Namespace;
import dev.tulle.conformance.Programs;
import dev.tulle.conformance.Progress;
import dev.tulle.jvm.TapBridge;
import dev.tulle.jvm.TapLink;
import dev.tulle.link.ImpairmentSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How fast each stack sends through a network that loses 1 % and delays by 25 ms each way.
 *
 * <p>The kernel's packets go through Tulle's impairment as well, by a bridge between two TAP
 * devices. It sends with CUBIC, whatever this machine prefers, because Tulle does. All stacks are
 * measured at once: such transfers wait most of the time.
 */
final class LossySend implements AutoCloseable {
  static final String WHAT = "lossy_send";

  private static final int PORT = 5002;
  private static final int SEED = 7;
  private static final String LOSS = "loss=1%,delay=25ms";
  private static final Duration UP = Duration.ofSeconds(20);
  private static final Duration LIMIT = Duration.ofMinutes(15);

  private final List<AutoCloseable> open = new ArrayList<>();
  private final String peer;
  private final long octets;

  LossySend(Path folder, boolean quick) throws IOException {
    peer = Measurement.compilePeer(folder);
    octets = quick ? 8 << 20 : 64 << 20;
  }

  /** Adds to {@code results}, a figure for each stack. */
  void run(List<String> stacks, Progress progress, Results results) throws IOException {
    progress.begin(WHAT, () -> "");
    Map<String, Child> servers = new LinkedHashMap<>();
    Map<String, Child> clients = new LinkedHashMap<>();
    Map<String, Double> before = new LinkedHashMap<>();
    for (String stack : stacks) {
      clients.put(stack, start(stack, servers));
      before.put(stack, servers.get(stack).userSeconds());
    }
    for (String stack : stacks) {
      String[] answer = clients.get(stack).succeeds(LIMIT).out().strip().split(" ");
      double user = servers.get(stack).userSeconds() - before.get(stack);
      results.add(WHAT, stack, Double.parseDouble(answer[0]), Double.parseDouble(answer[1]), user);
    }
    progress.end(WHAT, Measurement.summary(results, WHAT, stacks));
  }

  /** Starts a server in a network of its own and a client that fetches from it. */
  private Child start(String stack, Map<String, Child> servers) throws IOException {
    Namespace here = opened(new Namespace());
    here.addTap("tulle0", "10.9.0.1/24");
    here.offloadsOff("tulle0");
    Child server = stack.equals("kernel") ? kernel(here) : tulle(here, stack);
    servers.put(stack, server);
    here.awaitPort("10.9.0.2", PORT, server, UP);
    return opened(
        here.start(peer, "fetch", "10.9.0.2", Integer.toString(PORT), Long.toString(octets)));
  }

  private Child kernel(Namespace here) throws IOException {
    Namespace there = opened(new Namespace());
    there.addTap("tulle1", "10.9.0.2/24");
    there.offloadsOff("tulle1");
    ImpairmentSettings settings = new ImpairmentSettings();
    settings.lossPpm = 10_000;
    settings.delayNs = 25_000_000;
    settings.seed = SEED;
    TapLink left = here.in(() -> new TapLink("tulle0"));
    TapLink right = there.in(() -> new TapLink("tulle1"));
    opened(new TapBridge(left, right, settings));
    return opened(there.start(peer, "serve", "source", Integer.toString(PORT), "cubic"));
  }

  private Child tulle(Namespace here, String stack) throws IOException {
    Programs programs = stack.equals("native") ? Programs.NATIVE : Programs.JVM;
    String impairment = LOSS + ",seed=" + SEED;
    Child perf =
        here.start(
            programs.command(
                "perf", "--tap", "tulle0", "--address", "10.9.0.2/24", "--impair", impairment));
    return opened(perf);
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
    open.clear();
  }
}
