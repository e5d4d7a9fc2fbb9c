// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import dev.tulle.board.Board;
import dev.tulle.board.Image;
import dev.tulle.board.Qemu;
import dev.tulle.nativebuild.BuildFailure;
import dev.tulle.nativebuild.Freestanding;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code ./tulle metal test}: boots Tulle on each board in QEMU, without an operating system, and
 * lets this machine's programs use it.
 *
 * <p>Exit codes: 0 all passed, 1 something failed, 2 used wrongly.
 */
public final class MetalTrial {
  private static final String ADDRESS = "10.9.1.2";
  private static final int FILE_BYTES = 1 << 20;
  private static final int MOST_BYTES = 512 << 10;
  private static final double MOST_BUSY_PERCENT = 10;
  private static final Duration SHORT = Duration.ofSeconds(30);

  /** Gathering randomness from clocks takes longer where others use the processor. */
  private static final Duration START_WAIT = Duration.ofSeconds(60);

  private static final byte[] SMALL =
      "Tulle is a very light net.\n".repeat(20).getBytes(StandardCharsets.US_ASCII);
  private static final Pattern START = Pattern.compile("start ([0-9a-f]{16})");
  private static final Pattern IN_USE = Pattern.compile("memory in use: ([0-9]+)");
  private static final String UP = "memory in use";
  private static final String CLIENT = "client get";
  private static final int CLIENT_MB = 4;

  private final Path folder;
  private final Progress progress;
  private final List<Check> checks = new ArrayList<>();
  private Image image;
  private String start = "";

  private MetalTrial(Path folder, Progress progress) {
    this.folder = folder;
    this.progress = progress;
  }

  public static void main(String[] arguments) throws IOException {
    List<Board> boards = new ArrayList<>(arguments.length == 0 ? Board.ALL : List.of());
    for (String name : arguments) {
      Board board = Board.named(name);
      if (board == null) {
        System.err.println("metal: there is no board " + name);
        System.exit(2);
      }
      boards.add(board);
    }
    if (Namespace.refusal() != null) {
      Integer code = Unshared.run(MetalTrial.class, arguments);
      if (code != null) {
        System.exit(code);
      }
    }
    List<Check> all = new ArrayList<>();
    try (Progress progress = new Progress("metal")) {
      for (Board board : boards) {
        all.addAll(run(board, progress));
      }
    }
    System.out.println();
    System.out.print(Demo.table(all));
    long failed = all.stream().filter(check -> !check.pass()).count();
    String verdict = failed == 0 ? "All %d passed.%n" : "%2$d of %1$d failed.%n";
    System.out.printf(verdict, all.size(), failed);
    System.exit(failed == 0 ? 0 : 1);
  }

  /** Everything that is checked of one board. */
  static List<Check> run(Board board, Progress progress) throws IOException {
    Path folder = Scratch.folder("tulle-metal");
    try {
      MetalTrial trial = new MetalTrial(folder, progress);
      trial.run(board);
      return trial.checks;
    } finally {
      Scratch.remove(folder);
    }
  }

  /** Why a board cannot be tried here, or null. */
  static String refusal(Board board) {
    for (String tool : List.of(board.qemu().get(0), board.gcc().get(0), "curl")) {
      if (!isThere(tool)) {
        return tool + " is not installed";
      }
    }
    return null;
  }

  private static boolean isThere(String tool) {
    return Stream.of((System.getenv("PATH") + ":/usr/sbin").split(":", -1))
        .anyMatch(place -> Files.isExecutable(Path.of(place, tool)));
  }

