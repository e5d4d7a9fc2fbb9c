// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.testkit.RouterHarness.GATEWAY;
import static dev.tulle.testkit.RouterHarness.HOST;
import static dev.tulle.testkit.RouterHarness.INSIDE;
import static dev.tulle.testkit.RouterHarness.OTHER;
import static dev.tulle.testkit.RouterHarness.OUTSIDE;
import static dev.tulle.testkit.RouterHarness.SERVER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.forward.Filter;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.Ipv4Datagram;
import dev.tulle.testkit.RouterHarness;
import java.util.Arrays;

/**
 * A router with or without its features, and whatever arrives on either side: most of it near to
 * what its connections expect, so that a fuzzer need not guess its way in.
 */
final class RouterFuzz {
  /** Where decisions come from: a fuzzer, or a seed. */
  interface Choices {
    int between(int least, int most);

    byte[] octets(int most);

    boolean more();
  }

  private static final int MOST_STEPS = 64;
  private static final int[] ADDRESSES = {
    HOST, OTHER, SERVER, OUTSIDE, INSIDE, GATEWAY, SERVER + 1
  };
  private static final int[] PORTS = {80, 5000, 5001, 53};

  private final Choices choices;
  private final RouterHarness h = new RouterHarness();
  private final int packets = h.router.pool.available();
  private final int kept;

  private RouterFuzz(Choices choices) {
    this.choices = choices;
    h.acceptPayloads();
    int features = choices.between(0, 3);
    if ((features & 1) != 0) {
      h.nat();
      assertEquals(0, h.router.nat.forward(6, 80, HOST, 80));
    }
    kept = features & 1;
    if ((features & 2) != 0) {
      h.filter(Filter.ACCEPT);
    }
    h.router.ports[1].mtu = choices.between(0, 3) == 0 ? 576 : 1500;
  }

  static void run(Choices choices) {
    RouterFuzz fuzz = new RouterFuzz(choices);
    for (int i = 0; i < MOST_STEPS && choices.more(); i++) {
      fuzz.step();
      fuzz.h.discard();
      fuzz.h.nothing();
    }
    fuzz.finish();
  }

  private void step() {
    int side = choices.between(0, 1);
    if (choices.between(0, 15) == 0) {
      h.advanceMs(choices.between(0, 400_000));
      return;
    }
    byte[] frame =
        choices.between(0, 7) == 0
            ? h.frame(side).payload(choices.octets(200)).build()
            : h.frame(side).ipv4(datagram(side)).build();
    for (int n = choices.between(0, 3); n > 2; n--) {
      frame[choices.between(12, frame.length - 1)] = (byte) choices.between(0, 255);
    }
    RepairedFramesTest.repair(frame);
    h.inject(side, frame);
  }

  private int port() {
    return choices.between(0, 9) == 0 ? choices.between(0, 65_535) : one(PORTS);
  }

  private int one(int[] some) {
    return some[choices.between(0, some.length - 1)];
  }

  private Ipv4Datagram datagram(int side) {
    int from = side == 0 ? one(new int[] {HOST, OTHER, HOST, SERVER}) : one(ADDRESSES);
    Ipv4Datagram d = Frames.ipv4(from, one(ADDRESSES)).ttl(choices.between(0, 5) == 0 ? 1 : 64);
    int length = choices.between(0, 5) == 0 ? choices.between(0, 1400) : 20;
    switch (choices.between(0, 7)) {
      case 0, 1 ->
          d.tcp(
              Frames.tcp(port(), port())
                  .flags(one(new int[] {2, 18, 16, 17, 4, 20, choices.between(0, 255)}))
                  .sequence(choices.between(0, 3) == 0 ? choices.between(-1 << 30, 1 << 30) : 1000)
                  .acknowledgment(choices.between(999, 1003))
                  .data(0, length));
      case 2, 3 -> d.udp(Frames.udp(port(), port()).data(0, length));
      case 4 -> d.icmp(Frames.echoRequest(port(), 1, length));
      case 5 -> d.icmp(Frames.echoReply(port(), 1, length));
      case 6 -> {
        byte[] about = datagram(1 - side).build();
        int quote = choices.between(0, about.length);
        d.icmp(
            Frames.icmp(one(new int[] {3, 3, 11, 12, 5, 4}), choices.between(0, 13))
                .rest(choices.between(0, 1500))
                .data(Arrays.copyOf(about, quote)));
      }
      default -> d.payload(one(new int[] {6, 17, 1, 47, 4}), choices.octets(300));
    }
    if (choices.between(0, 3) == 0) {
      d.flagsAndOffset(choices.between(0, 1) == 0 ? 0 : choices.between(0, 0x3FFF));
      d.identification(choices.between(0, 3));
    }
    return d;
  }

  /** Everything comes back: connections, mappings, packets. */
  private void finish() {
    h.advanceMs(7_600_000);
    h.discard();
    h.nothing();
    assertEquals(0, h.router.tracker.count());
    if (h.router.nat != null) {
      assertEquals(kept, h.router.nat.count());
    }
    assertEquals(0, h.router.reassembly.datagrams());
    assertEquals(packets, h.router.pool.available());
    // RFC 1122, RFC 1812: still a router.
    h.fromInside(Frames.ipv4(HOST, SERVER).udp(Frames.udp(4000, 7)));
    assertTrue(h.outside().destination() == SERVER);
    h.fromInside(Frames.ipv4(HOST, INSIDE).icmp(Frames.echoRequest(1, 1, 8)));
    assertEquals(INSIDE, h.inside().source());
    h.nothing();
  }
}
