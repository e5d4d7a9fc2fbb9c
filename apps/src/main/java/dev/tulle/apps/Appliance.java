// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.link.Link;
import dev.tulle.profile.Host;
import dev.tulle.profile.Profile;

/**
 * Runs one program on a machine that has one link and is there for nothing else.
 *
 * <p>It has an address from its arguments, and neither impairment nor capture: {@link Runner} has.
 */
public final class Appliance {
  private static final int FAILED = 1;
  private static final int USED_WRONGLY = 2;

  private final Platform platform;
  private final Program program;
  private final FewOptions options = new FewOptions();

  private Appliance(Platform platform, Program program) {
    this.platform = platform;
    this.program = program;
  }

  /** Runs the program to its end and answers its exit code. */
  public static int run(Platform platform, Link link, Program program, Profile profile) {
    Appliance appliance = new Appliance(platform, program);
    appliance.options.mac = platform.mac();
    return appliance.run(link, profile);
  }

  private int run(Link link, Profile profile) {
    if (!takeAll(platform.arguments()) || !program.complete()) {
      return USED_WRONGLY;
    }
    Host host =
        profile.host(
            link, options.mac, platform.entropy(), program.connections(), program.bufferBytes());
    host.address(options.address, options.mask, options.gateway);
    if (program.start(host, platform.nowNs()) < 0) {
      return FAILED;
    }
    while (program.exitCode() == Program.RUNNING) {
      long nowNs = platform.nowNs();
      host.stack.input(nowNs);
      long programNs = program.poll(nowNs);
      long deadlineNs = Math.min(programNs, host.stack.output(nowNs));
      if (deadlineNs - nowNs > 0) {
        platform.await(deadlineNs);
      }
    }
    return program.exitCode();
  }

  private boolean takeAll(Arguments arguments) {
    for (int i = 0; i < arguments.count(); ) {
      int taken = i + 1 < arguments.count() ? options.take(arguments, i) : 0;
      if (taken == 0) {
        taken = program.take(arguments, i);
      }
      if (taken <= 0) {
        platform.console().error("wrong: ");
        platform.console().error(arguments.get(i), 0, arguments.get(i).length);
        platform.console().error("\n");
        return false;
      }
      i += taken;
    }
    if (options.address == 0) {
      platform.console().error("usage: --address A/P [--gateway A] [--mac M]\n");
    }
    return options.address != 0;
  }
}
