// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.tcp;

import dev.tulle.profile.Client;
import dev.tulle.testkit.Assembly;
import dev.tulle.testkit.TcpHarness;
import org.junit.jupiter.api.AfterEach;

/** What tests of TCP's behaviour share: a host with room for a few connections, and its end. */
abstract class TcpTest {
  static final Assembly CLIENT =
      (link, mac, entropy) -> Client.host(link, mac, entropy, 8, 64 * 1024);

  static final int ISS = 1_000_000;

  final TcpHarness h = new TcpHarness(CLIENT);

  @AfterEach
  void noInternalError() {
    h.net.expectNoInternalError();
  }

  /** A connection that the peer opened to port 80, with its largest window. */
  final void established() {
    h.listen(80);
    h.connected(ISS, 65_535);
  }
}
