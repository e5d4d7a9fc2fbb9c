// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SizeDocsTest {
  @Test
  void rowsWhereTulleIsLargerComeFirst() throws Exception {
    String page =
        SizeDocs.with(
            "<!-- larger -->\n<!-- -->\n<!-- smaller -->\nold\n<!-- -->\n"
                + "<!-- limits -->\n<!-- -->\nend\n",
            rows(30_000));
    int minimal = page.indexOf("| minimal: IPv4, TCP echo");
    int linux = page.indexOf("with netfilter and NAT | 30,000 | 413,437 |");
    assertTrue(minimal > 0 && linux > page.indexOf("<!-- smaller -->"), page);
    assertTrue(minimal < page.indexOf("<!-- smaller -->"), page);
    assertTrue(page.contains("| minimal with TCP echo, data | 3,000 | 12,288 |"), page);
    assertTrue(page.endsWith("<!-- -->\nend\n") && !page.contains("old"), page);
    String later = SizeDocs.with(page, rows(500_000));
    assertTrue(later.indexOf("413,437") < later.indexOf("<!-- smaller -->"), later);
  }

  @Test
  void pageOfTheDocumentsHasPlaceForThem() throws Exception {
    String page = Files.readString(Builder.root().resolve("docs/size.md"));
    assertTrue(SizeDocs.with(page, rows(30_000)).contains("| 30,000 | 413,437 |"));
    assertThrows(BuildFailure.class, () -> SizeDocs.with("nothing", rows(1)));
  }

  private static List<SizeTable.Row> rows(long text) {
    List<SizeTable.Row> rows = new ArrayList<>();
    for (App app : App.ALL) {
      for (String arch : SizeTable.ARCHITECTURES) {
        rows.add(
            new SizeTable.Row(app.profile(), app.program(), arch, true, text, text / 10, 0, null));
      }
    }
    return rows;
  }
}
