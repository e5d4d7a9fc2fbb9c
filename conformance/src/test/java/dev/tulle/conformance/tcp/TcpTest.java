// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.tcp;

import static dev.tulle.testkit.Segment.data;

import dev.tulle.testkit.TcpHarness;
import org.junit.jupiter.api.AfterEach;

/** What tests of TCP's behaviour share: a host with room for a few connections, and its end. */
abstract class TcpTest {
  static final int ISS = 1_000_000;

  final TcpHarness h = new TcpHarness(NewRenoHost::host);

  @AfterEach
  void noInternalError() {
    h.net.expectNoInternalError();
  }

  /** A connection that the peer opened to port 80, with its largest window. */
  final void established() {
    h.listen(80);
    h.connected(ISS, 65_535);
  }

  /** How many segments are acknowledged at once at the beginning, as Linux does. */
  static final int QUICK = 16;

  /**
   * As {@link #established}, and the peer has sent {@link #QUICK} octets in as many segments: what
   * it sends next is acknowledged as usual.
   */
  final void pastQuickAcks() {
    established();
    for (int i = 0; i < QUICK; i++) {
      h.inject(data(i, 1));
      h.expectAck(i + 1);
    }
    h.expectRead(QUICK);
    h.expectNothing();
  }
}
