// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AttributionTest {
  private static final App APP = App.named("minimal-echo");

  private static Path binary;
  private static List<Attribution.Part> parts;

  @BeforeAll
  static void takeApart() throws Exception {
    Tools.need("gcc", "-m32");
    Builder builder = new Builder(Builder.root(), List.of());
    binary = builder.build(APP, Variant.forSize("i586", true));
    parts = Attribution.of(binary, builder.translate(APP));
  }

  @Test
  void partsAddUpToWhatSizeCounts() throws Exception {
    for (String level : List.of("package", "class", "method")) {
      List<Attribution.Sum> sums = Attribution.sums(parts, level);
      long[] sizes = Size.sizes(binary);
      assertEquals(sizes[0], sums.stream().mapToLong(Attribution.Sum::text).sum());
      assertEquals(sizes[1], sums.stream().mapToLong(Attribution.Sum::data).sum());
    }
  }

  @Test
  void whatIsOursIsFoundUnderItsName() {
    List<Attribution.Sum> packages = Attribution.sums(parts, "package");
    assertTrue(text(packages, "tcp") > 5000, packages.toString());
    assertTrue(text(packages, "ip") > 1000, packages.toString());
    List<Attribution.Sum> methods = Attribution.sums(parts, "method");
    assertTrue(text(methods, "tcp.Tcp.input") > 500, methods.toString());
  }

  @Test
  void littleIsNobodys() {
    long linker = text(Attribution.sums(parts, "class"), "(runtime).linker");
    assertTrue(linker >= 0 && linker < 4096, "not explained: " + linker);
  }

  private static long text(List<Attribution.Sum> sums, String name) {
    return sums.stream()
        .filter(sum -> sum.name().equals(name))
        .mapToLong(Attribution.Sum::text)
        .findFirst()
        .orElseThrow();
  }
}
