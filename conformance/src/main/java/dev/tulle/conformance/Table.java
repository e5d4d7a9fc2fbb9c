// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import java.util.ArrayList;
import java.util.List;

/** Rows that line up: text to the left, columns whose head starts with a blank to the right. */
public final class Table {
  private final String[] heads;
  private final List<String[]> rows = new ArrayList<>();

  public Table(String... heads) {
    this.heads = heads;
  }

  public void row(String... cells) {
    if (cells.length != heads.length) {
      throw new IllegalArgumentException(cells.length + " cells for " + heads.length + " columns");
    }
    rows.add(cells);
  }

  @Override
  public String toString() {
    int[] widths = new int[heads.length];
    for (int i = 0; i < heads.length; i++) {
      widths[i] = heads[i].strip().length();
      for (String[] row : rows) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    StringBuilder text = new StringBuilder();
    line(text, heads, widths);
    String[] rule = new String[heads.length];
    for (int i = 0; i < rule.length; i++) {
      rule[i] = "-".repeat(widths[i]);
    }
    line(text, rule, widths);
    for (String[] row : rows) {
      line(text, row, widths);
    }
    return text.toString();
  }

  private void line(StringBuilder text, String[] cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.length; i++) {
      String cell = cells[i].strip();
      String blank = " ".repeat(widths[i] - cell.length());
      line.append(heads[i].startsWith(" ") ? blank + cell : cell + blank).append("  ");
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }
}
