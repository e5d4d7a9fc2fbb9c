// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.apps.Echo;
import dev.tulle.apps.Runner;
import dev.tulle.profile.Datagrams;
import org.teavm.interop.Export;

/** The binary that sends back what arrives. */
public final class EchoMain {
  private EchoMain() {}

  @Export(name = "tulle_main")
  public static void main(String[] args) {
    PosixPlatform platform = new PosixPlatform();
    PosixPlatform.exit(Runner.run(platform, new Echo(platform), Datagrams::host));
  }
}
