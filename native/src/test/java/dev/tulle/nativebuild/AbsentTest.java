// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Nothing is in a program that its profile leaves out: {@code native/absent.txt}. */
class AbsentTest {
  @Test
  void whatProfilesLeaveOutHasNoCodeInTheirPrograms() throws Exception {
    Builder builder = new Builder(Builder.root(), List.of());
    Map<String, List<String>> absent = absent();
    assertEquals(Set.of("minimal-echo", "client-get", "full-httpd", "router"), absent.keySet());
    List<String> there = new ArrayList<>();
    for (Map.Entry<String, List<String>> each : absent.entrySet()) {
      App app = App.named(each.getKey());
      Set<String> classes = MinimalEchoTest.classesWithCode(builder.translate(app));
      assertTrue(classes.contains("dev/tulle/ip/Ipv4Layer"), classes.toString());
      for (String name : each.getValue()) {
        String path = "dev/tulle/" + name.replace('.', '/');
        assertNotNull(getClass().getResource("/" + path + ".class"), name);
        if (classes.contains(path)) {
          there.add(app.name() + " has " + name);
        }
      }
    }
    assertEquals(List.of(), there, "native/absent.txt");
  }

  /** By program. */
  private static Map<String, List<String>> absent() throws Exception {
    Map<String, List<String>> absent = new LinkedHashMap<>();
    for (String line : Files.readAllLines(Builder.root().resolve("native/absent.txt"))) {
      if (!line.startsWith("#")) {
        String[] halves = line.split(": ");
        List<String> names = absent.computeIfAbsent(halves[0], name -> new ArrayList<>());
        names.addAll(List.of(halves[1].split(" ")));
      }
    }
    return absent;
  }
}
