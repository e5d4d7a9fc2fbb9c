// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.bench;

import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs the micro-benchmarks of this package with settings that take a minute, not an hour. */
final class Micro {
  private Micro() {}

  static void run(String name) throws RunnerException {
    new Runner(
            new OptionsBuilder()
                .include("dev\\.tulle\\.bench\\..*" + name)
                .jvmArgsAppend("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC")
                .build())
        .run();
  }
}
