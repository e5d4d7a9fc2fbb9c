// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.tulle.link.Link;
import dev.tulle.profile.Router;
import dev.tulle.profile.RouterHost;
import dev.tulle.stack.Counter;
import dev.tulle.testkit.FixedEntropy;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.Ipv6Packet;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.ScriptedLink;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.VirtualClock;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * A router of IPv6 on two scripted links, of which the test is everyone on either side: neighbours
 * answer when they are asked, unless they are {@link #ABSENT}.
 */
final class SixRow {
  static final String INSIDE = "fd00:0:0:1:0:0:0:1";
  static final String HOST = "fd00:0:0:1:0:0:0:2";
  static final String OTHER = "fd00:0:0:1:0:0:0:3";
  static final String ABSENT = "fd00:0:0:1:0:0:0:99";
  static final String OUTSIDE = "fd00:0:0:2:0:0:0:1";
  static final String PEER = "fd00:0:0:2:0:0:0:2";
  static final long PEER_MAC = 0x020000000009L;
  private static final long[] OURS = {0x020000000001L, 0x020000000002L};

  final RouterHost router;
  final VirtualClock clock = new VirtualClock();
  final ScriptedLink[] links = new ScriptedLink[2];
  final List<Deque<SeenFrame>> sent = List.of(new ArrayDeque<>(), new ArrayDeque<>());

  SixRow() {
    for (int i = 0; i < 2; i++) {
      int side = i;
      links[i] = new ScriptedLink(1514, frame -> sent(side, frame));
    }
    router = Router.host(new Link[] {links[0], links[1]}, OURS, new FixedEntropy(1));
    Router.addIpv6(router, new FixedEntropy(2));
    add(0, INSIDE);
    add(1, OUTSIDE);
    router.start6(0, true, 0);
    router.start6(1, false, 0);
    advanceMs(5000);
    sent.forEach(Deque::clear);
  }

  private void add(int port, String address) {
    byte[] b = Ipv6Packet.address(address);
    long high = ByteBuffer.wrap(b).getLong();
    assertEquals(0, router.ports6[port].addresses.add(high, Octets.u48(b, 10), 64, false, 0));
  }

  void give(int side, Ipv6Packet packet) {
    give(side, OURS[side], packet);
  }

  void give(int side, long mac, Ipv6Packet packet) {
    byte[] b = packet.build();
    links[side].inject(
        Frames.ethernet(PEER_MAC, mac).type(Frames.ETHERTYPE_IPV6).payload(b).build());
    poll();
  }

  void poll() {
    do {
      router.stack.poll(clock.nowNs());
    } while (links[0].queued() + links[1].queued() > 0);
  }

  void advanceMs(long ms) {
    long targetNs = clock.nowNs() + ms * 1_000_000L;
    do {
      clock.moveTo(Math.max(clock.nowNs(), Math.min(router.stack.deadlineNs(), targetNs)));
      poll();
    } while (clock.nowNs() < targetNs);
  }

  private void sent(int side, byte[] bytes) {
    SeenFrame frame = new SeenFrame(bytes, clock.nowNs());
    assertNull(frame.problem(), () -> "a bad frame: " + frame);
    if (!frame.isIcmpv6() || frame.icmpType() != 135) {
      sent.get(side).add(frame);
      return;
    }
    String target = frame.target6();
    String source = frame.source6();
    boolean ours = target.equals(INSIDE) || target.equals(OUTSIDE) || source.matches("[0:]*");
    if (!ours && !target.equals(ABSENT)) {
      byte[] body = Octets.concat(Octets.of(0x60, 0, 0, 0), Ipv6Packet.address(target));
      body = Octets.concat(body, Octets.of(2, 1, 2, 0, 0, 0, 0, 9));
      Ipv6Packet answer = new Ipv6Packet(target, source).hopLimit(255).icmp(136, 0, body);
      byte[] b = answer.build();
      links[side].inject(
          Frames.ethernet(PEER_MAC, OURS[side]).type(Frames.ETHERTYPE_IPV6).payload(b).build());
    }
  }

  /** The next packet that left on a link: 0 inside, 1 outside. */
  SeenFrame next(int side) {
    SeenFrame frame = sent.get(side).poll();
    assertNotNull(frame, "nothing was sent");
    return frame;
  }

  void nothing() {
    assertEquals(0, sent.get(0).size() + sent.get(1).size(), () -> "sent: " + sent);
    assertEquals(0, counter(Counter.STACK_INTERNAL_ERROR));
  }

  long counter(int counter) {
    return router.counters.value(counter);
  }
}
