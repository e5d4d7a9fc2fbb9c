// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.HOST_MAC;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.HostHarness.PEER_MAC;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Client;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.LiveProbe;
import org.junit.jupiter.api.Tag;

/**
 * The whole input path under a fuzzer that follows coverage.
 *
 * <p>As a test among others it runs what is in its folder of inputs, and the empty input. {@code
 * JAZZER_FUZZ=1 ./tulle test InputFuzzTest} searches for new ones; what it finds is put into that
 * folder and stays a test.
 */
@Tag("fuzz")
final class InputFuzzTest {
  private static final int MOST_FRAMES = 64;
  private static final int MOST_OCTETS = 1500;

  @FuzzTest(maxDuration = "10m")
  void anyFramesAreSurvived(FuzzedDataProvider data) {
    HostHarness h = new HostHarness(Client::host);
    LiveProbe probe = new LiveProbe(h);
    h.host.tcp.connect(new Endpoint(PEER, 4000));
    h.host.udp.bind(5000);
    for (int n = 0; n < MOST_FRAMES && data.remainingBytes() > 0; n++) {
      byte[] frame =
          frame(data.consumeInt(0, 6), data.consumeBytes(data.consumeInt(0, MOST_OCTETS)));
      RepairedFramesTest.repair(frame);
      h.inject(frame);
      h.advanceMs(data.consumeInt(0, 3000));
      h.takeSent();
    }
    h.expectNoInternalError();
    probe.ping();
  }

  /** Fuzzed octets on their own, or behind headers that are in order. */
  private static byte[] frame(int kind, byte[] octets) {
    return switch (kind) {
      case 0 -> octets;
      case 1 -> Frames.ethernet(PEER_MAC, HOST_MAC).type(0x0800).payload(octets).build();
      case 2 -> Frames.ethernet(PEER_MAC, HOST_MAC).type(0x0806).payload(octets).build();
      case 3 -> datagram(1, octets);
      case 4 -> datagram(17, octets);
      default -> datagram(6, octets);
    };
  }

  private static byte[] datagram(int protocol, byte[] octets) {
    return Frames.ethernet(PEER_MAC, HOST_MAC)
        .ipv4(Frames.ipv4(PEER, HOST).payload(protocol, octets))
        .build();
  }
}
