// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The demo with TAP devices and real programs.
 *
 * <p>First what is measured, one after the other: natively, then on the JVM. Then the transfers
 * through bad networks, which mostly wait, all at once, each with a TAP device of its own.
 */
final class LiveDemo {
  private static final int SIZE = 64 << 20;
  private static final int PORT = 80;
  private static final int KERNEL_PORT = 8000;
  private static final String FILE = "64mb.bin";
  private static final String SMALL = "small.txt";
  private static final Duration SHORT = Duration.ofSeconds(30);
  private static final Duration CLEAN = Duration.ofSeconds(60);
  private static final Duration IMPAIRED = Duration.ofSeconds(400);
  static final String ROUGH = "loss=2%,delay=5ms,reorder=1%,seed=7";
  static final String LOSSY = "loss=5%,seed=11";
  private static final Pattern RTT = Pattern.compile("= [0-9.]+/([0-9.]+)/");
  private static final Pattern BITS =
      Pattern.compile("\"sum_received\".*?\"bits_per_second\":\\s*([0-9.e+]+)", Pattern.DOTALL);

  private final Path folder;
  private final Progress progress;
  private final List<Check> checks;
  private final AtomicInteger lanes = new AtomicInteger();
  private Namespace namespace;
  private String digest;
  private byte[] small;

  LiveDemo(Path folder, Progress progress, List<Check> checks) {
    this.folder = folder;
    this.progress = progress;
    this.checks = checks;
  }

  /** What a check does: it answers what was measured, or throws with the reason of its failure. */
  interface Trial {
    double run() throws IOException;
  }

  void run() throws IOException {
    progress.begin("a file of 64 MB", () -> "");
    Files.createDirectories(folder.resolve("www"));
    Digests.writeRandom(folder.resolve("www").resolve(FILE), SIZE, 1);
    digest = Digests.sha256(folder.resolve("www").resolve(FILE));
    small = "Tulle is a very light net.\n".repeat(40).getBytes(StandardCharsets.US_ASCII);
    Files.write(folder.resolve("www").resolve(SMALL), small);
    progress.end("a file of 64 MB", "SHA-256 " + digest.substring(0, 16) + "…");
    buildNatives();
    try (Namespace made = new Namespace();
        KernelHttp ignored = new KernelHttp(made, "0.0.0.0", KERNEL_PORT, folder.resolve("www"))) {
      namespace = made;
      List<Programs> platforms = List.of(Programs.NATIVE, Programs.JVM);
      for (Programs programs : platforms) {
        measured(programs);
      }
      impaired(platforms);
    }
  }

  private void buildNatives() {
    for (String app : List.of("httpd", "get", "ping", "iperf3")) {
      check(
          "native." + app + "_text",
          "bytes",
          "size: code and constants, C library included",
          () -> {
            try (Child size = Child.start(List.of("size", Programs.binary(app).toString()))) {
              String line = size.succeeds(SHORT).out().lines().skip(1).findFirst().orElseThrow();
              return Double.parseDouble(line.strip().split("\\s+")[0]);
            }
          });
    }
  }

