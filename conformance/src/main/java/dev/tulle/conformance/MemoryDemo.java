// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The demo without a TAP device: two stacks in one JVM, a link in memory between them. */
final class MemoryDemo {
  private final Path folder;
  private final Progress progress;
  private final List<Check> checks;

  MemoryDemo(Path folder, Progress progress, List<Check> checks) {
    this.folder = folder;
    this.progress = progress;
    this.checks = checks;
  }

  void run() throws IOException {
    throw new IOException("nothing here yet for " + folder + progress + checks);
  }
}
