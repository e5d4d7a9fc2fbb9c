// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

import dev.tulle.profile.Host;
import dev.tulle.stack.Counter;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A whole assembled host on a scripted link and a virtual clock: the test is everyone else.
 *
 * <p>The host is {@link #HOST}, the test {@link #PEER} and, through the gateway that {@code PEER}
 * is as well, the rest of the world. ARP requests are answered at once unless a test says
 * otherwise. Every frame that the host sends is decoded, and one with a wrong length or checksum or
 * with octets in its padding fails the test.
 *
 * <pre>{@code
 * HostHarness h = new HostHarness(Minimal::host);
 * h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).icmp(Frames.echoRequest(1, 1, 56))));
 * h.expect(icmp(0, 0).and(data(Octets.pattern(0, 56))));
 * h.expectNothing();
 * }</pre>
 */
public final class HostHarness {
  public static final long HOST_MAC = 0x020000000001L;
  public static final long PEER_MAC = 0x020000000002L;
  public static final int HOST = Octets.address("10.9.0.2");
  public static final int PEER = Octets.address("10.9.0.1");
  public static final int MASK = Octets.address("255.255.255.0");

  public static final String HOST6 = "fd00::2";
  public static final String PEER6 = "fd00::1";

  /** An address behind the gateway. */
  public static final int STRANGER = Octets.address("192.0.2.7");

  private static final int FRAME_BYTES = 1514;
  private static final int HISTORY = 40;
  private static final int MAX_TURNS = 10_000;

  public final Host host;
  public final VirtualClock clock = new VirtualClock();
  public final ScriptedLink link = new ScriptedLink(FRAME_BYTES, this::sent);

  private final Deque<SeenFrame> sent = new ArrayDeque<>();
  private final Deque<String> history = new ArrayDeque<>();
  private boolean arpAnswered = true;
  private boolean six;
  private boolean sixAnswered = true;
  private FrameListener listener = (frame, timeNs) -> {};
  private int sequenceBase;
  private int acknowledgmentBase;
  private long sentCount;

  public HostHarness(Assembly assembly) {
    this(assembly, 1);
  }

  /**
   * @param seed of the host's entropy
   */
  public HostHarness(Assembly assembly, long seed) {
    host = assembly.host(link, HOST_MAC, new FixedEntropy(seed));
    host.address(HOST, MASK, PEER);
    clock.advanceMs(1000);
    poll();
    sent.clear();
  }

  public long nowNs() {
    return clock.nowNs();
  }

  /** Whether ARP requests of the host are answered here; where not, they are frames to expect. */
  public void answerArp(boolean answered) {
    arpAnswered = answered;
  }

  /**
   * Gives the host {@link #HOST6} besides, and answers its questions about neighbours of IPv6, each
   * of which has the peer's link address.
   */
  public HostHarness six() {
    ByteBuffer b = ByteBuffer.wrap(Ipv6Packet.address(HOST6));
    host.ipv6Port.addresses.add(b.getLong(), b.getLong(), 64, false, nowNs());
    advanceMs(3000);
    takeSent();
    six = true;
    return this;
  }

  /** Whether questions about neighbours of IPv6 are answered here; else they are to expect. */
  public void answerSix(boolean answered) {
    sixAnswered = answered;
  }

  /** Whether the host has an address of IPv6 as well. */
  public boolean hasSix() {
    return six;
  }

  /** A frame from the peer's link address that carries a packet, to its group where it has one. */
  public byte[] fromPeer(Ipv6Packet packet) {
    return Frames.ethernet(PEER_MAC, packet.group() ? packet.groupMac() : HOST_MAC)
        .type(Frames.ETHERTYPE_IPV6)
        .payload(packet.build())
        .build();
  }

  /** A frame from the peer's link address that carries a datagram. */
  public byte[] fromPeer(Ipv4Datagram datagram) {
    return Frames.ethernet(PEER_MAC, HOST_MAC).ipv4(datagram).build();
  }

  /** Lets the host receive a frame, and whatever follows from that now. */
  public void inject(byte[] frame) {
    queue(frame);
    poll();
  }

  /** Hears of the frames that a test injects. */
  @FunctionalInterface
  public interface FrameListener {
    void injected(byte[] frame, long nowNs);
  }

  /** Tells somebody of every frame that is injected from now on, before the host has it. */
  public void onInject(FrameListener to) {
    listener = to;
  }

  /** Queues a frame that the host receives with its next poll. */
  public void queue(byte[] frame) {
    listener.injected(frame, clock.nowNs());
    receive(frame);
  }

  private void receive(byte[] frame) {
    remember("< ", new SeenFrame(frame, clock.nowNs()), acknowledgmentBase, sequenceBase);
    link.inject(frame);
  }

  /** Polls the host until it wants nothing more at the present time. */
  public void poll() {
    for (int turn = 0; turn < MAX_TURNS; turn++) {
      long deadlineNs = host.stack.poll(clock.nowNs());
      if (link.queued() == 0
          && deadlineNs - clock.nowNs() > 0
          && host.stack.deadlineNs() - clock.nowNs() > 0) {
        return;
      }
    }
    throw failure("the host wants to be polled again and again without time passing");
  }