  private void measured(Programs programs) throws IOException {
    String name = programs.name() + ".";
    Lane lane = lane();
    String www = folder.resolve("www").toString();
    try (Child httpd = lane.serve(programs, "httpd", PORT, www)) {
      check(
          name + "ping",
          "ms",
          "ping Tulle: mean round trip of 50",
          () -> ping(namespace, lane.tulle(), 50));
      check(
          name + "curl_get_64mb",
          "MB/s",
          "curl from Tulle's httpd, equal SHA-256",
          () -> curl(lane, programs.name() + "-curl", CLEAN));
      check(
          name + "requests_1000",
          "requests/s",
          "1,000 requests over 100 connections at once",
          () ->
              1000
                  / new ManyRequests(namespace, lane.tulle(), PORT)
                      .run("/" + SMALL, small, 100, 10));
      check(
          name + "httpd_peak_rss",
          "KB",
          "of httpd after all that",
          () -> {
            stillAlive(httpd);
            return httpd.peakRssKb();
          });
      check(name + "stop", "ms", "httpd ends when asked to", () -> stop(httpd));
    } catch (IOException e) {
      checks.add(Check.failed(name + "httpd", "", e.getMessage()));
    }
    check(name + "ping_out", "echoes", "Tulle pings the kernel", () -> pingOut(programs, lane));
    check(
        name + "get_64mb",
        "MB/s",
        "Tulle's get from a server of the kernel, equal SHA-256",
        () -> get(programs, lane, null, programs.name() + "-get", CLEAN));
    try (Child server = lane.serve(programs, "iperf3", 5201, "-s")) {
      check(name + "iperf3_receive", "MB/s", "iperf3 -c to Tulle's iperf3 -s", () -> iperf3(lane));
      check(name + "iperf3_send", "MB/s", "the same with -R", () -> iperf3(lane, "-R"));
      stillAlive(server);
    } catch (IOException e) {
      checks.add(Check.failed(name + "iperf3_server", "", e.getMessage()));
    }
    check(
        name + "iperf3_client",
        "MB/s",
        "Tulle's iperf3 -c to the kernel's iperf3 -s",
        () -> iperf3Client(programs, lane));
  }