  private void run(Board board) throws IOException {
    String refusal = refusal(board);
    if (refusal != null) {
      progress.line(board.name() + " is skipped: " + refusal);
      return;
    }
    Path www = Files.createDirectories(folder.resolve("www"));
    Digests.writeRandom(www.resolve("1mb.bin"), FILE_BYTES, 1);
    Files.write(www.resolve("small.txt"), SMALL);
    String name = board.name() + ".";
    check(
        name + "image", "bytes", "text and data, stack and Java runtime in it", () -> make(board));
    if (image == null) {
      return;
    }
    refusal = Namespace.refusal();
    if (refusal == null) {
      onTap(board, name);
      if (board.programs().containsKey(CLIENT)) {
        check(name + "get", "bytes", "in use by get: an address by DHCP, a file", () -> get(board));
        if (isThere("dnsmasq")) {
          check(
              name + "get_by_name",
              "bytes",
              "DHCP, SLAAC, a name by DNS, a file over IPv6",
              () -> getByName(board));
        } else {
          progress.line("get by name is skipped: dnsmasq is not installed");
        }
      }
    } else {
      progress.line("no TAP device: " + refusal + "; QEMU's own network alone is tried.");
    }
    onUserNetwork(board, name);
    check(
        name + "no_jitter",
        "",
        "a machine that counts instructions waits for randomness",
        () -> waiting(board));
  }

