// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.profile;

import dev.tulle.group.FilteredGroups;
import dev.tulle.group.Group;
import dev.tulle.group.Groups;
import dev.tulle.ip.DualPath;
import dev.tulle.ip.Ipv6Fragments;
import dev.tulle.ip.Ipv6Layer;
import dev.tulle.ip.Path;
import dev.tulle.nd.Addresses;
import dev.tulle.nd.Ipv6Port;
import dev.tulle.nd.MldMessages;
import dev.tulle.nd.Neighbours6;
import dev.tulle.nd.Routers;
import dev.tulle.nd.Slaac;
import dev.tulle.nd.TemporaryAddresses;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Entropy;
import dev.tulle.stack.KeyedHash;

/** IPv6 beside IPv4, for the profiles that have both: it sleeps until it is started. */
final class DualStack {
  /** Link-local, by hand, and two for each of five prefixes. */
  private static final int ADDRESSES = 16;

  /** One for each address, and some of the application's. */
  static final int GROUPS = 32;

  /** How often sockets may listen to groups: Linux lets each have 20. */
  static final int LISTENINGS = 64;

  /** A link has few routers and prefixes; what is told beyond that is not believed. */
  private static final int ROUTERS = 8;

  private static final int PREFIXES = 16;
  private static final int REDIRECTS = 16;

  private DualStack() {}

  /**
   * The host's port as IPv6 sees it, still without its parts; its groups are the profile's choice.
   */
  static Ipv6Port port(Host host, Entropy entropy) {
    host.ipv6Port = new Ipv6Port(host.port, 1, host.pool, host.counters, new KeyedHash(entropy));
    return host.ipv6Port;
  }

  /** Lets a port listen to the groups of its addresses, from any source. */
  static void plainGroups(Ipv6Port port, Counters counters) {
    port.groups =
        new Groups(
            Group.table(GROUPS), new MldMessages(port), port.random, counters, Counter.MLD_FULL);
  }

  /** Lets a port listen to the groups of its addresses and to those of sockets, by source. */
  static FilteredGroups groups(Ipv6Port port, Counters counters, Entropy entropy) {
    MldMessages messages = new MldMessages(port);
    KeyedHash random = new KeyedHash(entropy);
    FilteredGroups groups =
        new FilteredGroups(GROUPS, LISTENINGS, messages, random, counters, Counter.MLD_FULL);
    port.groups = groups;
    return groups;
  }

  /**
   * Adds IPv6 to the host's port.
   *
   * @param temporary null where addresses by SLAAC stay what they are, as a server's should
   */
  static void add(
      Host host, int sets, int waitingEach, TemporaryAddresses temporary, Entropy entropy) {
    Ipv6Port port = host.ipv6Port;
    parts(port, sets, waitingEach, temporary, entropy);
    host.ipv6 = new Ipv6Layer(new Ipv6Port[] {port}, host.pool, host.counters);
    host.ipv6.attach(host.ipv4);
    host.ipv6.attach(host.pathMtu);
  }

  /** Adds what takes fragments of IPv6 in and what sends them, to a host that has it for IPv4. */
  static Host fragments(Host host) {
    host.ipv6.attach(new Ipv6Fragments(host.reassembly, host.ipv6, host.icmpv6));
    host.ipv6.attach(host.fragmenter);
    return host;
  }

  /** A path over either family. */
  static Path path(Host host) {
    return new DualPath(host.ipv6);
  }

  /** Adds all parts but the groups. */
  static void parts(
      Ipv6Port port, int sets, int waitingEach, TemporaryAddresses temporary, Entropy entropy) {
    new Neighbours6(port, sets, waitingEach, new KeyedHash(entropy));
    new Addresses(port, ADDRESSES);
    new Routers(port, ROUTERS, PREFIXES, REDIRECTS);
    new Slaac(port, new KeyedHash(entropy), temporary);
  }
}
