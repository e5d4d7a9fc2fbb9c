// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.host.NameServers;
import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Host;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.wire.Dns;

/** Obtains an address by DHCP and prints what came with it; on request keeps and renews it. */
public final class Dhcp implements Program {
  private final Platform platform;
  private final Text line = new Text(400);
  private final byte[] domain = new byte[Dns.NAME];
  private final Endpoint server = new Endpoint();
  private boolean keep;
  private Host host;
  private int renewals;
  private int exitCode = RUNNING;

  public Dhcp(Platform platform) {
    this.platform = platform;
  }

  @Override
  public String name() {
    return "dhcp";
  }

  @Override
  public String usage() {
    return """
        dhcp [-k] OPTIONS: obtain an address by DHCP, print the lease and give it back
          -k                  keep the address, and renew it, until interrupted
        """;
  }

  @Override
  public boolean leases() {
    return true;
  }

  @Override
  public int take(Arguments arguments, int index) {
    boolean known = Words.is(arguments, index, "-k");
    keep |= known;
    return known ? 1 : 0;
  }

  @Override
  public boolean complete() {
    return true;
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
    print(begin("largest packet ").decimal(host.port.mtu()));
    exitCode = exitCode == RUNNING && !keep ? 0 : exitCode;
    return Status.OK;
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
    if (host.dhcp.renewals() != renewals && exitCode == RUNNING) {
      renewals = host.dhcp.renewals();
      print(begin("renewed, times: ").decimal(renewals));
    }
    return Part.NEVER;
  }

  @Override
  public void stop(long nowNs) {
    exitCode = 0;
  }

  @Override
  public int exitCode() {
    return exitCode;
  }
}
