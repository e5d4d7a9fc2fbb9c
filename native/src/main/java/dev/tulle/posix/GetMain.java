// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.apps.Get;
import dev.tulle.apps.Runner;
import dev.tulle.profile.Client;
import org.teavm.interop.Export;

/** The binary that fetches a URL, on an impaired link and with a capture where asked. */
public final class GetMain {
  private GetMain() {}

  @Export(name = "tulle_main")
  public static void main(String[] args) {
    PosixPlatform platform = new PosixPlatform();
    PosixPlatform.exit(Runner.run(platform, new Get(platform), Client::host));
  }
}
