// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.ip.Endpoint;
import dev.tulle.stack.Status;

/** A program's complaints: one sentence each on standard error, after the program's name. */
final class Messages {
  /** What {@link Program#take} answers after a complaint. */
  static final int SAID = -1;

  private static final int WORD_BYTES = 100;

  private final Console console;
  private final String name;
  private final Text line = new Text(400);

  Messages(Platform platform, String name) {
    console = platform.console();
    this.name = name;
  }

  /** Says one sentence; answers {@link #SAID}. */
  int say(String sentence) {
    return begin(sentence).end();
  }

  /** Says a sentence about a word that somebody typed or sent; answers {@link #SAID}. */
  int say(String before, byte[] word, String after) {
    begin(before).line.shown(word, 0, word.length, WORD_BYTES).put(after);
    return end();
  }

  /** Says a sentence about a file's name and what is wrong with it; answers {@link #SAID}. */
  int sayFile(String before, byte[] path, int length, int error) {
    begin(before).line.shown(path, 0, length, WORD_BYTES).put(": ").put(fileError(error));
    return end();
  }

  /** Says what happened at a peer's address and port; answers {@link #SAID}. */
  int sayPeer(String before, Endpoint peer, int status) {
    begin(before).line.address(peer).put(" port ").decimal(peer.port);
    line.put(": ").put(cause(status));
    return end();
  }

  /** Begins a sentence that the caller continues in {@link #line} and ends with {@link #end}. */
  Messages begin(String text) {
    line.clear().put(name).put(": ").put(text);
    return this;
  }

  Text line() {
    return line;
  }

  int end() {
    line.octet('\n');
    line.toError(console);
    return SAID;
  }

  /** What a negative {@link Status} means to the program's user. */
  static String cause(int status) {
    switch (status) {
      case Status.CLOSED:
        return "the connection was closed";
      case Status.NO_RESOURCES:
        return "no connection is free";
      case Status.IN_USE:
        return "the port is taken";
      case Status.UNREACHABLE:
        return "no route leads there; is --gateway missing?";
      case Status.REFUSED:
        return "connection refused";
      case Status.RESET:
        return "the peer reset the connection";
      case Status.TIMED_OUT:
        return "no answer in time";
      case Status.LINK_DOWN:
        return "the link is gone";
      case Status.TOO_LARGE:
        return "the message is too large";
      default:
        return "the network call failed";
    }
  }

  /** What a negative number from {@link Files} or {@link Console} means. */
  static String fileError(int error) {
    switch (error) {
      case Files.MISSING:
        return "no such file or directory";
      case Files.DENIED:
        return "permission denied";
      case Files.FULL:
        return "no space left on the device";
      case Files.WRONG_KIND:
        return "not the right kind of file";
      case Files.TOO_MANY:
        return "too many open files";
      case Status.CLOSED:
        return "nobody reads the output any more";
      default:
        return "input or output error";
    }
  }
}
