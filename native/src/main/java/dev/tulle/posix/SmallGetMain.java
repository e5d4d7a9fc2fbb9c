// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.apps.Get;
import dev.tulle.apps.Runner;
import dev.tulle.profile.Client;
import org.teavm.interop.Export;

/** The binary that fetches a URL on a machine with few megabytes: what a board runs, on Linux. */
public final class SmallGetMain {
  private static final int BUFFER_BYTES = 16_384;

  private SmallGetMain() {}

  @Export(name = "tulle_main")
  public static void main(String[] args) {
    PosixPlatform platform = new PosixPlatform();
    Get get = new Get(platform, BUFFER_BYTES);
    PosixPlatform.exit(Runner.run(platform, get, Client::small, null));
  }
}
