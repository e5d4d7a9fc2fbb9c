// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.apps.Runner;
import dev.tulle.apps.Traceroute;
import org.teavm.interop.Export;

/** The binary that finds the routers on the way. */
public final class TracerouteMain {
  private TracerouteMain() {}

  @Export(name = "tulle_main")
  public static void main(String[] args) {
    PosixPlatform platform = new PosixPlatform();
    PosixPlatform.exit(Runner.run(platform, new Traceroute(platform)));
  }
}
