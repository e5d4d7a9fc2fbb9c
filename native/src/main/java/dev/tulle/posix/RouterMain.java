// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.apps.RouterProgram;
import org.teavm.interop.Export;

/** The binary that routes between two links. */
public final class RouterMain {
  private RouterMain() {}

  @Export(name = "tulle_main")
  public static void main(String[] args) {
    PosixPlatform.exit(RouterProgram.run(new PosixGathering()));
  }
}
