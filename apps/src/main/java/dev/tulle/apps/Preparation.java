// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.host.DhcpClient;
import dev.tulle.nd.Ipv6Port;
import dev.tulle.profile.Host;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;

/** What comes before a program can begin: an address by DHCP, and that of the host it talks to. */
final class Preparation {
  /** As long as it takes to ask four times, and then to see that nobody else has the address. */
  private static final long LEASE_NS = 45_000_000_000L;

  /** Routers answer within four seconds (RFC 4861 6.3.7), and each address is asked for. */
  private static final long SIX_NS = 10_000_000_000L;

  private static final long SIX_STEP_NS = 50_000_000L;

  /** The first half of some address on the Internet. */
  private static final long GLOBAL = 0x2000L << 48;

  private final Messages messages;
  private final Program program;
  private final boolean dhcp;
  private final Options options;
  private Host host;
  private long limitNs;

  /** Of the client's states the last that was told of. */
  private int told;

  private boolean done;
  private boolean failed;

  Preparation(Messages messages, Program program, Options options) {
    this.messages = messages;
    this.program = program;
    this.options = options;
    dhcp = options.dhcp;
  }

  /** Begins, on an assembled stack; whether that worked out. */
  boolean begin(Host host, long nowNs) {
    this.host = host;
    limitNs = nowNs + LEASE_NS;
    if (dhcp && host.dhcp.start(nowNs) < 0) {
      messages.say("the port of DHCP is taken");
      return false;
    }
    if (options.linkLocal) {
      if (host.linkLocal == null) {
        messages.say("this stack knows no link-local addresses; --profile full does");
        return false;
      }
      host.linkLocal.startAlone(nowNs);
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

  /** Asks for nothing any more. */
  void end() {
    Target target = program.target();
    if (target != null) {
      target.close();
    }
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
    if (options.linkLocal && !host.linkLocal.bound()) {
      return nowNs + SIX_STEP_NS; // however long neighbours have them all
    }
    Target target = program.target();
    if (limitNs - LEASE_NS + SIX_NS - nowNs > 0 && waitsForSix(target)) {
      return nowNs + SIX_STEP_NS;
    }
    int status = target == null ? Status.OK : target.poll(host, nowNs);
    if (status == Status.WOULD_BLOCK) {
      return target.deadlineNs();
    }
    if (status < 0) {
      target.say(messages, status);
    }
    failed = status < 0 || program.start(host, nowNs) < 0;
    done = !failed;
    return nowNs;
  }

  /** Whether IPv6 is wanted and has no address yet that nobody else has. RFC 4862 5.4. */
  private boolean waitsForSix(Target target) {
    Ipv6Port port = host.ipv6Port;
    boolean wanted = options.auto || options.sixBits > 0 || target != null && target.six();
    if (port == null || !wanted) {
      return false;
    }
    return port.addresses.asking() || options.auto && port.addresses.select(GLOBAL, 0) == null;
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
