// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.apps.Httpd;
import dev.tulle.apps.RouterProgram;
import dev.tulle.profile.Full;
import org.teavm.interop.Export;

/** The binary with everything: a router that serves a folder as well. */
public final class GatewayMain {
  private GatewayMain() {}

  @Export(name = "tulle_main")
  public static void main(String[] args) {
    PosixGathering platform = new PosixGathering();
    PosixPlatform.exit(RouterProgram.run(platform, Full::router, new Httpd(platform)));
  }
}
