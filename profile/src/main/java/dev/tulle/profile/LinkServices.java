// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.profile;

import dev.tulle.host.Dhcp6Client;
import dev.tulle.host.LinkLocal;
import dev.tulle.host.Mdns;
import dev.tulle.ip.RateLimit;
import dev.tulle.link.EthernetPort;
import dev.tulle.stack.Entropy;
import dev.tulle.stack.KeyedHash;

/**
 * What a host of the profile {@link Full} asks its link for besides: an address and names by
 * DHCPv6, an address of its own choice, and the names of its neighbours. Each sleeps until it is
 * wanted.
 */
final class LinkServices {
  /** Questions to the link at a time. */
  private static final int QUESTIONS = 8;

  /** Answers in a second to one host alone, and to all such. */
  private static final int ANSWERS_EACH = 10;

  private static final int ANSWERS = 128;

  private LinkServices() {}

  /** Makes them, for a host that has DHCP and a resolver already. */
  static void add(Host host, EthernetPort port, Entropy entropy) {
    host.linkLocal = new LinkLocal(port, host.tcp, host.dhcp, host.conflict);
    KeyedHash random = new KeyedHash(entropy);
    host.dhcp6 = new Dhcp6Client(host.ipv6Port, host.udp, host.nameServers, random, host.counters);
    host.ipv6Port.routerFlags = host.dhcp6;
    RateLimit limit = new RateLimit(ANSWERS_EACH, ANSWERS, random);
    host.mdns = new Mdns(port, host.ipv6Port, host.udp, QUESTIONS, limit, random, host.counters);
    host.resolver.attach(host.mdns);
  }
}
