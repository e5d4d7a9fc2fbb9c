// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.apps.MdnsProgram;
import dev.tulle.apps.Runner;
import dev.tulle.profile.Full;
import org.teavm.interop.Export;

/** The binary that asks the link for names, and answers for one. */
public final class MdnsMain {
  private MdnsMain() {}

  @Export(name = "tulle_main")
  public static void main(String[] args) {
    PosixPlatform platform = new PosixPlatform();
    PosixPlatform.exit(Runner.run(platform, new MdnsProgram(platform), Full::host));
  }
}
