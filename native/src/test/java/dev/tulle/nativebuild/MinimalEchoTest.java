// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The smallest binary stays small, and runs on little memory. */
final class MinimalEchoTest {
  private static final App APP = App.named("minimal-echo");

  private static final Pattern METHOD =
      Pattern.compile("^[a-z].*\\bmeth_\\w+\\(.*\\{$", Pattern.MULTILINE);

  private static Builder builder;

  @BeforeAll
  static void gccIsThere() throws Exception {
    Tools.need("gcc");
    builder = new Builder(Builder.root(), List.of());
  }

  @Test
  void i586BinaryIsWithinItsBudget() throws Exception {
    Tools.need("gcc", "-m32");
    long[] sizes = Size.sizes(builder.build(APP, Variant.forSize("i586", true)));
    System.out.printf("minimal-echo, i586: text %d, data %d%n", sizes[0], sizes[1]);
    assertTrue(sizes[0] <= 44 << 10, "text " + sizes[0]);
    assertTrue(sizes[1] <= 12 << 10, "data " + sizes[1]);
  }

  @Test
  void nothingOfTheClassLibraryButObjectsAndStringsHasCode() throws Exception {
    Set<String> classes = classesWithCode(builder.translate(APP));
    classes.removeIf(name -> name.startsWith("dev/tulle/"));
    for (String name : classes) {
      assertFalse(name.startsWith("java/util/Hash"), name);
      assertFalse(name.startsWith("java/io/"), name);
    }
  }

  @Test
  void residentMemoryIsWithinItsBudgetWithEightBusyConnections() throws Exception {
    Tools.need("musl-gcc");
    Path binary = builder.build(APP, Variant.DEFAULT);
    String output;
    try {
      output =
          CToBinary.run(
              List.of(
                  "unshare",
                  "-Urn",
                  "--",
                  Path.of(System.getProperty("java.home"), "bin/java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  "dev.tulle.nativebuild.ResidentMemory",
                  binary.toString()));
    } catch (IOException | BuildFailure e) {
      String reason = "no TAP device in a network namespace here: " + e.getMessage();
      System.out.println("skipped: " + reason);
      Assumptions.abort(reason);
      return;
    }
    Matcher peak = Pattern.compile("VmHWM:\\s*(\\d+) kB").matcher(output);
    assertTrue(peak.find(), output);
    System.out.println("minimal-echo, x86-64, static musl: peak " + peak.group(1) + " KB");
    assertTrue(Integer.parseInt(peak.group(1)) <= 384, output);
    assertEquals("ok", output.lines().findFirst().orElse(""));
  }

  /** The classes of which a method was generated. */
  static Set<String> classesWithCode(Path c) throws IOException {
    Path folder = c.resolve("classes");
    Set<String> classes = new TreeSet<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(path -> path.toString().endsWith(".c")).toList()) {
        if (METHOD.matcher(Files.readString(file)).find()) {
          classes.add(folder.relativize(file).toString().replace(".c", ""));
        }
      }
    }
    return classes;
  }
}
