// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.conformance.hostile.SixHostile.ALL_NODES;
import static dev.tulle.conformance.hostile.SixHostile.HOST;
import static dev.tulle.conformance.hostile.SixHostile.PEER;
import static dev.tulle.testkit.HostHarness.PEER_MAC;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.tulle.testkit.Discovery;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.Ipv6Packet;
import dev.tulle.testkit.Octets;
import java.util.Arrays;

/** What a fuzzer thinks of as packets of IPv6, and as messages about groups of either family. */
final class SixFuzz {
  private static final String[] SOURCES = {PEER, "fe80::1", "fe80::9", "::", "fd00::c8"};
  private static final String[] TARGETS = {HOST, ALL_NODES, "ff02::1:ff00:2", "ff02::1:2345"};
  private static final int[] OPTIONS = {1, 2, 3, 4, 5, 14, 24, 25, 31};
  private static final int[] HEADERS = {0, 43, 44, 51, 60};
  private static final int[] UPPER = {6, 17, 58, 59, 253};

  private final FuzzedDataProvider data;
  private final HostHarness net;

  SixFuzz(FuzzedDataProvider data, HostHarness net) {
    this.data = data;
    this.net = net;
  }

  private Ipv6Packet packet() {
    return new Ipv6Packet(data.pickValue(SOURCES), data.pickValue(TARGETS));
  }

  /** Any payload behind headers that mostly say the truth about themselves. */
  byte[] anything() {
    byte[] octets = data.consumeBytes(data.consumeInt(0, 200));
    Ipv6Packet packet = packet().hopLimit(data.pickValue(new int[] {255, 64, 1}));
    int upper = data.pickValue(UPPER);
    byte[] headers = {};
    int first = upper;
    for (int n = data.consumeInt(0, 4); n > 0; n--) {
      byte[] rest = data.consumeBytes(data.consumeInt(0, 30));
      int padded = (rest.length + 2 + 7) / 8 * 8;
      byte[] header = new byte[padded];
      header[0] = (byte) first;
      header[1] = (byte) (data.consumeInt(0, 7) == 0 ? data.consumeByte() : padded / 8 - 1);
      System.arraycopy(rest, 0, header, 2, rest.length);
      headers = Octets.concat(header, headers);
      first = data.pickValue(HEADERS);
    }
    packet.payload(upper, octets);
    if (upper == 58 && octets.length > 0) {
      int type = octets[0] & 0xFF;
      packet.icmp(type, octets.length > 1 ? octets[1] & 0xFF : 0, octets);
    }
    return net.fromPeer(headers.length == 0 ? packet : packet.extensions(first, headers));
  }

  /** A message of neighbour discovery whose options are options. */
  byte[] discovery() {
    int type = data.consumeInt(133, 137);
    int[] fixed = {4, 12, 20, 20, 36};
    byte[] body = data.consumeBytes(fixed[type - 133]);
    body = Arrays.copyOf(body, fixed[type - 133]);
    if (data.consumeBoolean() && body.length >= 20) {
      String target = data.pickValue(new String[] {HOST, PEER, "fe80::1", "fd00::77"});
      System.arraycopy(Ipv6Packet.address(target), 0, body, 4, 16);
    }
    byte[] options = {};
    for (int n = data.consumeInt(0, 5); n > 0; n--) {
      byte[] value = data.consumeBytes(data.consumeInt(0, 46));
      byte[] option = Arrays.copyOf(Octets.concat(new byte[2], value), (value.length + 9) / 8 * 8);
      option[0] = (byte) data.pickValue(OPTIONS);
      option[1] = (byte) (data.consumeInt(0, 15) == 0 ? data.consumeByte() : option.length / 8);
      options = Octets.concat(options, option);
    }
    return net.fromPeer(packet().hopLimit(255).icmp(type, 0, Octets.concat(body, options)));
  }

  /** A query or report of MLD. */
  byte[] listener() {
    int type = data.pickValue(new int[] {130, 130, 130, 131, 132, 143});
    byte[] body = data.consumeBytes(data.consumeInt(0, 120));
    if (data.consumeBoolean() && body.length >= 24) {
      Arrays.fill(body, 4, 20, (byte) 0);
    }
    return net.fromPeer(
        Discovery.alerted(new Ipv6Packet("fe80::1", data.pickValue(TARGETS))).icmp(type, 0, body));
  }

  /** A query or report of IGMP. */
  byte[] groups() {
    byte[] b = Octets.concat(new byte[1], data.consumeBytes(data.consumeInt(0, 120)));
    b[0] = (byte) data.pickValue(new int[] {0x11, 0x11, 0x11, 0x12, 0x16, 0x17, 0x22});
    if (data.consumeBoolean() && b.length >= 8) {
      Arrays.fill(b, 4, 8, (byte) 0);
    }
    if (b.length >= 4) {
      Octets.put16(b, 2, 0);
      Octets.put16(b, 2, Octets.checksum(0, b, 0, b.length));
    }
    int to = Octets.address(data.consumeBoolean() ? "224.0.0.1" : "239.1.2.3");
    byte[] options = data.consumeInt(0, 7) == 0 ? new byte[0] : Octets.of(0x94, 4, 0, 0);
    return Frames.ethernet(PEER_MAC, 0x0100_5E00_0000L | to & 0x7F_FFFF)
        .ipv4(Frames.ipv4(HostHarness.PEER, to).ttl(1).options(options).payload(2, b))
        .build();
  }
}
