// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

import dev.tulle.stack.Counter;
import dev.tulle.stack.CounterNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Throws one hostile frame at a host, and asserts what must hold after any such frame:
 *
 * <ol>
 *   <li>No exception leaves the input, and {@code stack.internal_error} stays 0.
 *   <li>Timers still run.
 *   <li>Packets and connections in use return to where they were once the timers have run.
 *   <li>A valid ping and a valid TCP echo exchange right afterwards succeed.
 *   <li>At most one frame comes in reply, not larger than the input; data of an established
 *       connection apart.
 *   <li>The named counters moved by exactly the expected amount, and no other that counts a drop.
 *   <li>The frame cut at every length, and with each single octet set to 00, 01, 7F, 80, FE and FF,
 *       satisfies 1 to 5 as well.
 * </ol>
 *
 * <p>Every variation meets a host of its own, fresh from the assembly, so none hides another's
 * harm; a variation costs some tens of microseconds.
 *
 * <pre>{@code
 * @Test
 * void ip4_10_badHeaderChecksum() {
 *   new HostileHarness(Minimal::host)
 *       .input(h -> h.fromPeer(Frames.ipv4(PEER, HOST).checksumOff(1).icmp(echoRequest(1, 1, 56))))
 *       .counts(Counter.IP_BADSUM)
 *       .run();
 * }
 * }</pre>
 */
public final class HostileHarness {
  /** Counters that valid traffic moves as well. */
  private static final Set<String> TRAFFIC =
      Set.of("link.received", "link.sent", "tcp.received", "tcp.sent");

  private static final int[] OCTETS = {0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF};
  private static final int SHORTEST_FRAME = 60;

  private final Assembly assembly;
  private Consumer<HostHarness> before = h -> {};
  private Consumer<HostHarness> after = h -> {};
  private Consumer<HostHarness> then = h -> {};
  private Consumer<HostHarness> recovery = h -> {};
  private Function<HostHarness, byte[]> input;
  private FrameCheck reply;
  private int[] counts = {};
  private boolean variations = true;

  public HostileHarness(Assembly assembly) {
    this.assembly = assembly;
  }

  /** What happens first with each host, such as binding a socket; it may send and take frames. */
  public HostileHarness before(Consumer<HostHarness> action) {
    before = action;
    return this;
  }

  /** What gives back what {@link #before} took, so that levels can return to where they were. */
  public HostileHarness after(Consumer<HostHarness> action) {
    after = action;
    return this;
  }

  /**
   * What must succeed after the frame before the host can be reached at all, such as obtaining its
   * address; it may let time pass.
   */
  public HostileHarness recovery(Consumer<HostHarness> action) {
    recovery = action;
    return this;
  }

  /** The hostile frame, which may depend on what {@link #before} did. */
  public HostileHarness input(Function<HostHarness, byte[]> frame) {
    input = frame;
    return this;
  }

  /** The counters that the frame must move, each by one; name one twice where it moves by two. */
  public HostileHarness counts(int... counters) {
    counts = counters.clone();
    return this;
  }

  /** The one frame that must come in reply; without this, none may come. */
  public HostileHarness replies(FrameCheck check) {
    reply = check;
    return this;
  }

  /** More that must hold right after the frame, unvaried, and its reply. */
  public HostileHarness then(Consumer<HostHarness> assertion) {
    then = assertion;
    return this;
  }

  /** Leaves out the variations, where a test runs many inputs that differ little. */
  public HostileHarness withoutVariations() {
    variations = false;
    return this;
  }

  /** Runs the frame and its variations; fails with the first thing that does not hold. */
  public void run() {
    byte[] original = runOriginal();
    if (!variations) {
      return;
    }
    for (int length = 0; length <= original.length; length++) {
      int cut = length;
      vary("cut to " + cut + " octets", frame -> Arrays.copyOf(frame, Math.min(cut, frame.length)));
    }
    for (int i = 0; i < original.length; i++) {
      for (int octet : OCTETS) {
        int at = i;
        vary(
            String.format("octet %d set to %02x", at, octet),
            frame -> {
              byte[] changed = frame.clone();
              if (at < changed.length) {
                changed[at] = (byte) octet;
              }
              return changed;
            });
      }
    }
  }

