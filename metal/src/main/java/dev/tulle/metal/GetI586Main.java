// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.metal;

import dev.tulle.apps.Get;
import dev.tulle.apps.Runner;
import dev.tulle.profile.Client;
import org.teavm.interop.Export;

/** Fetches a file on a PC with an NE2000 that has its address by DHCP, and prints it. */
public final class GetI586Main {
  private static final int BUFFER_BYTES = 16_384;

  private GetI586Main() {}

  @Export(name = "tulle_main")
  public static void main(String[] args) {
    Ne2000 nic = new Ne2000(0x300, 10);
    MetalPlatform platform = new MetalPlatform(nic, "--interface card", 1);
    MetalPlatform.exit(Runner.run(platform, new Get(platform, BUFFER_BYTES), Client::small, null));
  }
}