  private void impaired(List<Programs> platforms) throws IOException {
    ExecutorService workers = Executors.newFixedThreadPool(8);
    List<Future<List<Check>>> all = new ArrayList<>();
    for (Programs programs : platforms) {
      for (String[] kind : new String[][] {{"rough", ROUGH}, {"loss5", LOSSY}}) {
        String name = programs.name() + "." + kind[0];
        all.add(
            workers.submit(
                () ->
                    List.of(
                        trial(
                            name + "_curl_get_64mb",
                            "MB/s",
                            "curl from httpd, " + kind[1],
                            () -> impairedCurl(programs, kind[1], name)))));
        all.add(
            workers.submit(
                () ->
                    List.of(
                        trial(
                            name + "_get_64mb",
                            "MB/s",
                            "get from the kernel, " + kind[1],
                            () -> get(programs, lane(), kind[1], name + "-get", IMPAIRED)))));
      }
    }
    workers.shutdown();
    for (Future<List<Check>> one : all) {
      try {
        checks.addAll(one.get());
      } catch (ExecutionException e) {
        throw new IOException(e.getCause().toString(), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }

  private Lane lane() throws IOException {
    return new Lane(namespace, lanes.incrementAndGet());
  }

  private void check(String name, String unit, String detail, Trial trial) {
    checks.add(trial(name, unit, detail, trial));
  }

  private Check trial(String name, String unit, String detail, Trial trial) {
    progress.begin(name, () -> received(name));
    Check check;
    try {
      check = Check.passed(name, trial.run(), unit, detail);
    } catch (IOException | RuntimeException e) {
      check = Check.failed(name, unit, e.getMessage() == null ? e.toString() : e.getMessage());
    }
    progress.end(
        name,
        check.pass()
            ? String.format(Locale.ROOT, "%.2f %s", check.value(), unit)
            : "FAIL: " + check.detail());
    return check;
  }

  /** How much of a file that a transfer writes has arrived. */
  private String received(String name) {
    String stem =
        name.replace("_curl_get_64mb", "-curl").replace("_get_64mb", "-get").replace(".", "-");
    try {
      for (String end : new String[] {"", ".part"}) {
        Path file = folder.resolve(stem + end);
        if (Files.exists(file)) {
          return (Files.size(file) >> 20) + " of 64 MB";
        }
      }
    } catch (IOException gone) {
      // It was renamed in between.
    }
    return "";
  }

  /** The mean round trip to a host of a number of echo requests, in ms; all must be answered. */
  static double ping(Namespace namespace, String host, int count) throws IOException {
    String times = Integer.toString(count);
    String text = namespace.ping(SHORT, "-c", times, "-i", "0.02", "-W", "2", host);
    Matcher rtt = RTT.matcher(text);
    if (!rtt.find()) {
      throw new IOException(text);
    }
    return Double.parseDouble(rtt.group(1));
  }

  private double pingOut(Programs programs, Lane lane) throws IOException {
    try (Child ping = lane.start(programs, "ping", lane.kernel(), "-c", "3")) {
      ping.succeeds(SHORT);
      return 3;
    }
  }

  private double impairedCurl(Programs programs, String impair, String name) throws IOException {
    Lane lane = lane();
    try (Child httpd =
        lane.serve(programs, "httpd", PORT, folder.resolve("www").toString(), "--impair", impair)) {
      double rate = curl(lane, name.replace('.', '-') + "-curl", IMPAIRED);
      stillAlive(httpd);
      return rate;
    }
  }

  /** Downloads with curl from Tulle; answers MB (10^6 octets) a second. */
  private double curl(Lane lane, String name, Duration limit) throws IOException {
    Path file = folder.resolve(name);
    String url = "http://" + lane.tulle() + "/" + FILE;
    long begunNs = System.nanoTime();
    try (Child curl = namespace.start("curl", "-sS", "--fail", "-o", file.toString(), url)) {
      curl.succeeds(limit);
    }
    return rate(file, begunNs);
  }

  /** Downloads with Tulle's get from the kernel; the start of the program counts. */
  private double get(Programs programs, Lane lane, String impair, String name, Duration limit)
      throws IOException {
    Path file = folder.resolve(name.replace('.', '-'));
    String url = "http://" + lane.kernel() + ":" + KERNEL_PORT + "/" + FILE;
    List<String> get = new ArrayList<>(List.of(url, "-o", file.toString()));
    if (impair != null) {
      get.addAll(List.of("--impair", impair));
    }
    long begunNs = System.nanoTime();
    try (Child child = lane.start(programs, "get", get.toArray(String[]::new))) {
      child.succeeds(limit);
    }
    return rate(file, begunNs);
  }

  private double rate(Path file, long begunNs) throws IOException {
    double seconds = (System.nanoTime() - begunNs) / 1e9;
    String arrived = Digests.sha256(file);
    long size = Files.size(file);
    Files.delete(file);
    if (!arrived.equals(digest)) {
      throw new IOException("another SHA-256, of " + size + " octets: " + arrived);
    }
    return size / seconds / 1e6;
  }

  private double iperf3(Lane lane, String... more) throws IOException {
    List<String> command = new ArrayList<>(List.of("iperf3", "-c", lane.tulle(), "-t", "3", "-J"));
    command.addAll(List.of(more));
    try (Child client = namespace.start(command)) {
      return megabytes(client.succeeds(SHORT));
    }
  }

  private double iperf3Client(Programs programs, Lane lane) throws IOException {
    try (Child server = namespace.start("iperf3", "-s", "-1", "-J", "-B", lane.kernel())) {
      // With -J it says nothing when it is up, and a connection to try would be its one test.
      namespace.awaitListening(5201, server, SHORT);
      try (Child client = lane.start(programs, "iperf3", "-c", lane.kernel(), "-t", "3")) {
        client.succeeds(SHORT);
      }
      return megabytes(server.succeeds(SHORT));
    }
  }

  private static double megabytes(Child iperf3) throws IOException {
    Matcher bits = BITS.matcher(iperf3.out());
    if (!bits.find() || Double.parseDouble(bits.group(1)) == 0) {
      throw new IOException("nothing was received: " + iperf3.lastWords());
    }
    return Double.parseDouble(bits.group(1)) / 8e6;
  }

  private static double stop(Child child) throws IOException {
    long begunNs = System.nanoTime();
    child.terminate();
    child.await(Duration.ofSeconds(5));
    return (System.nanoTime() - begunNs) / 1e6;
  }

  private static void stillAlive(Child child) throws IOException {
    if (!child.alive()) {
      throw new IOException("it ended before it was asked to: " + child.lastWords());
    }
  }
}
