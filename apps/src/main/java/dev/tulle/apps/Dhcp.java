// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.host.Dhcp6Client;
import dev.tulle.host.NameServers;
import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Host;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.wire.Dns;

/** Obtains an address by DHCP and prints what came with it; on request keeps and renews it. */
public final class Dhcp implements Program {
  /** How long a DHCPv6 server may take: it is asked five times. */
  private static final long SIX_NS = 30_000_000_000L;

  /** How long it may take to hear that the address is free again. */
  private static final long RELEASE_NS = 1_500_000_000L;

  private final Platform platform;
  private final Text line = new Text(400);
  private final byte[] domain = new byte[Dns.NAME];
  private final Endpoint server = new Endpoint();
  private final Messages messages;
  private boolean keep;
  private boolean six;
  private boolean informs;
  private boolean shown;
  private boolean ending;
  private long endNs = Part.NEVER;
  private Host host;
  private int renewals;
  private int exitCode = RUNNING;

  public Dhcp(Platform platform) {
    this.platform = platform;
    messages = new Messages(platform, name());
  }

  @Override
  public String name() {
    return "dhcp";
  }

  @Override
  public String usage() {
    return """
        dhcp [-6 [-i]] [-k] OPTIONS: obtain an address by DHCP, print the lease and give it back
          -6                  an IPv6 address, by DHCPv6
          -i                  no address, only name servers and domains
          -k                  keep the address, and renew it, until interrupted
        """;
  }

  @Override
  public boolean leases() {
    return !six;
  }

  @Override
  public boolean bare() {
    return six;
  }

  @Override
  public int take(Arguments arguments, int index) {
    byte[] word = arguments.get(index);
    int letter = word.length == 2 && word[0] == '-' ? word[1] : 0;
    keep |= letter == 'k';
    six |= letter == '6';
    informs |= letter == 'i';
    return letter == 'k' || letter == '6' || letter == 'i' ? 1 : 0;
  }

  @Override
  public boolean complete() {
    if (informs && !six) {
      messages.say("-i goes with -6");
    }
    return six || !informs;
  }

  @Override
  public int connections() {
    return 1;
  }

  @Override
  public int bufferBytes() {
    return 2048;
  }

  @Override
  public int start(Host host, long nowNs) {
    this.host = host;
    if (six) {
      return startSix(nowNs);
    }
    int prefix = 32 - Integer.numberOfTrailingZeros(host.port.mask);
    print(begin("address ").address(host.port.address).octet('/').decimal(prefix));
    if (host.dhcp.router() != 0) {
      print(begin("gateway ").address(host.dhcp.router()));
    }
    print(begin("server ").address(host.dhcp.server()));
    long seconds = host.dhcp.leaseSeconds();
    if (seconds == 0xFFFF_FFFFL) {
      print(begin("lease without end"));
    } else {
      begin("lease ").decimal(seconds).put(" s, renewed after ");
      print(line.decimal(host.dhcp.renewalSeconds()).put(" s"));
    }
    names();
    print(begin("largest packet ").decimal(host.port.mtu()));
    exitCode = exitCode == RUNNING && !keep ? 0 : exitCode;
    return Status.OK;
  }

  private int startSix(long nowNs) {
    if (host.dhcp6 == null) {
      return messages.say("this stack knows no DHCPv6; --profile full does");
    }
    // Where a router has said so, it has begun already.
    int unused = host.dhcp6.start(!informs, nowNs);
    endNs = nowNs + SIX_NS;
    return Status.OK;
  }

  /** Prints what a server has told, once. */
  private void pollSix(long nowNs) {
    Dhcp6Client client = host.dhcp6;
    boolean there = client.bound() || informs && client.state() == Dhcp6Client.INFORMED;
    if (ending) {
      exitCode = client.state() == Dhcp6Client.OFF || endNs - nowNs <= 0 ? 0 : exitCode;
    } else if (there && !shown) {
      shown = true;
      endNs = Part.NEVER;
      if (client.bound()) {
        server.set(client.high(), client.low(), 0);
        print(begin("address ").address(server));
        if (client.validSeconds() == 0xFFFF_FFFFL) {
          print(begin("lease without end"));
        } else {
          begin("lease ").decimal(client.validSeconds()).put(" s, renewed after ");
          print(line.decimal(client.renewalSeconds()).put(" s"));
        }
      }
      names();
      if (!keep) {
        stop(nowNs);
      }
    } else if (endNs - nowNs <= 0) {
      messages.say("no DHCPv6 server answered in 30 seconds");
      exitCode = 1;
    }
  }

  private void names() {
    NameServers names = host.nameServers;
    for (int i = 0; i < names.count(); i++) {
      names.server(i, server);
      print(begin("name server ").address(server));
    }
    for (int i = 0; names.domain(i, domain) > 0; i++) {
      begin("domain ");
      for (int at = 0; domain[at] != 0; at += 1 + domain[at]) {
        line.shown(domain, at + 1, domain[at], 63).octet('.');
      }
      line.length--;
      print(line);
    }
  }

  private Text begin(String text) {
    return line.clear().put(text);
  }

  private void print(Text text) {
    if (text.octet('\n').toOutput(platform.console()) < 0) {
      exitCode = 1; // nobody reads it any more
    }
  }

  @Override
  public long poll(long nowNs) {
    if (six && exitCode == RUNNING) {
      pollSix(nowNs);
    }
    int times = six ? host.dhcp6.renewals() : host.dhcp.renewals();
    if (times != renewals && exitCode == RUNNING) {
      renewals = times;
      print(begin("renewed, times: ").decimal(renewals));
    }
    return six ? endNs : Part.NEVER;
  }

  @Override
  public void stop(long nowNs) {
    if (six) {
      ending = true;
      endNs = nowNs + RELEASE_NS;
      host.dhcp6.release(nowNs);
    } else {
      exitCode = 0;
    }
  }

  @Override
  public int exitCode() {
    return exitCode;
  }
}
