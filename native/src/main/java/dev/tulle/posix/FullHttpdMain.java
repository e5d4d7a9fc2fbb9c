// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.apps.Httpd;
import dev.tulle.apps.Inspector;
import dev.tulle.apps.Instruments;
import dev.tulle.apps.Runner;
import dev.tulle.profile.Full;
import org.teavm.interop.Export;

/** The binary that serves a folder from a stack with everything in it. */
public final class FullHttpdMain {
  private FullHttpdMain() {}

  @Export(name = "tulle_main")
  public static void main(String[] args) {
    PosixGathering platform = new PosixGathering();
    Instruments instruments = new Instruments(new Inspector(platform));
    PosixPlatform.exit(Runner.run(platform, new Httpd(platform), Full::host, instruments));
  }
}
