// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where the sources and the classes of this checkout lie. */
final class Tree {
  /** What is compiled to C as well, and so keeps to limited Java. */
  static final List<String> COMPILED_TO_C = List.of("core", "profile", "apps");

  static final List<String> MODULES =
      List.of(
          "core",
          "profile",
          "apps",
          "testkit",
          "jvm",
          "nio",
          "simnet",
          "native",
          "metal",
          "conformance",
          "bench");

  private Tree() {}

  static Path root() {
    String told = System.getProperty("tulle.root");
    Path root = Path.of(told != null ? told : "").toAbsolutePath();
    while (!Files.exists(root.resolve("tulle"))) {
      root = root.getParent();
    }
    return root;
  }

  static Path classes(String module) {
    return root().resolve(module).resolve("target").resolve("classes");
  }

  /** All files below a folder with a name that ends so; none if there is no such folder. */
  static List<Path> files(Path folder, String ending) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    } catch (IOException e) {
      throw new IllegalStateException("cannot list " + folder, e);
    }
  }
}
