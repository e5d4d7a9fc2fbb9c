// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.profile.Host;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;

/**
 * Answers who asks a running program how it is: the option {@code --control}, and for {@link
 * StatProgram} a {@link StateReport}.
 *
 * <p>A program that is not handed one has neither the option nor the code.
 */
public final class Inspector {
  static final String USAGE =
      """
        --control PATH      answer `stat PATH` by a socket there: addresses, neighbours, routes,
                            sockets, counters
      """;

  /** Rows of an answer that are written in one turn, so that the stack gets its own. */
  private static final int TURN = 64;

  /** A reader who is slow is asked again so soon, and is given up after some time. */
  private static final long RETRY_NS = 10_000_000L;

  private static final long PATIENCE_NS = 2_000_000_000L;

  private final Platform platform;
  private byte[] path;
  private Control control;
  private StateReport report;

  /** Whether somebody is being answered, and how much of the row has gone to him. */
  private boolean answering;

  private int written;
  private long giveUpNs;

  public Inspector(Platform platform) {
    this.platform = platform;
  }

  /** Takes the word at {@code index} and its value, as {@link Program#take} does. */
  int take(Messages messages, Arguments arguments, int index) {
    if (!Words.is(arguments, index, "--control")) {
      return 0;
    }
    path = new Words(messages).value(arguments, index);
    return path == null ? Messages.SAID : 2;
  }

  /**
   * Begins to listen, where that is wanted; false, with a complaint, where that fails.
   *
   * @param names what the host's ports are called
   */
  boolean open(Messages messages, Host host, byte[][] names) {
    if (path == null) {
      return true;
    }
    control = platform.openControl(path);
    if (control == null) {
      Text line = messages.begin("cannot listen at ").line();
      line.shown(path, 0, path.length, 100).put(": ").put(platform.failure());
      messages.end();
      return false;
    }
    report = new StateReport(host, names);
    return true;
  }

  /** Answers as much as can be now; tells when to be called again. */
  long poll(long nowNs) {
    if (control == null) {
      return Part.NEVER;
    }
    for (int i = 0; i < TURN; i++) {
      if (!answering) {
        if (!control.asked()) {
          return Part.NEVER;
        }
        answering = true;
        report.begin();
        written = report.row.end;
        giveUpNs = nowNs + PATIENCE_NS;
      }
      StateRow row = report.row;
      if (written == row.end) {
        written = 0;
        if (!report.next(nowNs)) {
          end();
          continue;
        }
      }
      int taken = control.write(row.bytes, written, row.end - written);
      if (taken == Status.WOULD_BLOCK && giveUpNs - nowNs > 0) {
        return nowNs + RETRY_NS;
      }
      if (taken < 0) {
        end();
      } else {
        written += taken;
        giveUpNs = nowNs + PATIENCE_NS;
      }
    }
    return nowNs;
  }

  private void end() {
    control.hangUp();
    answering = false;
  }

  /** Takes the path away again. */
  void close() {
    if (control != null) {
      control.close();
    }
  }
}
