// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit.sim;

import dev.tulle.link.CaptureSink;
import dev.tulle.stack.Counter;
import dev.tulle.testkit.VirtualClock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * One run of a drawn {@link Scenario}, with its oracles: first with faults, then without, until all
 * conversations are over and the stacks are as empty as they began.
 *
 * <p>A run has one thread, its own clock, and nothing but its seed that decides anything, so it is
 * the same each time, to the frame.
 *
 * <pre>{@code
 * Result result = new Simulation(12345).run();
 * if (result.failure() != null) { ... }
 * }</pre>
 */
public final class Simulation {
  private static final long SECOND_NS = 1_000_000_000L;

  /**
   * For what is left after the faults: a time-out of at most a minute, then some, on a slow link.
   */
  private static final long FINISH_NS = 400 * SECOND_NS;

  /** An end whose peer went without a word that arrived gives up after so long. */
  private static final long GONE_NS = 30 * SECOND_NS;

  /** TIME-WAIT, orphans' retransmissions and lingering. */
  private static final long EMPTY_NS = 400 * SECOND_NS;

  private static final long TICK_NS = 5 * SECOND_NS;
  private static final int MOST_TURNS = 20_000;

  private final long seed;
  private final Scenario scenario;
  private final VirtualClock clock = new VirtualClock();
  private Consumer<Simulation> sabotage = s -> {};
  private long finishedNs;

  public Simulation(long seed) {
    this(seed, host -> null);
  }

  /**
   * @param sinks where the frames of each host, counted from 0, are captured; answers null where
   *     they are not
   */
  public Simulation(long seed, IntFunction<CaptureSink> sinks) {
    this.seed = seed;
    scenario = new Scenario(seed, sinks);
  }

  /** Does something to frames that a network does not do. */
  public Simulation meddle(Meddler meddler) {
    scenario.network.meddler = meddler;
    return this;
  }

  /** Does something to hosts and applications before the run ends. */
  Simulation sabotage(Consumer<Simulation> deed) {
    sabotage = deed;
    return this;
  }

  Scenario scenario() {
    return scenario;
  }

  public Result run() {
    String failure = null;
    try {
      play();
    } catch (Violation e) {
      failure = e.getMessage();
    } catch (RuntimeException | Error e) {
      failure = e + " at " + (e.getStackTrace().length == 0 ? "?" : e.getStackTrace()[0]);
    }
    return result(failure);
  }

  private void play() {
    go(() -> over(), scenario.healedNs + FINISH_NS, "conversations are not over");
    finishedNs = clock.nowNs();
    long emptyNs = Math.max(finishedNs, scenario.healedNs) + EMPTY_NS;
    go(() -> empty(), emptyNs, "connections are left");
    sabotage.accept(this);
    for (SimulatedHost host : scenario.hosts) {
      check(host);
    }
  }

  private boolean over() {
    for (Conversation c : scenario.conversations) {
      if (!c.over()) {
        return false;
      }
    }
    return true;
  }

  private boolean empty() {
    for (SimulatedHost host : scenario.hosts) {
      if (host.host.tcp.connections() != 0
          || host.host.pool.available() != host.host.pool.capacity()) {
        return false;
      }
    }
    return true;
  }

  private static void check(SimulatedHost host) {
    if (host.host.counters.value(Counter.STACK_INTERNAL_ERROR) != 0) {
      throw new Violation(host.name + " counts stack.internal_error");
    }
    int left = host.host.pool.capacity() - host.host.pool.available();
    if (left != 0) {
      throw new Violation(host.name + " misses " + left + " packets in its pool");
    }
  }

  /** Lets everything happen until a condition holds, which must be before a time. */
  private void go(BooleanSupplier until, long limitNs, String otherwise) {
    int turns = 0;
    while (!until.getAsBoolean()) {
      long nowNs = clock.nowNs();
      scenario.network.move(nowNs);
      long nextNs = nowNs + TICK_NS; // an end may have to give up
      for (SimulatedHost host : scenario.hosts) {
        if (host.nextNs(nowNs) <= nowNs) {
          host.turn(nowNs);
        }
        nextNs = Math.min(nextNs, host.nextNs(nowNs));
      }
      for (Flood flood : scenario.floods) {
        flood.turn(nowNs);
        nextNs = Math.min(nextNs, flood.nextNs(nowNs));
      }
      nextNs = Math.max(nowNs, Math.min(nextNs, scenario.network.nextNs()));
      turns = nextNs == nowNs ? turns + 1 : 0;
      if (turns > MOST_TURNS) {
        throw new Violation("time stands still at " + nowNs / 1e9 + " s");
      }
      if (nextNs > limitNs) {
        throw new Violation(otherwise + " at " + nowNs / 1e9 + " s: " + left());
      }
      clock.moveTo(nextNs);
      if (nowNs > scenario.healedNs + GONE_NS) {
        for (Conversation c : scenario.conversations) {
          c.giveUp(nowNs - GONE_NS, nowNs);
        }
      }
    }
  }

  private String left() {
    StringBuilder s = new StringBuilder();
    for (SimulatedHost host : scenario.hosts) {
      s.append(host.name).append(" has ").append(host.host.tcp.connections());
      s.append(" connections, lacks ");
      s.append(host.host.pool.capacity() - host.host.pool.available()).append(" packets; ");
    }
    for (Conversation c : scenario.conversations) {
      if (!c.over()) {
        s.append(c.client).append(", ").append(c.server).append("; ");
      }
    }
    return s.toString();
  }

  private long counted(int counter) {
    long sum = 0;
    for (SimulatedHost host : scenario.hosts) {
      sum += host.host.counters.value(counter);
    }
    return sum;
  }

  private Result result(String failure) {
    long digest = 0;
    long frames = 0;
    for (SimulatedHost host : scenario.hosts) {
      digest = digest * 31 + host.wire.digest;
      frames += host.wire.frames;
    }
    int broken = 0;
    long octets = 0;
    for (Conversation c : scenario.conversations) {
      broken += c.client.broken || c.server.broken ? 1 : 0;
      octets += c.client.in.read + c.server.in.read;
    }
    long lost = 0;
    long overflowed = 0;
    for (Pipe pipe : scenario.network.pipes) {
      lost += pipe.lost;
      overflowed += pipe.overflowed;
    }
    return new Result(
        seed,
        failure,
        failure == null ? null : scenario.toString(),
        digest,
        frames,
        scenario.conversations.size(),
        broken,
        octets,
        counted(Counter.TCP_SENT),
        counted(Counter.TCP_RETRANSMITTED),
        counted(Counter.TCP_TIMEOUT),
        counted(Counter.TCP_UNDONE),
        lost,
        overflowed,
        scenario.healedNs,
        finishedNs,
        clock.nowNs());
  }
}
