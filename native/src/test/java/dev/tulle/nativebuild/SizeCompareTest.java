// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;

class SizeCompareTest {
  @Test
  void changesComeLargestFirstAndNewAndGoneAreAmongThem() {
    String before = sizes(row("ping", 100, 10), row("get", 200, 20), row("nc", 300, 30));
    String after = sizes(row("ping", 101, 10), row("get", 150, 20), row("dig", 400, 40));
    List<SizeCompare.Change> changes = SizeCompare.changes(before, after);
    assertEquals(
        List.of(
            "client dig i586 LTO",
            "client nc i586 LTO",
            "client get i586 LTO",
            "client ping i586 LTO"),
        changes.stream().map(SizeCompare.Change::name).toList());
    assertNull(changes.get(0).before());
    assertNull(changes.get(1).after());
  }

  @Test
  void whatHasNotChangedIsNotListed() {
    String same = sizes(row("ping", 100, 10));
    assertEquals(List.of(), SizeCompare.changes(same, same));
  }

  private static String sizes(String... rows) {
    return "{\"sizes\":[\n" + String.join(",\n", rows) + "\n]}\n";
  }

  private static String row(String app, long text, long data) {
    return String.format(
        "{\"profile\":\"client\",\"app\":\"%s\",\"arch\":\"i586\",\"lto\":true,"
            + "\"text\":%d,\"data\":%d,\"bss\":5}",
        app, text, data);
  }
}
