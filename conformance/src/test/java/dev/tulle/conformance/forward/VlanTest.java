// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.forward;

import static dev.tulle.testkit.RouterHarness.HOST;
import static dev.tulle.testkit.RouterHarness.INSIDE;
import static dev.tulle.testkit.RouterHarness.MASK;
import static dev.tulle.testkit.RouterHarness.OUTSIDE;
import static dev.tulle.testkit.RouterHarness.SERVER;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tulle.forward.VlanTrunk;
import dev.tulle.link.Link;
import dev.tulle.profile.Router;
import dev.tulle.profile.RouterHost;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.testkit.FixedEntropy;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.ScriptedLink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** VLANs that share a link: IEEE 802.1Q. */
class VlanTest {
  private static final long PEER = 0x020000000009L;
  private static final long[] OURS = {0x020000000001L, 0x020000000002L, 0x020000000003L};

  private final List<byte[]> sent = new ArrayList<>();
  private final ScriptedLink wire = new ScriptedLink(1518, sent::add);
  private final Counters counters = new Counters();
  private final VlanTrunk trunk = new VlanTrunk(wire, 3, 64, counters);
  private final Link[] links = {
    trunk.add(10), trunk.add(20), trunk.add(VlanTrunk.UNTAGGED),
  };
  private final RouterHost router = Router.host(links, OURS, new FixedEntropy(1));

  VlanTest() {
    router.addressOf(0, INSIDE, MASK);
    router.addressOf(1, OUTSIDE, MASK);
    router.addressOf(2, Octets.address("172.16.0.1"), MASK);
  }

  private static byte[] tag(int vlan) {
    return Octets.of(0x81, 0x00, vlan >> 8, vlan & 0xFF);
  }

  private void arp(int vlan, long to, int who, int target) {
    wire.inject(
        Frames.ethernet(PEER, to)
            .tags(tag(vlan))
            .arp(Frames.arpRequest(PEER, who, target))
            .build());
  }

  private void poll() {
    long deadlineNs;
    do {
      deadlineNs = router.stack.poll(1_000_000_000L);
    } while (wire.queued() > 0 || deadlineNs <= 1_000_000_000L);
  }

  @Test
  void packetsGoFromOneVlanToAnotherWithTheOthersTag() {
    int there = Octets.address("192.0.2.9");
    arp(10, Frames.BROADCAST, HOST, INSIDE);
    arp(20, Frames.BROADCAST, there, OUTSIDE);
    poll();
    assertEquals(2, sent.size());
    sent.clear();
    wire.inject(
        Frames.ethernet(PEER, OURS[0])
            .tags(tag(10 | 5 << 13))
            .ipv4(Frames.ipv4(HOST, there).udp(Frames.udp(1, 2).data(0, 1472)))
            .build());
    poll();
    assertEquals(1, sent.size());
    byte[] frame = sent.get(0);
    assertEquals(1518, frame.length);
    assertArrayEquals(tag(20), Arrays.copyOfRange(frame, 12, 16));
    byte[] expected =
        Frames.ethernet(OURS[1], PEER)
            .tags(tag(20))
            .ipv4(Frames.ipv4(HOST, there).ttl(63).udp(Frames.udp(1, 2).data(0, 1472)))
            .build();
    assertArrayEquals(expected, frame);
  }

  @Test
  void anUntaggedFrameIsTheUntaggedLinksAndIsAnsweredWithoutATag() {
    int host = Octets.address("172.16.0.9");
    wire.inject(
        Frames.ethernet(PEER, Frames.BROADCAST)
            .arp(Frames.arpRequest(PEER, host, Octets.address("172.16.0.1")))
            .build());
    arp(0, Frames.BROADCAST, host, Octets.address("172.16.0.1"));
    poll();
    assertEquals(2, sent.size());
    for (byte[] frame : sent) {
      assertEquals(0x0806, Octets.u16(frame, 12));
    }
  }

  @Test
  void framesOfOtherVlansAreDroppedAndNobodyHearsAnothersFrames() {
    arp(30, Frames.BROADCAST, HOST, INSIDE);
    arp(20, Frames.BROADCAST, HOST, INSIDE);
    wire.inject(Arrays.copyOf(Frames.ethernet(PEER, OURS[0]).tags(tag(10)).build(), 15));
    poll();
    assertEquals(0, sent.size());
    assertEquals(1, counters.value(Counter.VLAN_UNKNOWN));
    assertEquals(1, counters.value(Counter.ETH_VLAN));
    // Two tags, one behind the other: the inner one is no network's.
    wire.inject(
        Frames.ethernet(PEER, OURS[0])
            .tags(Octets.of(0x81, 0, 0, 10, 0x81, 0, 0, 20))
            .ipv4(Frames.ipv4(HOST, SERVER).icmp(Frames.echoRequest(1, 1, 8)))
            .build());
    poll();
    assertEquals(1, router.counters.value(Counter.ETH_VLAN));
    assertEquals(0, router.counters.value(Counter.STACK_INTERNAL_ERROR));
  }

  @Test
  void aFloodOnOneVlanLeavesTheOthersServed() {
    for (int i = 0; i < 1000; i++) {
      arp(20, OURS[1], Octets.address("192.0.2.9"), OUTSIDE);
    }
    arp(10, Frames.BROADCAST, HOST, INSIDE);
    poll();
    long answered = sent.stream().filter(f -> Octets.u16(f, 14) == 10).count();
    assertEquals(1, answered);
    assertEquals(1001, sent.size());
  }
}