  /** Lets time pass, waking the host at each of its deadlines. */
  public void advanceMs(long durationMs) {
    advanceNs(durationMs * 1_000_000L);
  }

  /** Lets time pass, waking the host at each of its deadlines. */
  public void advanceNs(long durationNs) {
    long targetNs = clock.nowNs() + durationNs;
    do {
      step(targetNs);
    } while (clock.nowNs() < targetNs);
  }

  /** Goes to the host's next deadline, or to the limit where that is earlier, and polls. */
  public void step(long limitNs) {
    poll();
    clock.moveTo(Math.max(clock.nowNs(), Math.min(host.stack.deadlineNs(), limitNs)));
    poll();
  }

  /** The next frame that the host sent and nobody took, or null. */
  public SeenFrame next() {
    if (sent.isEmpty()) {
      poll();
    }
    return sent.poll();
  }

  /** The next frame that the host sent within some time from now, waiting for it; or null. */
  public SeenFrame nextWithinNs(long durationNs) {
    long limitNs = clock.nowNs() + durationNs;
    poll();
    while (sent.isEmpty() && clock.nowNs() < limitNs) {
      step(limitNs);
    }
    return sent.poll();
  }

  /** How many frames the host has sent since it was made, ARP that was answered here included. */
  public long sentCount() {
    return sentCount;
  }

  /** All frames that the host sent and nobody took. */
  public List<SeenFrame> takeSent() {
    poll();
    List<SeenFrame> frames = new ArrayList<>(sent);
    sent.clear();
    return frames;
  }

  /** Takes the next frame and checks it. */
  public SeenFrame expect(FrameCheck check) {
    SeenFrame frame = next();
    if (frame == null) {
      throw failure("expected a frame, but nothing was sent");
    }
    String mismatch = check.mismatch(frame);
    if (mismatch != null) {
      throw failure(mismatch + "\n  in " + text(frame));
    }
    return frame;
  }

  public void expectNothing() {
    SeenFrame frame = next();
    if (frame != null) {
      throw failure("expected nothing, but was sent\n  " + text(frame));
    }
  }

  /** A counter's value. */
  public long counter(int counter) {
    return host.counters.value(counter);
  }

  /** Fails where the host met an exception of its own. */
  public void expectNoInternalError() {
    if (counter(Counter.STACK_INTERNAL_ERROR) != 0) {
      throw failure("stack.internal_error is " + counter(Counter.STACK_INTERNAL_ERROR));
    }
  }

  /** An error with what went by last, for the reader of a failed test. */
  public AssertionError failure(String what) {
    StringBuilder s = new StringBuilder(what).append("\nwhat went by (> from the host):\n");
    for (String line : history) {
      s.append("  ").append(line).append('\n');
    }
    return new AssertionError(
        s.append("  now ").append(String.format("%11.6f", clock.nowNs() / 1e9)).toString());
  }

  /** From which numbers TCP's are counted in texts: the first octet of either side. */
  void bases(int host, int peer) {
    sequenceBase = host;
    acknowledgmentBase = peer;
  }

  String text(SeenFrame frame) {
    String text = FrameText.of(frame, sequenceBase, acknowledgmentBase);
    return frame.problem() == null ? text : text + "  !! " + frame.problem();
  }

  private void sent(byte[] bytes) {
    sentCount++;
    SeenFrame frame = new SeenFrame(bytes, clock.nowNs());
    remember("> ", frame, sequenceBase, acknowledgmentBase);
    if (frame.problem() != null) {
      throw failure("the host sent a bad frame: " + frame.problem());
    }
    if (arpAnswered && frame.isArp()) {
      answer(frame);
    } else if (six && sixAnswered && isQuestion(frame)) {
      receive(fromPeer(Discovery.advertisement(frame.target6(), frame.source6(), PEER_MAC, 0x60)));
    } else {
      sent.add(frame);
    }
  }

  /** Whether a frame asks for a neighbour, as one with an address does. */
  private static boolean isQuestion(SeenFrame f) {
    return f.isIcmpv6() && f.icmpType() == 135 && !f.source6().equals("0:0:0:0:0:0:0:0");
  }

  private void answer(SeenFrame request) {
    int target = request.arpTarget();
    if (request.arpOperation() == 1 && target != HOST) {
      ArpMessage reply =
          Frames.arpReply(PEER_MAC, target, request.arpSenderMac(), request.arpSender());
      receive(Frames.ethernet(PEER_MAC, request.arpSenderMac()).arp(reply).build());
    }
  }

  private void remember(String direction, SeenFrame frame, int sequence, int acknowledgment) {
    history.add(
        direction
            + FrameText.of(frame, sequence, acknowledgment)
            + (frame.problem() == null ? "" : "  !! " + frame.problem()));
    if (history.size() > HISTORY) {
      history.remove();
    }
  }
}
