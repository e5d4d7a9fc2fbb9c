// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.apps.Dig;
import dev.tulle.apps.Runner;
import org.teavm.interop.Export;

/** The binary that asks a name server. */
public final class DigMain {
  private DigMain() {}

  @Export(name = "tulle_main")
  public static void main(String[] args) {
    PosixPlatform platform = new PosixPlatform();
    PosixPlatform.exit(Runner.run(platform, new Dig(platform)));
  }
}
