// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks at the page of sizes in a real browser. */
class SizePageTest {
  @TempDir Path folder;

  @Test
  void treemapZoomsAndTableSorts() throws Exception {
    Tools.need("gcc", "-m32");
    Tools.needProgram("chromium");
    String page = Size.page(List.of(App.named("minimal-echo")));

    String all = look(page, "");
    assertTrue(count(all, "title=\"[^\"]+ text, ") > 5, "no boxes: " + all);
    assertEquals("tcp", rows(all).get(0)); // the largest part

    // Into the packet's way, then by name.
    String zoomed =
        look(
            page,
            "document.querySelector('#map button[title^=\"tcp:\"]').click();"
                + "document.querySelector('[data-sort=\"0\"]').click();");
    assertTrue(zoomed.contains("title=\"Connection: "), zoomed);
    List<String> names = rows(zoomed);
    assertTrue(names.contains("Connection"), zoomed);
    assertEquals(names.stream().sorted(String.CASE_INSENSITIVE_ORDER).toList(), names);
  }

  /** What the browser has made of the page after a script. */
  private String look(String page, String script) throws Exception {
    Path file = folder.resolve("size.html");
    Files.writeString(file, page.replace("</html>", "<script>" + script + "</script></html>"));
    return CToBinary.run(
        List.of(
            "chromium",
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--user-data-dir=" + folder.resolve("profile"),
            "--dump-dom",
            file.toUri().toString()));
  }

  /** The first cells of the table's rows. */
  private static List<String> rows(String dom) {
    return Pattern.compile("<tr><td>([^<]*)</td>")
        .matcher(dom)
        .results()
        .map(row -> row.group(1))
        .toList();
  }

  private static int count(String text, String pattern) {
    return (int) Pattern.compile(pattern).matcher(text).results().count();
  }
}
