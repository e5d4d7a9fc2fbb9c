// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.host.DhcpClient;
import dev.tulle.profile.Host;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;

/** What comes before a program can begin: an address by DHCP, and that of the host it talks to. */
final class Preparation {
  /** As long as it takes to ask four times, and then to see that nobody else has the address. */
  private static final long LEASE_NS = 45_000_000_000L;

  private final Messages messages;
  private final Program program;
  private final boolean dhcp;
  private Host host;
  private long limitNs;

  /** Of the client's states the last that was told of. */
  private int told;

  private boolean done;
  private boolean failed;

  Preparation(Messages messages, Program program, boolean dhcp) {
    this.messages = messages;
    this.program = program;
    this.dhcp = dhcp;
  }

  /** Begins, on an assembled stack; whether that worked out. */
  boolean begin(Host host, long nowNs) {
    this.host = host;
    limitNs = nowNs + LEASE_NS;
    if (dhcp && host.dhcp.start(nowNs) < 0) {
      messages.say("the port of DHCP is taken");
      return false;
    }
    poll(nowNs);
    return !failed;
  }

  /** Whether the program has begun. */
  boolean done() {
    return done;
  }

  /** Whether it never will, and it was said why. */
  boolean failed() {
    return failed;
  }

  /** Does what can be done now; answers when to be called again. */
  long poll(long nowNs) {
    if (dhcp && !leased()) {
      if (limitNs - nowNs > 0) {
        return limitNs;
      }
      messages.say("no address by DHCP: no server answered in 45 seconds; give --address A/P");
      failed = true;
      return Part.NEVER;
    }
    Target target = program.target();
    int status = target == null ? Status.OK : target.poll(host);
    if (status == Status.WOULD_BLOCK) {
      return Part.NEVER;
    }
    if (status < 0) {
      target.say(messages, status);
    }
    failed = status < 0 || program.start(host, nowNs) < 0;
    done = !failed;
    return nowNs;
  }

  /** Whether there is an address; tells how far it is. */
  private boolean leased() {
    boolean bound = host.dhcp.bound();
    int state = bound ? DhcpClient.BOUND : host.dhcp.state();
    if (told == 0) {
      messages.say("asking for an address by DHCP");
      told = DhcpClient.INIT;
    } else if (state >= DhcpClient.PROBING && state != told) {
      if (bound) {
        messages.begin("has the address ").line().address(host.port.address);
        messages.line().put(" from ").address(host.dhcp.server());
        messages.end();
      } else {
        messages.say("an address was offered; making sure that nobody else has it");
      }
      told = state;
    }
    return bound;
  }
}
