// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * {@code ./tulle packetdrill}: plays scripts in packetdrill's language and tells which pass.
 *
 * <p>Exit codes: 0 all passed, 1 something failed, 2 used wrongly.
 */
public final class Packetdrill {
  private static final String USAGE =
      """
      Usage: ./tulle packetdrill [--tolerance_usecs=N] FILE...

      Plays scripts in packetdrill's language against Tulle's TCP on a virtual clock. A folder
      stands for all files below it that end in .pkt.

      A script passes "as is", or where the PSH flags that it expects are ignored: no RFC says
      where these have to be. Otherwise the first difference is told.

        --tolerance_usecs=N  how far off an event may be, where the script does not say: 4000
        --help               print this
      """;

  /** How a script went. */
  enum Result {
    AS_IS("pass"),
    PUSH_IGNORED("pass (PSH ignored)"),
    FAILED("FAIL");

    final String text;

    Result(String text) {
      this.text = text;
    }
  }

  /**
   * What came out of one script.
   *
   * @param line of the first difference
   * @param difference what it is; null where there is none
   */
  record Verdict(Result result, int line, String difference) {}

  private Packetdrill() {}

  public static void main(String[] arguments) throws IOException {
    Map<String, String> options = new HashMap<>();
    List<Path> files = new ArrayList<>();
    for (String argument : arguments) {
      if (argument.equals("--help")) {
        System.out.print(USAGE);
        return;
      } else if (argument.matches("--tolerance_usecs=\\d{1,9}")) {
        options.put("tolerance_usecs", argument.substring(argument.indexOf('=') + 1));
      } else if (argument.startsWith("-")) {
        misuse("unknown argument " + argument + " (see --help)");
      } else if (!Files.isReadable(Path.of(argument))) {
        misuse("cannot read " + argument);
      } else {
        files.addAll(scripts(Path.of(argument)));
      }
    }
    if (files.isEmpty()) {
      misuse("no script was named (see --help)");
    }
    System.exit(run(files, options));
  }

  private static int run(List<Path> files, Map<String, String> options) throws IOException {
    int passed = 0;
    for (Path file : files) {
      Verdict verdict = play(Files.readString(file, ISO_8859_1), options);
      System.out.println(file + ": " + verdict.result().text);
      if (verdict.result() == Result.FAILED) {
        System.out.println("  line " + verdict.line() + ", " + verdict.difference());
      } else {
        passed++;
      }
    }
    System.out.println(passed + " passed, " + (files.size() - passed) + " failed");
    return passed == files.size() ? 0 : 1;
  }

  /** Plays one script: as it is, and if that fails without regard to PSH. */
  static Verdict play(String text, Map<String, String> options) {
    Verdict first = play(text, false, options);
    if (first.result() == Result.AS_IS) {
      return first;
    }
    Verdict second = play(text, true, options);
    return second.result() == Result.FAILED ? second : new Verdict(Result.PUSH_IGNORED, 0, null);
  }

  private static Verdict play(String text, boolean pushIgnored, Map<String, String> options) {
    Playback playback = null;
    try {
      playback = new Playback(ScriptParser.parse(text), pushIgnored, options);
      playback.run();
      return new Verdict(Result.AS_IS, 0, null);
    } catch (Difference e) {
      String ignored = playback == null ? "" : playback.ignored();
      return new Verdict(Result.FAILED, e.line, e.getMessage() + ignored);
    } catch (RuntimeException e) {
      // A bug of the stack or of the runner: the other scripts are played all the same.
      return new Verdict(Result.FAILED, playback == null ? 0 : playback.line(), e.toString());
    }
  }

  /** A file, or the scripts below a folder in the order of their names. */
  static List<Path> scripts(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> below = Files.walk(path)) {
      return below.filter(file -> file.toString().endsWith(".pkt")).sorted().toList();
    }
  }

  private static void misuse(String sentence) {
    System.err.println("packetdrill: " + sentence);
    System.exit(2);
  }
}
