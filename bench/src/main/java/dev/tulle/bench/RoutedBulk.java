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
import java.util.Map;

/**
 * What a router carries: a kernel inside sends to a kernel outside through Tulle, which translates
 * addresses, over packet sockets on two cables. The kernel's figure is that of a kernel as router
 * between the same cables, which translates nothing, or that of one cable without a router.
 */
final class RoutedBulk implements AutoCloseable {
  static final String WHAT = "routed";
  static final String CABLE = "routed_cable";

  private static final int PORT = 5001;
  private static final Duration UP = Duration.ofSeconds(20);

  private final List<AutoCloseable> open = new ArrayList<>();
  private final Map<String, Namespace> clients = new LinkedHashMap<>();
  private final Map<String, Child> routers = new LinkedHashMap<>();
  private final String peer;
  private final String what;
  private final int rounds;
  private final double seconds;

  /**
   * @param what {@link #WHAT}, or {@link #CABLE} for a kernel without a router to compare with
   */
  RoutedBulk(Path folder, String what, boolean quick) throws IOException {
    this.what = what;
    peer = Measurement.compilePeer(folder);
    rounds = quick ? 3 : 7;
    seconds = quick ? 0.5 : 1;
  }

  /** Adds to {@code results} as many figures for each stack as there are rounds. */
  void run(List<String> stacks, Progress progress, Results results) throws IOException {
    for (String stack : stacks) {
      start(stack);
      round(stack, stack.equals("jvm") ? 4 : 0.5, new Results());
    }
    progress.begin(what, () -> "");
    for (int i = 0; i < rounds; i++) {
      for (String stack : stacks) {
        round(stack, seconds, results);
      }
    }
    progress.end(what, Measurement.summary(results, what, stacks));
  }

  private void round(String stack, double length, Results results) throws IOException {
    Child router = routers.get(stack);
    double before = router.userSeconds();
    String time = Double.toString(length);
    try (Child client =
        clients.get(stack).start(peer, "receive", "192.0.2.1", Integer.toString(PORT), time)) {
      String[] answer =
          client.succeeds(Duration.ofSeconds((long) length + 20)).out().strip().split(" ");
      double user = router.userSeconds() - before;
      results.add(what, stack, Double.parseDouble(answer[0]), Double.parseDouble(answer[1]), user);
    }
  }

  private void start(String stack) throws IOException {
    boolean kernel = stack.equals("kernel");
    boolean direct = kernel && what.equals(CABLE);
    Namespace inside = opened(new Namespace());
    Namespace outside = opened(new Namespace());
    Namespace middle = direct ? outside : opened(new Namespace());
    Child holder = opened(middle.holder());
    inside.addVeth("inner", direct ? "outer" : "in", holder);
    if (direct) {
      inside.ip("addr add 192.0.2.3/24 dev inner");
    } else {
      outside.addVeth("outer", "out", holder);
      middle.ip("link set in up");
      middle.ip("link set out up");
      middle.offloadsOff("in");
      middle.offloadsOff("out");
      inside.ip("addr add 10.0.0.2/24 dev inner");
      inside.ip("route add default via 10.0.0.1");
    }
    outside.ip("addr add 192.0.2.1/24 dev outer");
    outside.ip("link set outer up");
    inside.offloadsOff("inner");
    outside.offloadsOff("outer");
    Child server = opened(outside.start(peer, "serve", "sink", Integer.toString(PORT)));
    Child router = server;
    if (kernel && !direct) {
      middle.ip("addr add 10.0.0.1/24 dev in");
      middle.ip("addr add 192.0.2.2/24 dev out");
      middle.set("net/ipv4/ip_forward", "1");
      outside.ip("route add 10.0.0.0/24 via 192.0.2.2");
    } else if (!kernel) {
      Programs programs = stack.equals("native") ? Programs.NATIVE : Programs.JVM;
      String[] words = {"--inside", "in=10.0.0.1/24", "--outside", "out=192.0.2.2/24", "--nat"};
      router = opened(middle.start(programs.command("router", words)));
      router.says("routing", UP);
    }
    inside.awaitPort("192.0.2.1", PORT, router, UP);
    clients.put(stack, inside);
    routers.put(stack, router);
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
