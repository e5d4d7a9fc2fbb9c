// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

import dev.tulle.link.Impairment;
import dev.tulle.link.ImpairmentSettings;
import dev.tulle.link.MemoryLink;
import dev.tulle.profile.Host;
import dev.tulle.stack.Counter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Two whole hosts on one cable and one virtual clock, with an impairment between them.
 *
 * <p>The left host is {@link #LEFT}, the right one {@link #RIGHT}. Time jumps from one deadline to
 * the next, so an hour of waiting costs nothing, and the same seeds always do the same.
 *
 * <pre>{@code
 * TwoHosts net = new TwoHosts(Client::host, settings);
 * Flow flow = net.flow(1 << 20);
 * net.run(flow::done, 60_000);
 * }</pre>
 */
public final class TwoHosts {
  public static final int LEFT = Octets.address("10.9.0.1");
  public static final int RIGHT = Octets.address("10.9.0.2");
  private static final long LEFT_MAC = 0x020000000001L;
  private static final long RIGHT_MAC = 0x020000000002L;
  private static final int FRAMES = 4096;
  private static final int FRAME_BYTES = 1514;
  private static final int MAX_IDLE_TURNS = 100_000;

  public final VirtualClock clock = new VirtualClock();
  public final Host left;
  public final Host right;

  /** What the cable does to frames of either direction. */
  public final Impairment impairment;

  private final MemoryLink cable;
  private final List<Flow> flows = new ArrayList<>();
  private int nextPort = 5001;

  /** Two hosts of the same kind. */
  public TwoHosts(Assembly both, ImpairmentSettings settings) {
    this(both, both, settings);
  }

  public TwoHosts(Assembly left, Assembly right, ImpairmentSettings settings) {
    cable = MemoryLink.pair(FRAMES, FRAME_BYTES);
    impairment = new Impairment(cable, settings, FRAMES);
    this.left = left.host(impairment, LEFT_MAC, new FixedEntropy(settings.seed * 2));
    this.right = right.host(cable.peer(), RIGHT_MAC, new FixedEntropy(settings.seed * 2 + 1));
    this.left.address(LEFT, HostHarness.MASK, 0);
    this.right.address(RIGHT, HostHarness.MASK, 0);
    clock.advanceMs(1000);
  }

  /** Starts a transfer of octets from left to right, over a connection of its own. */
  public Flow flow(long octets) {
    return flow(left, right, RIGHT, octets);
  }

  /** Starts a transfer from right to left, over a connection that the right host opens. */
  public Flow flowBack(long octets) {
    return flow(right, left, LEFT, octets);
  }

  private Flow flow(Host from, Host to, int address, long octets) {
    Flow flow = new Flow(from, to, address, nextPort++, octets);
    flows.add(flow);
    return flow;
  }

  /** Runs until the condition holds; fails where that takes longer than the limit. */
  public void run(BooleanSupplier until, long limitMs) {
    long limitNs = clock.nowNs() + limitMs * 1_000_000L;
    int turns = 0;
    long lastNs = clock.nowNs();
    while (!until.getAsBoolean()) {
      long nextNs = step();
      if (until.getAsBoolean()) {
        break;
      }
      if (nextNs - limitNs > 0) {
        throw new AssertionError("not done after " + limitMs + " ms: " + describe());
      }
      turns = nextNs <= lastNs ? turns + 1 : 0;
      if (turns > MAX_IDLE_TURNS) {
        throw new AssertionError("time stands still: " + describe());
      }
      lastNs = Math.max(lastNs, nextNs);
      clock.moveTo(lastNs);
    }
    if (counter(Counter.STACK_INTERNAL_ERROR) != 0) {
      throw new AssertionError("stack.internal_error: " + describe());
    }
  }

  /** Lets time pass for both hosts. */
  public void advanceMs(long durationMs) {
    long limitNs = clock.nowNs() + durationMs * 1_000_000L;
    while (clock.nowNs() < limitNs) {
      clock.moveTo(Math.max(clock.nowNs(), Math.min(step(), limitNs)));
    }
  }

  /** Polls both hosts and all flows once at the present time; answers when to come again. */
  public long step() {
    long nowNs = clock.nowNs();
    left.stack.poll(nowNs);
    right.stack.poll(nowNs);
    boolean more = cable.waiting() > 0 || cable.peer().waiting() > 0;
    for (Flow flow : flows) {
      more |= flow.poll();
    }
    long deadlineNs = Math.min(left.stack.deadlineNs(), right.stack.deadlineNs());
    return more ? nowNs : Math.max(deadlineNs, nowNs);
  }

  /** A counter's value in both hosts together. */
  public long counter(int counter) {
    return left.counters.value(counter) + right.counters.value(counter);
  }

  private String describe() {
    StringBuilder s = new StringBuilder();
    s.append("time ").append(clock.nowNs() / 1e9);
    for (Flow flow : flows) {
      s.append("; ").append(flow);
    }
    return s.append("; lost ").append(impairment.lost()).toString();
  }
}
