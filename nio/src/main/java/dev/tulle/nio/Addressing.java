// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import dev.tulle.ip.Endpoint;
import dev.tulle.nd.Ipv6Port;
import dev.tulle.profile.Host;
import java.util.ArrayList;
import java.util.List;

/** The addresses that a stack shall have: by hand and as the network says, in both families. */
final class Addressing {
  /** Any address that is not of the link alone. */
  private static final long GLOBAL = 0x2000L << 48;

  private int four;
  private int mask;
  private int gateway;
  private final List<Prefix> six = new ArrayList<>();
  private Endpoint gateway6;
  private boolean dhcp;
  private boolean auto;

  /** Adds one by hand, as {@code 10.9.0.2/24} or {@code fd09::2/64}; of IPv4 there is one. */
  void add(String addressAndBits) {
    Prefix prefix = Prefix.parse(addressAndBits);
    if (prefix.address().six()) {
      six.add(prefix);
    } else {
      four = prefix.address().address;
      mask = prefix.bits() == 0 ? 0 : -1 << 32 - prefix.bits();
      dhcp = false;
    }
  }

  /** Sets where everything of the address's family goes that is not on the link. */
  void gateway(String address) {
    Endpoint parsed = Prefix.address(address);
    if (parsed.six()) {
      gateway6 = parsed;
    } else {
      gateway = parsed.address;
    }
  }

  void dhcp() {
    dhcp = true;
  }

  void auto() {
    auto = true;
  }

  /** Gives a stack what is known; asks the network for the rest. */
  void begin(Host host, long nowNs) {
    boolean neighbours = host.neighbours != null;
    if (dhcp && !neighbours) {
      throw new IllegalArgumentException("DHCP needs a link with Ethernet; give an address");
    }
    if (dhcp) {
      host.dhcp.start(nowNs);
    } else if (four != 0) {
      host.address(four, mask, gateway);
    }
    if (!auto && six.isEmpty()) {
      return; // it says nothing over IPv6, not even that it is there
    }
    Ipv6Port port = host.ipv6Port;
    if (auto || neighbours) {
      port.start(nowNs);
    }
    for (Prefix prefix : six) {
      Endpoint a = prefix.address();
      port.addresses.add(a.high, a.low, prefix.bits(), neighbours, nowNs);
    }
    if (gateway6 != null) {
      port.routers.add(gateway6.high, gateway6.low);
    }
  }

  /** What is still waited for, as a sentence begins; null where nothing is. */
  String missing(Host host) {
    if (dhcp && !host.dhcp.bound()) {
      return "no address by DHCP: no server answered";
    }
    if (auto && !hasSix(host)) {
      return "no address by IPv6: no router told a prefix";
    }
    for (Prefix prefix : six) {
      // RFC 4862 5.4: it is not used before it is clear that nobody else has it.
      if (!host.ipv6Port.addresses.ours(prefix.address().high, prefix.address().low)) {
        return prefix.text() + " is still asked for";
      }
    }
    return null;
  }

  /** The address by hand that will not be had, as a sentence; null where none is known. */
  String refused(Host host) {
    dev.tulle.nd.Addresses addresses = host.ipv6Port.addresses;
    for (Prefix prefix : six) {
      boolean ours = addresses.ours(prefix.address().high, prefix.address().low);
      if (!ours && !addresses.asking()) {
        return prefix.text() + " cannot be used: another host has it, or no host may";
      }
    }
    return null;
  }

  /** Whether a stack has an address of IPv6 with which it can leave its link. */
  static boolean hasSix(Host host) {
    return host.ipv6Port.addresses.select(GLOBAL, 0) != null;
  }
}
