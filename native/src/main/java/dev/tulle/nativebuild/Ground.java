// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import java.nio.file.Path;
import java.util.List;

/**
 * What a program stands on: the Java that reaches the outside, and the C below it.
 *
 * @param sources the folder of sources that has the package
 * @param packageFolder the package's folder in it
 * @param c folders of C that go into the program's one translation unit
 */
record Ground(Path sources, String packageFolder, List<Path> c) {
  private static final String C = "native/src/main/c";

  /** Linux, through a C library. */
  static Ground posix(Path root) {
    return new Ground(
        root.resolve("native/src/main/java"), "dev/tulle/posix", List.of(root.resolve(C)));
  }

  /** A machine without an operating system. */
  static Ground metal(Path root) {
    Path c = root.resolve(C);
    return new Ground(
        root.resolve("metal/src/main/java"),
        "dev/tulle/metal",
        List.of(
            c.resolve("runtime.c"),
            c.resolve("tulle.h"),
            c.resolve("teavm"),
            root.resolve("metal/src/main/c")));
  }
}
