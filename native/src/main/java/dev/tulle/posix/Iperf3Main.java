// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.apps.Iperf3;
import dev.tulle.apps.Runner;
import org.teavm.interop.Export;

/** The binary that measures throughput as iperf3 does. */
public final class Iperf3Main {
  private Iperf3Main() {}

  @Export(name = "tulle_main")
  public static void main(String[] args) {
    PosixPlatform platform = new PosixPlatform();
    PosixPlatform.exit(Runner.run(platform, new Iperf3(platform)));
  }
}
