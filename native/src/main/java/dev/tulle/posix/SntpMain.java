// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.apps.Runner;
import dev.tulle.apps.SntpProgram;
import org.teavm.interop.Export;

/** The binary that asks a time server. */
public final class SntpMain {
  private SntpMain() {}

  @Export(name = "tulle_main")
  public static void main(String[] args) {
    PosixPlatform platform = new PosixPlatform();
    PosixPlatform.exit(Runner.run(platform, new SntpProgram(platform)));
  }
}
