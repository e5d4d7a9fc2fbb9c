// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes one self-contained page of where the octets of programs are: a treemap and a table. */
final class SizePage {
  private SizePage() {}

  /**
   * @param programs the parts of each program by its label, in the order in which they are offered
   */
  static String html(Map<String, List<Attribution.Part>> programs) throws IOException {
    List<String> rows = new ArrayList<>();
    programs.forEach(
        (label, parts) -> {
          List<String> cells = new ArrayList<>();
          for (Attribution.Part part : parts) {
            cells.add(
                String.format(
                    "[\"%s\",\"%s\",\"%s\",%d,%d]",
                    part.packageName(), part.className(), part.method(), part.text(), part.data()));
          }
          rows.add("\"" + label + "\":[\n" + String.join(",\n", cells) + "]");
        });
    try (InputStream page = SizePage.class.getResourceAsStream("size.html")) {
      String template = new String(page.readAllBytes(), StandardCharsets.UTF_8);
      return template.replace("/*PROGRAMS*/", String.join(",\n", rows));
    }
  }
}
