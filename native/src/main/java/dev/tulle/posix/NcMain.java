// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.apps.Nc;
import dev.tulle.apps.Runner;
import dev.tulle.profile.Datagrams;
import org.teavm.interop.Export;

/** The binary that connects standard input and output to a port. */
public final class NcMain {
  private NcMain() {}

  @Export(name = "tulle_main")
  public static void main(String[] args) {
    PosixPlatform platform = new PosixPlatform();
    PosixPlatform.exit(Runner.run(platform, new Nc(platform), Datagrams::host));
  }
}
