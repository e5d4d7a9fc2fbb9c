// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.bench;

import dev.tulle.conformance.Child;
import dev.tulle.conformance.Namespace;
import dev.tulle.conformance.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One web server on Netty, which wrk asks over many connections: on the kernel between two
 * namespaces, and put on Tulle at a TAP device.
 */
final class NettyWeb implements AutoCloseable {
  static final String WHAT = "netty";

  /** Netty's NIO transport is the kernel's as well; Tulle's provider is for the JVM alone. */
  static final List<String> STACKS = List.of("kernel", "jvm");

  private static final int PORT = 8080;
  private static final Duration UP = Duration.ofSeconds(20);
  private static final Pattern COUNT = Pattern.compile("([0-9]+) requests in ([0-9.]+)(m?s)");

  private final List<AutoCloseable> open = new ArrayList<>();
  private final Map<String, Namespace> clients = new LinkedHashMap<>();
  private final int rounds;
  private final int seconds;

  NettyWeb(boolean quick) {
    rounds = quick ? 3 : 7;
    seconds = quick ? 1 : 2;
  }

  /** Adds to {@code results} as many figures for each stack as there are rounds. */
  void run(Progress progress, Results results) throws IOException {
    for (String stack : STACKS) {
      start(stack);
      round(stack, 4 * seconds, new Results()); // the JVM compiles its hot code now
    }
    progress.begin(WHAT, () -> "");
    for (int i = 0; i < rounds; i++) {
      for (String stack : STACKS) {
        round(stack, seconds, results);
      }
    }
    progress.end(WHAT, Measurement.summary(results, WHAT, STACKS));
  }

  private static String address(String stack) {
    return stack.equals("kernel") ? "10.8.0.2" : "10.9.0.2";
  }

  private void round(String stack, int length, Results results) throws IOException {
    String url = "http://" + address(stack) + ":" + PORT + "/";
    try (Child wrk = clients.get(stack).start("wrk", "-t1", "-c64", "-d" + length + "s", url)) {
      String out = wrk.succeeds(Duration.ofSeconds(length + 20)).out();
      Matcher count = COUNT.matcher(out);
      if (!count.find() || out.contains("Socket errors") || out.contains("Non-2xx")) {
        throw new IOException(stack + ", " + WHAT + ": " + out);
      }
      double time = Double.parseDouble(count.group(2)) / (count.group(3).equals("ms") ? 1000 : 1);
      results.add(WHAT, stack, Double.parseDouble(count.group(1)), time, 0);
    }
  }

  private void start(String stack) throws IOException {
    Namespace here = opened(new Namespace());
    Namespace serving = here;
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-cp"));
    command.add(System.getProperty("java.class.path"));
    if (stack.equals("kernel")) {
      serving = opened(new Namespace());
      try (Child holder = serving.holder()) {
        here.addVeth("tulle-a", "tulle-b", holder);
      }
      here.ip("addr add 10.8.0.1/24 dev tulle-a");
      serving.ip("addr add 10.8.0.2/24 dev tulle-b");
      serving.ip("link set tulle-b up");
      here.offloadsOff("tulle-a");
      serving.offloadsOff("tulle-b");
    } else {
      here.addTap("tulle0", "10.9.0.1/24");
      here.offloadsOff("tulle0");
      command.add("-Djava.nio.channels.spi.SelectorProvider=dev.tulle.nio.TulleProvider");
      command.addAll(List.of("-Dtulle.link=tap:tulle0", "-Dtulle.address=10.9.0.2/24"));
    }
    command.addAll(List.of("dev.tulle.bench.HelloServer", address(stack), "" + PORT));
    Child server = opened(serving.start(command));
    here.awaitPort(address(stack), PORT, server, UP);
    clients.put(stack, here);
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
