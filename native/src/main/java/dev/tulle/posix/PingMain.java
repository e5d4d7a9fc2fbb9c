// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.apps.Ping;
import dev.tulle.apps.Runner;
import dev.tulle.profile.Datagrams;
import org.teavm.interop.Export;

/** The binary that sends echo requests. */
public final class PingMain {
  private PingMain() {}

  @Export(name = "tulle_main")
  public static void main(String[] args) {
    PosixPlatform platform = new PosixPlatform();
    PosixPlatform.exit(Runner.run(platform, new Ping(platform), Datagrams::host));
  }
}
