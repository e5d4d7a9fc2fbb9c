// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

/** A script's text and a place in it: the parsers' common ground. */
final class Source {
  private final String text;
  private int at;
  private int line = 1;

  Source(String text) {
    this.text = text;
  }

  int line() {
    return line;
  }

  Difference error(String what) {
    return new Difference(line, what);
  }

  /** Passes over blanks, line ends and comments. */
  void skip() {
    while (at < text.length()) {
      if (Character.isWhitespace(text.charAt(at))) {
        advance(1);
      } else if (text.startsWith("//", at) || text.charAt(at) == '#') {
        skipLine();
      } else if (text.startsWith("/*", at)) {
        advance(until("*/").length() + 2);
      } else {
        return;
      }
    }
  }

  /** Passes over blanks within the line. */
  void skipBlanks() {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
  }

  void skipLine() {
    while (at < text.length() && text.charAt(at) != '\n') {
      at++;
    }
  }

  boolean ended() {
    return at >= text.length();
  }

  /** Whether nothing but a comment follows in this line. */
  boolean lineEnded() {
    skipBlanks();
    return ended() || text.charAt(at) == '\n' || text.charAt(at) == '\r' || looking("//");
  }

  char peek() {
    return at < text.length() ? text.charAt(at) : '\0';
  }

  boolean looking(String what) {
    return text.startsWith(what, at);
  }

  /** Passes over a text if it is next, blanks before it apart. */
  boolean accept(String what) {
    skip();
    if (!looking(what)) {
      return false;
    }
    advance(what.length());
    return true;
  }

  /** The character that was passed over last. */
  char taken() {
    return text.charAt(at - 1);
  }

  void require(String what) {
    if (!accept(what)) {
      throw error("'" + what + "' was expected before '" + rest() + "'");
    }
  }

  /** What is left of the line, for messages. */
  String rest() {
    int end = text.indexOf('\n', at);
    return text.substring(at, end < 0 ? text.length() : end).strip();
  }

  /** The text up to a mark, which stays; the place does not move. */
  String until(String mark) {
    int end = text.indexOf(mark, at);
    if (end < 0) {
      throw error("'" + mark + "' is missing");
    }
    return text.substring(at, end);
  }

  /** Takes the text up to a mark, and passes over the mark. */
  String takeUntil(String mark) {
    String taken = until(mark);
    advance(taken.length() + mark.length());
    return taken;
  }

  /** Takes letters, digits and underscores; empty where there are none. */
  String word() {
    skip();
    int from = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
      at++;
    }
    return text.substring(from, at);
  }

  /** Takes whatever is neither blank nor one of the given characters. */
  String run(String stops) {
    skip();
    int from = at;
    while (at < text.length()
        && !Character.isWhitespace(text.charAt(at))
        && stops.indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(from, at);
  }

  boolean lookingAtNumber() {
    skip();
    char c = peek();
    return c >= '0' && c <= '9';
  }

  /** Takes an integer, decimal or hexadecimal, with a sign or without. */
  long integer() {
    skip();
    boolean negative = looking("-");
    if (negative) {
      at++;
    }
    String digits = word();
    try {
      long value = digits.isEmpty() ? fail() : Long.decode(digits);
      return negative ? -value : value;
    } catch (NumberFormatException e) {
      throw error("'" + digits + "' is not a number");
    }
  }

  /** Takes seconds with or without a fraction. */
  long nanoseconds() {
    skip();
    int from = at;
    while (at < text.length() && (Character.isDigit(peek()) || peek() == '.' && !looking(".."))) {
      at++;
    }
    if (from == at) {
      fail();
    }
    return Math.round(Double.parseDouble(text.substring(from, at)) * 1e9);
  }

  private long fail() {
    throw error("a number was expected before '" + rest() + "'");
  }

  private void advance(int count) {
    for (int i = 0; i < count; i++) {
      if (text.charAt(at++) == '\n') {
        line++;
      }
    }
  }
}
