// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import dev.tulle.profile.Client;
import dev.tulle.profile.Full;
import dev.tulle.testkit.Assembly;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.HostileHarness;
import dev.tulle.testkit.Ipv6Packet;
import dev.tulle.testkit.Octets;

/** What the rows of IPv6 share: a host that has an address of either family, and packets to it. */
final class SixHostile {
  static final String HOST = HostHarness.HOST6;
  static final String PEER = HostHarness.PEER6;
  static final String ALL_NODES = "ff02::1";
  static final int ICMP = 58;
  static final int HOP_BY_HOP = 0;
  static final int ROUTING = 43;
  static final int DESTINATION = 60;

  static final Assembly CLIENT =
      (link, mac, entropy) -> Client.host(link, mac, entropy, 8, 8 * 1024);

  static final Assembly FULL = (link, mac, entropy) -> Full.host(link, mac, entropy, 8, 8 * 1024);

  private SixHostile() {}

  static HostileHarness hostile(Ipv6Packet packet) {
    return new HostileHarness(CLIENT).before(HostHarness::six).input(h -> h.fromPeer(packet));
  }

  /** An echo request behind headers. */
  static Ipv6Packet behind(int first, byte[]... headers) {
    return new Ipv6Packet(PEER, HOST).extensions(first, Octets.concat(headers)).icmp(128, 0, ECHO);
  }

  static final byte[] ECHO = Octets.concat(Octets.of(0, 7, 0, 1), Octets.pattern(0, 24));

  /** A header of options or of routing: what follows its two first octets is padded to eights. */
  static byte[] header(int next, int... octets) {
    byte[] b = new byte[(octets.length + 2 + 7) / 8 * 8];
    b[0] = (byte) next;
    b[1] = (byte) (b.length / 8 - 1);
    for (int i = 0; i < octets.length; i++) {
      b[2 + i] = (byte) octets[i];
    }
    return b;
  }
}
