// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

import dev.tulle.link.Link;
import dev.tulle.profile.Full;
import dev.tulle.profile.Router;
import dev.tulle.profile.RouterHost;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Entropy;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A router on two scripted links and a virtual clock: the test is everyone on either side.
 *
 * <p>{@link #INSIDE} is the router's address on the link where the test is {@link #HOST} and others
 * of its subnet, {@link #OUTSIDE} its address where the test is {@link #GATEWAY}, behind which is
 * the rest of the world. ARP is answered at once, unless for {@link #ABSENT}. Frames that the
 * router sends are checked as those of {@link HostHarness} are.
 */
public final class RouterHarness {
  public static final int INSIDE = Octets.address("10.0.0.1");
  public static final int HOST = Octets.address("10.0.0.2");
  public static final int OTHER = Octets.address("10.0.0.3");
  public static final int ABSENT = Octets.address("10.0.0.99");
  public static final int OUTSIDE = Octets.address("192.0.2.2");
  public static final int GATEWAY = Octets.address("192.0.2.1");
  public static final int SERVER = Octets.address("198.51.100.7");
  public static final int MASK = Octets.address("255.255.255.0");

  private static final long[] OURS = {0x020000000001L, 0x020000000002L};
  private static final long PEER_MAC = 0x020000000009L;
  private static final int FRAME_BYTES = 1514;

  public final RouterHost router;
  public final VirtualClock clock = new VirtualClock();
  private final ScriptedLink[] links = new ScriptedLink[2];
  private boolean payloadsAccepted;
  private final Side[] sides = {new Side(), new Side()};

  /** What the router sent on one link and nobody took. */
  private static final class Side {
    final Deque<SeenFrame> sent = new ArrayDeque<>();
  }

  public RouterHarness() {
    this(1);
  }

  /**
   * @param seed of the router's entropy
   */
  public RouterHarness(long seed) {
    this(seed, Router::host);
  }

  /** One that is a host with everything as well. */
  public static RouterHarness gateway() {
    return new RouterHarness(1, Full::router);
  }

  /** A host on both links that is no router. */
  public static RouterHarness host() {
    return new RouterHarness(1, Full::host);
  }

  /** How what is tested is assembled. */
  private interface Made {
    RouterHost of(Link[] links, long[] macs, Entropy entropy);
  }

  private RouterHarness(long seed, Made made) {
    for (int i = 0; i < 2; i++) {
      int side = i;
      links[i] = new ScriptedLink(FRAME_BYTES, frame -> sent(side, frame));
    }
    router = made.of(links, OURS, new FixedEntropy(seed));
    router.addressOf(0, INSIDE, MASK);
    router.addressOf(1, OUTSIDE, MASK);
    int unused = router.routes.add(0, 0, GATEWAY);
    clock.advanceMs(1000);
    poll();
  }

  /** Adds translation with the outside link's address. */
  public RouterHarness nat() {
    Router.addNat(router, 1, new FixedEntropy(2));
    return this;
  }

  /** Adds a filter. */
  public RouterHarness filter(int policy) {
    Router.addFilter(router, policy);
    return this;
  }

  /**
   * Lets the router pass on what is wrong behind the IPv4 header: that is its receiver's to see.
   */
  public void acceptPayloads() {
    payloadsAccepted = true;
  }

  /** Lets a datagram arrive on the inside link. */
  public void fromInside(Ipv4Datagram datagram) {
    inject(0, Frames.ethernet(PEER_MAC, OURS[0]).ipv4(datagram).build());
  }

  /** Lets a datagram arrive on the outside link. */
  public void fromOutside(Ipv4Datagram datagram) {
    inject(1, Frames.ethernet(PEER_MAC, OURS[1]).ipv4(datagram).build());
  }

  /** Lets a frame arrive on a link: 0 inside, 1 outside. */
  public void inject(int side, byte[] frame) {
    links[side].inject(frame);
    poll();
  }

  /** A frame's beginning on a link, as from a neighbour there. */
  public EthernetFrame frame(int side) {
    return Frames.ethernet(PEER_MAC, OURS[side]);
  }

  /** The next packet that the router sent on the inside link; fails where there is none. */
  public SeenFrame inside() {
    return take(0);
  }

  /** The next packet that the router sent on the outside link; fails where there is none. */
  public SeenFrame outside() {
    return take(1);
  }

  private SeenFrame take(int side) {
    SeenFrame frame = sides[side].sent.poll();
    if (frame == null) {
      throw new AssertionError(
          "nothing was sent on the link " + (side == 0 ? "in" : "out") + "side");
    }
    return frame;
  }

  /** Fails where the router sent something that nobody took. */
  public void nothing() {
    for (Side side : sides) {
      if (!side.sent.isEmpty()) {
        throw new AssertionError("sent without being expected: " + side.sent.peek());
      }
    }
    if (counter(Counter.STACK_INTERNAL_ERROR) != 0) {
      throw new AssertionError("stack.internal_error moved");
    }
  }

  /** Forgets what the router sent; answers how many frames that were. */
  public int discard() {
    int count = sides[0].sent.size() + sides[1].sent.size();
    sides[0].sent.clear();
    sides[1].sent.clear();
    return count;
  }

  public long counter(int counter) {
    return router.counters.value(counter);
  }

  /** Lets time pass. */
  public void advanceMs(long ms) {
    long targetNs = clock.nowNs() + ms * 1_000_000L;
    do {
      clock.moveTo(Math.max(clock.nowNs(), Math.min(router.stack.deadlineNs(), targetNs)));
      poll();
    } while (clock.nowNs() < targetNs);
  }

  /** Polls until nothing is left to do now. */
  public void poll() {
    long deadlineNs;
    do {
      deadlineNs = router.stack.poll(clock.nowNs());
    } while (links[0].queued() + links[1].queued() > 0 || deadlineNs <= clock.nowNs());
  }

  private void sent(int side, byte[] bytes) {
    SeenFrame frame = new SeenFrame(bytes, clock.nowNs());
    boolean ours = !payloadsAccepted || frame.isArp();
    if (frame.problem() != null && (ours || frame.problem().startsWith("IPv4"))) {
      throw new AssertionError("the router sent a bad frame: " + frame);
    }
    if (!frame.isArp()) {
      sides[side].sent.add(frame);
    } else if (frame.arpOperation() == 1 && frame.arpTarget() != ABSENT) {
      ArpMessage reply =
          Frames.arpReply(PEER_MAC, frame.arpTarget(), frame.arpSenderMac(), frame.arpSender());
      links[side].inject(Frames.ethernet(PEER_MAC, OURS[side]).arp(reply).build());
    }
  }
}
