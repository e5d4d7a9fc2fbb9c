// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

/**
 * Asks a running program how it is and prints that as tables, or as JSON.
 *
 * <p>It has no stack of its own. What it understands is what {@link StateReport} writes.
 */
public final class StatProgram {
  private static final int FAILED = 1;
  private static final int USED_WRONGLY = 2;

  /** Longest answer: some ten thousand rows. */
  private static final int ANSWER_BYTES = 4 << 20;

  private static final String USAGE =
      """
      stat PATH [--json]: show how a program is that was started with --control PATH
        --json              print one JSON object instead, with all that is known
        -a                  print counters that are 0 as well
        --help              print this
      """;

  private final Platform platform;
  private final Messages messages;
  private byte[] path;
  private boolean json;
  private boolean all;

  private StatProgram(Platform platform) {
    this.platform = platform;
    messages = new Messages(platform, "stat");
  }

  /** Runs to its end and answers the process's exit code. */
  public static int run(Platform platform) {
    return new StatProgram(platform).run();
  }

  private int run() {
    Arguments arguments = platform.arguments();
    for (int i = 0; i < arguments.count(); i++) {
      if (Words.is(arguments, i, "--help")) {
        platform.console().out(USAGE);
        return 0;
      } else if (Words.is(arguments, i, "--json")) {
        json = true;
      } else if (Words.is(arguments, i, "-a")) {
        all = true;
      } else if (path == null && Words.operand(arguments.get(i))) {
        path = arguments.get(i);
      } else {
        messages.say("unexpected word ", arguments.get(i), " (see --help)");
        return USED_WRONGLY;
      }
    }
    if (path == null) {
      messages.say("which program? Give the PATH of its --control (see --help)");
      return USED_WRONGLY;
    }
    return ask();
  }

  private int ask() {
    byte[] answer = new byte[ANSWER_BYTES];
    int octets = platform.ask(path, answer);
    if (octets < 0) {
      Text line = messages.begin("cannot ask at ").line();
      line.shown(path, 0, path.length, 100).put(": ").put(platform.failure());
      messages.end();
      return FAILED;
    }
    StatText text = new StatText(platform.console(), answer);
    if (!text.read(octets)) {
      messages.say("the answer is not whole, or of a program of another version");
      return FAILED;
    }
    int status = json ? text.json() : text.tables(all);
    return status < 0 ? FAILED : 0;
  }
}
