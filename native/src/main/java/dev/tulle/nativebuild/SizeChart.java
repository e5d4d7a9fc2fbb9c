// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import java.util.List;

/** Draws sizes as a self-contained SVG: a bar for each binary, text and data in it. */
final class SizeChart {
  private static final int WIDTH = 720;
  private static final int LABELS = 150;
  private static final int ROW = 26;
  private static final int TOP = 58;

  private SizeChart() {}

  /** A bar: its label, and octets of text and data. */
  record Bar(String label, long text, long data) {}

  static String svg(String title, List<Bar> bars) {
    long most = bars.stream().mapToLong(bar -> bar.text + bar.data).max().orElse(1);
    double scale = (WIDTH - LABELS - 150) / (double) most;
    int height = TOP + ROW * bars.size() + 14;
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
                + " height=\"%d\" role=\"img\" font-family=\"sans-serif\" font-size=\"13\">%n"
                + "<title>%s</title>%n"
                + "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>%n"
                + "<text x=\"12\" y=\"22\" font-size=\"15\" font-weight=\"bold\">%s</text>%n",
            WIDTH, height, WIDTH, height, title, title));
    out.append(legend(12, "#2a6f97", "text")).append(legend(90, "#e09f3e", "data"));
    for (int i = 0; i < bars.size(); i++) {
      out.append(row(bars.get(i), TOP + ROW * i, scale));
    }
    return out.append("</svg>\n").toString();
  }

  private static String legend(int x, String colour, String word) {
    return String.format(
        "<rect x=\"%d\" y=\"34\" width=\"12\" height=\"12\" fill=\"%s\"/>"
            + "<text x=\"%d\" y=\"45\" fill=\"#333\">%s</text>%n",
        x, colour, x + 18, word);
  }

  private static String row(Bar bar, int y, double scale) {
    long text = Math.round(bar.text * scale);
    long data = Math.max(1, Math.round(bar.data * scale));
    return String.format(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>"
            + "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"18\" fill=\"#2a6f97\"/>"
            + "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"18\" fill=\"#e09f3e\"/>"
            + "<text x=\"%d\" y=\"%d\" fill=\"#333\">%,d + %,d</text>%n",
        LABELS - 8,
        y + 14,
        bar.label,
        LABELS,
        y,
        text,
        LABELS + text,
        y,
        data,
        LABELS + text + data + 8,
        y + 14,
        bar.text,
        bar.data);
  }
}
