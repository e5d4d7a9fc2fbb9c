// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.metal;

import dev.tulle.apps.Appliance;
import dev.tulle.apps.Httpd;
import dev.tulle.profile.Minimal;

/** Serves the image's files on the profile Minimal, whatever the card. */
final class MinimalHttpd {
  /** Ten callers at once, and some whose connections are about to close. */
  private static final int CONNECTIONS = 10;

  private static final int SPARE = 6;
  private static final int BUFFER_BYTES = 4096;
  private static final int HEAD_BYTES = 2048;

  private MinimalHttpd() {}

  static void run(Nic nic, int skipped) {
    MetalPlatform platform = new MetalPlatform(nic, "/", skipped);
    Httpd httpd = new Httpd(platform, CONNECTIONS, SPARE, BUFFER_BYTES, HEAD_BYTES);
    MetalPlatform.exit(Appliance.run(platform, nic, httpd, Minimal::host));
  }
}
