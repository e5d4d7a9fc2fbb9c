// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.metal;

import dev.tulle.apps.Get;
import dev.tulle.apps.Runner;
import dev.tulle.profile.Client;

/** Fetches a file on the profile Client and prints it, whatever the card. */
final class ClientGet {
  private static final int BUFFER_BYTES = 16_384;

  private ClientGet() {}

  static void run(Nic nic, int skipped) {
    MetalPlatform platform = new MetalPlatform(nic, "--interface card", skipped);
    MetalPlatform.exit(Runner.run(platform, new Get(platform, BUFFER_BYTES), Client::small, null));
  }
}
