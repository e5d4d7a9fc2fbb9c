// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.host.DhcpClient;
import dev.tulle.link.Link;
import dev.tulle.nd.Ipv6Port;
import dev.tulle.profile.Client;
import dev.tulle.profile.Host;
import dev.tulle.profile.Profile;
import dev.tulle.stack.Part;

/** Runs one program: reads its command line, assembles its stack, and turns its event loop. */
public final class Runner {
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int USED_WRONGLY = 2;

  /** How long a program may take to end after it was asked to. */
  private static final long STOP_NS = 2_000_000_000L;

  /** How long what a program left behind may take to be delivered after its end. */
  private static final long DRAIN_NS = 10_000_000_000L;

  private final Platform platform;
  private final Program program;
  private final Profile profile;
  private final Instruments instruments;
  private final Messages messages;
  private final Options options;
  private LinkWatch link;

  private Runner(Platform platform, Program program, Profile profile, Instruments instruments) {
    this.platform = platform;
    this.program = program;
    this.profile = profile;
    this.instruments = instruments;
    messages = new Messages(platform, program.name());
    options = new Options(messages);
  }

  /** Runs a program on a client's stack to its end and answers the process's exit code. */
  public static int run(Platform platform, Program program) {
    return run(platform, program, Client::host);
  }

  /** Runs a program on the stack of a profile to its end and answers the process's exit code. */
  public static int run(Platform platform, Program program, Profile profile) {
    return run(platform, program, profile, new Instruments());
  }

  /**
   * As the one above, without what is for experiments alone where {@code instruments} is null: its
   * code is then not in a native binary.
   */
  public static int run(
      Platform platform, Program program, Profile profile, Instruments instruments) {
    return new Runner(platform, program, profile, instruments).run();
  }

  private int run() {
    Arguments arguments = platform.arguments();
    int index = 0;
    while (index < arguments.count()) {
      byte[] word = arguments.get(index);
      if (Text.is(word, 0, word.length, "--help")) {
        platform.console().out(program.usage());
        platform.console().out(Options.USAGE);
        if (instruments != null) {
          instruments.usage(platform.console());
        }
        platform.console().out(Options.HELP);
        return OK;
      }
      int taken = options.take(arguments, index);
      if (taken == 0 && instruments != null) {
        taken = instruments.take(messages, arguments, index);
      }
      if (taken == 0) {
        taken = program.take(arguments, index);
      }
      if (taken == 0) {
        boolean option = word.length > 0 && word[0] == '-';
        messages.say(option ? "unknown option " : "unexpected word ", word, " (see --help)");
      }
      if (taken <= 0) {
        return USED_WRONGLY;
      }
      index += taken;
    }
    options.dhcp |= program.leases();
    options.bare = program.bare();
    if (!program.complete() || !options.complete()) {
      return USED_WRONGLY;
    }
    return openLink() ? runOnLink() : FAILED;
  }

  private boolean openLink() {
    boolean tap = options.tap != null;
    byte[] name = tap ? options.tap : options.interfaceName;
    Link opened =
        instruments == null
            ? Options.open(platform, messages, tap, name)
            : instruments.open(platform, messages, tap, name);
    if (opened == null) {
      return false;
    }
    link = new LinkWatch(opened);
    return true;
  }

  private int runOnLink() {
    long mac = options.mac != 0 ? options.mac : platform.mac();
    if (mac == 0) {
      mac = Options.drawMac(platform.entropy());
    }
    Host host = assemble(mac);
    if (instruments != null) {
      instruments.tell(host, link, platform, messages);
    }
    Target target = program.target();
    if (target != null && target.unknown() && !options.named() && host.mdns == null) {
      target.put(messages.begin("which name server? Give --dns A to look up ").line());
      messages.end();
      return USED_WRONGLY;
    }
    if (instruments != null && !instruments.open(messages, host, options)) {
      return FAILED;
    }
    Preparation preparation = new Preparation(messages, program, options);
    int code = preparation.begin(host, platform.nowNs()) ? loop(host, preparation) : FAILED;
    preparation.end();
    giveBack(host);
    if (instruments != null && !instruments.close(messages)) {
      code = code == OK ? FAILED : code;
    }
    return code;
  }

