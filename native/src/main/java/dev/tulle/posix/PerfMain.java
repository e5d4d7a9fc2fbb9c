// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.apps.Perf;
import dev.tulle.apps.Runner;
import dev.tulle.profile.Full;
import org.teavm.interop.Export;

/** The binary at the other end of the benchmarks, on a stack with everything in it. */
public final class PerfMain {
  private PerfMain() {}

  @Export(name = "tulle_main")
  public static void main(String[] args) {
    PosixPlatform platform = new PosixPlatform();
    PosixPlatform.exit(Runner.run(platform, new Perf(platform), Full::host));
  }
}
