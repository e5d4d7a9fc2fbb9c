// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.apps.Dhcp;
import dev.tulle.apps.Runner;
import dev.tulle.profile.Full;
import org.teavm.interop.Export;

/** The binary that obtains an address and prints the lease. */
public final class DhcpMain {
  private DhcpMain() {}

  @Export(name = "tulle_main")
  public static void main(String[] args) {
    PosixPlatform platform = new PosixPlatform();
    PosixPlatform.exit(Runner.run(platform, new Dhcp(platform), Full::host));
  }
}
