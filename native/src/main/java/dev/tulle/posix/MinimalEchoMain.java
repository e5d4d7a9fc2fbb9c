// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.apps.MinimalEcho;
import org.teavm.interop.Export;

/** The smallest binary with TCP. */
public final class MinimalEchoMain {
  private MinimalEchoMain() {}

  @Export(name = "tulle_main")
  public static void main(String[] args) {
    PosixPlatform.exit(MinimalEcho.run(new PosixPlatform()));
  }
}