  private byte[] runOriginal() {
    Trial trial = new Trial();
    byte[] frame = trial.frame();
    List<SeenFrame> replies = trial.inject(frame);
    trial.checkCounters();
    if (reply == null && !replies.isEmpty()) {
      throw trial.h.failure("must not be answered: " + replies.get(0));
    }
    if (reply != null) {
      String mismatch =
          replies.isEmpty() ? "nothing was sent in reply" : reply.mismatch(replies.get(0));
      if (mismatch != null) {
        throw trial.h.failure("the reply: " + mismatch);
      }
    }
    then.accept(trial.h);
    trial.finish();
    return frame;
  }

  private void vary(String name, Function<byte[], byte[]> variation) {
    Trial trial = new Trial();
    try {
      trial.inject(variation.apply(trial.frame()));
      trial.finish();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("with the frame " + name + ": " + e.getMessage(), e);
    }
  }

  /** One host and what happens to it. */
  private final class Trial {
    final HostHarness h = new HostHarness(assembly);
    final LiveProbe probe = new LiveProbe(h);
    final int packets = h.host.pool.available();
    final int connections = h.host.tcp.connections();
    final long[] start = new long[Counter.COUNT];

    Trial() {
      before.accept(h);
      h.takeSent();
    }

    byte[] frame() {
      byte[] frame = input.apply(h);
      for (int i = 0; i < start.length; i++) {
        start[i] = h.counter(i);
      }
      return frame;
    }

    /** Assertions 1 and 5. */
    List<SeenFrame> inject(byte[] frame) {
      h.inject(frame);
      h.expectNoInternalError();
      List<SeenFrame> replies = new ArrayList<>();
      for (SeenFrame f : h.takeSent()) {
        if ((!f.isTcp() || f.data().length == 0) && !ofItsOwn(f)) {
          replies.add(f);
        }
      }
      if (replies.size() > 1) {
        throw h.failure("answered by " + replies.size() + " frames");
      }
      for (SeenFrame f : replies) {
        checkLength(f, frame.length);
      }
      return replies;
    }

    /** Whether it tells all of groups and addresses, or asks for routers: to nobody's order. */
    private boolean ofItsOwn(SeenFrame f) {
      return f.isIcmpv6()
          && (f.icmpType() == 143
              || f.icmpType() == 131
              || f.icmpType() == 132
              || f.icmpType() == 133
              || f.icmpType() == 135 && f.source6().equals("0:0:0:0:0:0:0:0"));
    }

    private void checkLength(SeenFrame f, int length) {
      // An ICMP error quotes what it is about behind 28 octets of its own.
      int more = f.isIcmpError() ? f.isIpv6() ? 48 : 28 : 0;
      if (f.isIcmpv6() && f.icmpType() == 136) {
        more = 8; // a link address, which the question need not have
      }
      if (f.length() > Math.max(SHORTEST_FRAME, length) + more) {
        throw h.failure("the reply is larger than the input of " + length + ": " + f);
      }
    }

    /** Assertion 6. */
    void checkCounters() {
      long[] expected = start.clone();
      for (int counter : counts) {
        expected[counter]++;
      }
      Set<String> wrong = new TreeSet<>();
      for (int i = 0; i < expected.length; i++) {
        String name = CounterNames.of(i);
        if (expected[i] != h.counter(i) && !TRAFFIC.contains(name)) {
          wrong.add(
              name
                  + " moved by "
                  + (h.counter(i) - start[i])
                  + ", not "
                  + (expected[i] - start[i]));
        }
      }
      if (!wrong.isEmpty()) {
        throw h.failure(String.join("; ", wrong));
      }
    }

    /** Assertions 4, 2 and 3. */
    void finish() {
      recovery.accept(h);
      probe.ping();
      probe.echo();
      probe.timers();
      after.accept(h);
      probe.close();
      probe.levels(packets, connections);
      h.expectNoInternalError();
    }
  }
}
