// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.PEER;

import dev.tulle.profile.Minimal;
import dev.tulle.stack.Counter;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostileHarness;
import dev.tulle.testkit.TcpSegment;
import org.junit.jupiter.api.Test;

/**
 * Hostile TCP segments: what a parser must survive. Methods are named after the catalogue's rows.
 */
class TcpParsingTest {
  private static TcpSegment segment() {
    return Frames.tcp(40_000, 7).sequence(1000).flags(TcpSegment.SYN);
  }

  private static HostileHarness hostile() {
    return new HostileHarness(Minimal::host);
  }

  private static HostileHarness hostile(TcpSegment segment) {
    return hostile().input(h -> h.fromPeer(Frames.ipv4(PEER, HOST).tcp(segment)));
  }

  @Test
  void tcp02_dataOffsetTooSmallOrTooLarge() {
    for (int words : new int[] {0, 1, 2, 3, 4, 15}) {
      hostile(segment().dataOffset(words)).counts(Counter.TCP_BADOFF).run();
    }
  }
}