  private double make(Board board) throws IOException {
    try {
      image = Image.build(Programs.root(), board, "minimal httpd", folder.resolve("www"));
      long[] sizes = Freestanding.sizes(image.program());
      return sizes[0] + sizes[1] - (image.flash() == null ? image.fileOctets() : 0);
    } catch (BuildFailure e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private void onTap(Board board, String name) throws IOException {
    String words = "--address " + ADDRESS + "/24 --gateway 10.9.1.1";
    try (Namespace namespace = new Namespace()) {
      namespace.addTap("tulle1", "10.9.1.1/24");
      List<String> command =
          Qemu.command(Programs.root(), board, image, board.memoryMb(), Qemu.tap("tulle1"), words);
      try (Child machine = namespace.start(command)) {
        check(name + "boot", "MB", "memory of the machine", () -> booted(board, machine));
        check(name + "memory", "bytes", "in use, its files left out", () -> memory(machine));
        check(
            name + "ping",
            "ms",
            "mean round trip of 20, by TAP",
            () -> {
              LiveDemo.ping(namespace, ADDRESS, 1); // a card may negotiate its speed for a while
              return LiveDemo.ping(namespace, ADDRESS, 20);
            });
        check(
            name + "curl_1mb",
            "MB/s",
            "curl from its httpd, equal SHA-256",
            () -> curl(namespace::start, "http://" + ADDRESS + "/1mb.bin"));
        check(
            name + "requests_100",
            "requests/s",
            "100 requests over 10 connections at once",
            () -> 100 / new ManyRequests(namespace, ADDRESS, 80).run("/small.txt", SMALL, 10, 10));
        check(name + "idle", "%", "of a processor that QEMU takes while idle", () -> idle(machine));
      }
    }
  }

  private void onUserNetwork(Board board, String name) throws IOException {
    String words = "--address 10.0.2.15/24 --gateway 10.0.2.2";
    int port = freePort();
    List<String> command =
        new ArrayList<>(
            Qemu.command(
                Programs.root(), board, image, board.memoryMb(), Qemu.user(port + ":80"), words));
    command.addAll(board.clocksAlone());
    try (Child machine = Child.start(command)) {
      check(
          name + "boot_again",
          "MB",
          "another start, other seeds, from its clocks alone",
          () -> booted(board, machine));
      check(
          name + "forward_1mb",
          "MB/s",
          "curl through a forwarded port, equal SHA-256",
          () -> curl(Child::start, "http://127.0.0.1:" + port + "/1mb.bin"));
    }
  }

  /** The board fetches a file from the kernel through QEMU's own network and its DHCP server. */
  private double get(Board board) throws IOException {
    try (Namespace namespace = new Namespace();
        KernelHttp ignored = new KernelHttp(namespace, "127.0.0.1", 8000, folder.resolve("www"))) {
      return get(board, namespace, Qemu.user(), "http://10.0.2.2:8000");
    }
  }

  /** As above on a TAP device, where it has an address of each family and a name leads to one. */
  private double getByName(Board board) throws IOException {
    try (MetalNetwork network = new MetalNetwork(folder.resolve("www"), folder)) {
      String tap = Qemu.tap(MetalNetwork.TAP);
      // Both families' addresses are waited for: the server has one of IPv6 alone.
      String words = "--address auto http://" + MetalNetwork.SERVER;
      double octets = get(board, network.namespace, tap, words);
      if (!network.asked()) {
        throw new IOException("nobody was asked for the name");
      }
      return octets;
    }
  }

  /**
   * Boots the client.
   *
   * @param rest of its words: where the file is, options before it
   */
  private double get(Board board, Namespace namespace, String network, String rest)
      throws IOException {
    try {
      Image client = Image.build(Programs.root(), board, CLIENT, folder.resolve("www"));
      String words = "--address dhcp " + rest + "/small.txt";
      int memoryMb = Math.max(CLIENT_MB, board.memoryMb());
      List<String> command = Qemu.command(Programs.root(), board, client, memoryMb, network, words);
      try (Child machine = namespace.start(command)) {
        String text = new String(SMALL, StandardCharsets.US_ASCII);
        if (!machine.says("stopped with code 0", START_WAIT) || !machine.out().contains(text)) {
          throw new IOException(machine.out() + machine.error());
        }
        Matcher used = IN_USE.matcher(machine.out());
        return used.find() ? Double.parseDouble(used.group(1)) : Double.NaN;
      }
    } catch (BuildFailure e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Boots on a processor whose time is the number of its instructions: nothing there is random. */
  private double waiting(Board board) throws IOException {
    List<String> command =
        new ArrayList<>(
            Qemu.command(
                Programs.root(),
                board,
                image,
                board.memoryMb(),
                Qemu.user(),
                "--address 10.0.2.15/24"));
    command.addAll(board.clocksAlone());
    command.addAll(List.of("-icount", "shift=5,sleep=off"));
    try (Child machine = Child.start(command)) {
      if (!machine.says("waiting for randomness", SHORT) || machine.out().contains("start")) {
        throw new IOException("it began: " + machine.lastWords());
      }
      return 1;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private double booted(Board board, Child machine) throws IOException {
    if (!machine.says(UP, START_WAIT)) {
      throw new IOException("it did not come up: " + machine.lastWords());
    }
    Matcher drawn = START.matcher(machine.out());
    if (!drawn.find() || drawn.group(1).equals(start)) {
      throw new IOException("two starts drew the same: " + start);
    }
    start = drawn.group(1);
    return board.memoryMb();
  }

  private static double memory(Child machine) throws IOException {
    Matcher used = IN_USE.matcher(machine.out());
    if (!used.find()) {
      throw new IOException(machine.lastWords());
    }
    double octets = Double.parseDouble(used.group(1));
    if (octets > MOST_BYTES) {
      throw new IOException(octets + " are in use");
    }
    return octets;
  }

  /** What starts a program, here or in a namespace. */
  private interface Starter {
    Child start(List<String> command) throws IOException;
  }

  private double curl(Starter starter, String url) throws IOException {
    String to = folder.resolve("copy").toString();
    long begunNs = System.nanoTime();
    try (Child child = starter.start(List.of("curl", "-sS", "--fail", "-m", "20", "-o", to, url))) {
      child.succeeds(SHORT);
    }
    double seconds = (System.nanoTime() - begunNs) / 1e9;
    Path copy = folder.resolve("copy");
    String expected = Digests.sha256(folder.resolve("www").resolve("1mb.bin"));
    if (!Digests.sha256(copy).equals(expected)) {
      throw new IOException("another SHA-256");
    }
    Files.delete(copy);
    return FILE_BYTES / 1e6 / seconds;
  }

  /** What share of a processor's time passes in QEMU while nothing happens. */
  private static double idle(Child machine) throws IOException {
    double before = machine.cpuSeconds();
    try {
      Thread.sleep(2000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    double percent = (machine.cpuSeconds() - before) / 2 * 100;
    if (percent > MOST_BUSY_PERCENT) {
      throw new IOException(String.format(Locale.ROOT, "%.0f %% while idle", percent));
    }
    return percent;
  }

  private void check(String name, String unit, String detail, LiveDemo.Trial trial) {
    progress.begin(name, () -> "");
    Check check;
    try {
      check = Check.passed(name, trial.run(), unit, detail);
    } catch (IOException | RuntimeException e) {
      check = Check.failed(name, unit, e.getMessage() == null ? e.toString() : e.getMessage());
    }
    checks.add(check);
    progress.end(
        name,
        check.pass()
            ? String.format(Locale.ROOT, "%.2f %s", check.value(), unit)
            : "FAIL: " + check.detail());
  }
}
