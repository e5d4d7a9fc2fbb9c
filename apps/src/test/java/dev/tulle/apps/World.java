// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.link.Link;
import dev.tulle.link.MemoryLink;
import dev.tulle.profile.Client;
import dev.tulle.profile.Host;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Part;

/**
 * Two machines on one cable and one clock: on the near one {@link Runner} runs a program, on the
 * far one another program runs while the near one sleeps.
 */
final class World {
  static final int NEAR = 0x0A090001;
  static final int FAR = 0x0A090002;
  private static final int MASK = 0xFFFFFF00;
  private static final long LIMIT_NS = 4_000_000_000_000L;

  long nowNs = 1_000_000_000L;
  final MemoryLink cable = MemoryLink.pair(4096, 1514);
  final FakePlatform near = new FakePlatform(this, 1);
  final FakePlatform far = new FakePlatform(this, 2);
  Host farHost;
  Program farProgram;

  /** Something that happens on the near machine whenever it sleeps. */
  Runnable meanwhile = () -> {};

  private Link farLink = cable.peer();
  private long farNs = Part.NEVER;
  private int turns;

  World() {
    near.tap = cable;
    near.sleep = this::sleep;
  }

  World farLink(Link link) {
    farLink = link;
    return this;
  }

  /** Starts a program on the far machine. */
  World far(Program program, String... words) {
    far.arguments(words);
    for (int i = 0; i < words.length; ) {
      int taken = program.take(far, i);
      assertTrue(taken > 0, far.err());
      i += taken;
    }
    assertTrue(program.complete(), far.err());
    farHost =
        Client.host(farLink, 0x020000000002L, far, program.connections(), program.bufferBytes());
    farHost.address(FAR, MASK, 0);
    farProgram = program;
    assertEquals(0, program.start(farHost, nowNs), far.err());
    return this;
  }

  /** Runs a program on the near machine to its end; answers its exit code. */
  int near(Program program, String... words) {
    String[] all = new String[words.length + 6];
    all[0] = "--tap";
    all[1] = "t0";
    all[2] = "--address";
    all[3] = "10.9.0.1/24";
    all[4] = "--mac"; // the far machine would doubt a new one for some time
    all[5] = "02:00:00:00:00:01";
    System.arraycopy(words, 0, all, 6, words.length);
    near.arguments(all);
    int code = Runner.run(near, program);
    stepFar();
    if (farHost != null) {
      assertEquals(0, farHost.counters.value(Counter.STACK_INTERNAL_ERROR));
    }
    return code;
  }

  /** Lets the far machine go on alone. */
  void farAlone(long ns) {
    long endNs = nowNs + ns;
    while (nowNs < endNs) {
      stepFar();
      nowNs = Math.max(nowNs + 1000, Math.min(farNs, endNs));
    }
  }

  void stepFar() {
    if (farHost == null) {
      return;
    }
    farHost.stack.input(nowNs);
    long programNs = farProgram.exitCode() == Program.RUNNING ? farProgram.poll(nowNs) : Part.NEVER;
    farNs = Math.min(farHost.stack.output(nowNs), Math.min(programNs, farLink.deadlineNs()));
  }

  private void sleep(long deadlineNs) {
    do {
      meanwhile.run();
      stepFar();
      if (cable.waiting() > 0 || near.stop || near.inputReady()) {
        nowNs += 1000;
        return;
      }
      long nextNs = Math.min(Math.min(deadlineNs, farNs), nowNs + 1_000_000_000L);
      nowNs = nextNs > nowNs ? nextNs : nowNs + 1000;
      if (nowNs > LIMIT_NS || ++turns > 50_000_000) {
        throw new AssertionError("it hangs; near: " + near.err() + " far: " + far.err());
      }
    } while (nowNs < deadlineNs);
  }
}
