// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import java.util.ArrayList;
import java.util.List;

/**
 * The statements of a piece of Python, one after the other, without comments: those that go over
 * several lines are one, and those of a branch that is not taken are passed over.
 */
final class CodeLines {
  private static final String OPENING = "([{";
  private static final String CLOSING = ")]}";

  /** A statement and how far it is indented. */
  private record Statement(int indent, String text) {}

  private final List<Statement> statements = new ArrayList<>();
  private int at;

  /** The branch that was decided last: where it began, and whether one of its kind was taken. */
  private int branchIndent;

  private boolean taken;

  CodeLines(String text) {
    StringBuilder statement = new StringBuilder();
    int depth = 0;
    char quote = 0;
    boolean comment = false;
    for (char c : (text.replace("\\\n", "  ") + '\n').toCharArray()) {
      comment = c != '\n' && (comment || c == '#' && quote == 0);
      if (comment) {
        continue;
      }
      boolean code = quote == 0;
      if (c == '\'' || c == '"') {
        quote = code ? c : c == quote ? 0 : quote;
      } else if (code) {
        depth += OPENING.indexOf(c) >= 0 ? 1 : CLOSING.indexOf(c) >= 0 ? -1 : 0;
      }
      boolean colon = c == ':' && code && depth == 0;
      if (colon || code && depth <= 0 && (c == '\n' || c == ';')) {
        add(statement, c == ';' || colon);
      } else {
        statement.append(c == '\n' ? ' ' : c);
      }
    }
  }

  /** Ends a statement; what follows in the same line belongs to the same block, or the branch's. */
  private void add(StringBuilder statement, boolean goesOn) {
    String text = statement.toString().strip();
    int indent = statement.toString().indexOf(text.isEmpty() ? " " : text.substring(0, 1));
    if (!text.isEmpty()) {
      statements.add(new Statement(indent, text));
    }
    statement.setLength(0);
    if (goesOn && !text.isEmpty()) {
      boolean branch = text.matches("(if|elif|else)\\b.*");
      statement.append(" ".repeat(branch ? indent + 1 : indent));
    }
  }

  /** The next statement to run, or null. */
  String next() {
    while (at < statements.size()) {
      Statement statement = statements.get(at++);
      boolean other = statement.text.matches("(elif|else)\\b.*");
      if (!other || statement.indent != branchIndent || !taken) {
        return statement.text;
      }
      skip(statement.indent);
    }
    return null;
  }

  /** What the condition of the statement that {@link #next} answered last has come to. */
  void branch(boolean holds) {
    branchIndent = statements.get(at - 1).indent;
    taken = holds;
    if (!holds) {
      skip(branchIndent);
    }
  }

  private void skip(int indent) {
    while (at < statements.size() && statements.get(at).indent > indent) {
      at++;
    }
  }
}
