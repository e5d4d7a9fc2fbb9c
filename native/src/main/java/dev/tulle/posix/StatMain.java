// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.apps.StatProgram;
import org.teavm.interop.Export;

/** The binary that asks a running program how it is. */
public final class StatMain {
  private StatMain() {}

  @Export(name = "tulle_main")
  public static void main(String[] args) {
    PosixPlatform.exit(StatProgram.run(new PosixPlatform()));
  }
}