  private Host assemble(long mac) {
    Host host =
        profile.host(link, mac, platform.entropy(), program.connections(), program.bufferBytes());
    for (int i = 0; i < options.dnsCount; i++) {
      host.nameServers.add(options.dns[i]);
    }
    if (options.dnsCount > 0) {
      host.nameServers.fix();
    }
    if (host.ipv6Port != null) {
      startSix(host.ipv6Port);
    }
    if (!options.dhcp && options.addressed) {
      host.address(options.address, options.mask, options.gateway);
    }
    return host;
  }

  private void startSix(Ipv6Port port) {
    long nowNs = platform.nowNs();
    port.start(nowNs);
    if (options.sixBits > 0) {
      port.addresses.add(options.six.high, options.six.low, options.sixBits, true, nowNs);
    }
    if (options.sixGateway.six()) {
      port.routers.add(options.sixGateway.high, options.sixGateway.low);
    }
  }

  /** Delivers what a program left behind when it closed its connections, within a limit. */
  private void drain(Host host) {
    long nowNs = platform.nowNs();
    long limitNs = nowNs + DRAIN_NS;
    long deadlineNs = host.stack.poll(nowNs);
    while (host.tcp.delivering()
        && limitNs - nowNs > 0
        && !link.gone()
        && !platform.stopRequested()) {
      deadlineNs = Math.min(deadlineNs, Math.min(link.deadlineNs(), limitNs));
      if (deadlineNs - nowNs > 0) {
        platform.await(deadlineNs);
      }
      nowNs = platform.nowNs();
      deadlineNs = host.stack.poll(nowNs);
    }
  }

  /** Tells the DHCP server that the address is free, where there is one and the link is there. */
  private void giveBack(Host host) {
    if (!options.dhcp || link.gone()) {
      return;
    }
    long nowNs = platform.nowNs();
    host.dhcp.release(nowNs);
    long deadlineNs = host.stack.poll(nowNs);
    while (host.dhcp.state() != DhcpClient.OFF && !link.gone()) {
      deadlineNs = Math.min(deadlineNs, link.deadlineNs());
      if (deadlineNs - nowNs > 0) {
        platform.await(deadlineNs);
      }
      nowNs = platform.nowNs();
      deadlineNs = host.stack.poll(nowNs);
    }
  }

  private int loop(Host host, Preparation preparation) {
    long giveUpNs = Part.NEVER;
    while (true) {
      long nowNs = platform.nowNs();
      // The program works between the stack's halves: what it writes leaves before we sleep, and
      // with the acknowledgements that are due anyway.
      host.stack.input(nowNs);
      boolean begun = preparation.done();
      long programNs = begun ? program.poll(nowNs) : Part.NEVER;
      long stackNs = host.stack.output(nowNs);
      if (!begun) {
        programNs = preparation.poll(nowNs);
        stackNs = host.stack.deadlineNs();
        if (preparation.failed()) {
          return FAILED;
        }
      }
      if (begun && program.exitCode() != Program.RUNNING) {
        drain(host);
        return program.exitCode();
      }
      if (link.gone()) {
        program.abandon();
        messages.say("the link is gone: the device was removed or taken down");
        return FAILED;
      }
      if (platform.stopRequested()) {
        if (giveUpNs != Part.NEVER) {
          program.abandon();
          return FAILED;
        }
        if (!begun) {
          messages.say("interrupted");
          return FAILED;
        }
        giveUpNs = nowNs + STOP_NS;
        program.stop(nowNs);
        continue;
      }
      if (giveUpNs - nowNs <= 0) {
        program.abandon();
        return FAILED;
      }
      long deadlineNs =
          Math.min(Math.min(programNs, stackNs), Math.min(link.deadlineNs(), giveUpNs));
      if (instruments != null) {
        deadlineNs = instruments.waits(deadlineNs, nowNs);
      }
      if (deadlineNs - nowNs > 0) {
        platform.await(deadlineNs);
      }
    }
  }
}
