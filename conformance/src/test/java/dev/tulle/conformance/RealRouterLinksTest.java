// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A router with two links inside and one outside, a kernel on each. */
@Timeout(120)
class RealRouterLinksTest {
  private static final String OUTSIDE = "192.0.2.1";

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.RealRouterTest#platforms")
  void hostsOnTwoLinksInsideReachEachOtherAndTheOutsideAsRulesSay(Programs programs)
      throws IOException {
    Rig.tools("ping");
    try (RouterRow row = new RouterRow(Namespace.refusal());
        Namespace second = new Namespace();
        Child holder = row.middle.holder()) {
      row.speakIpv6();
      second.set("net/ipv6/conf/all/disable_ipv6", "0");
      second.addVeth("third", "in2", holder);
      row.middle.ip("link set in2 up");
      row.inside.ip("addr add 10.0.0.2/24 dev inner");
      row.inside.ip("route add default via 10.0.0.1");
      row.inside.ip("addr add fd00:1::2/64 dev inner nodad");
      row.inside.ip("-6 route add default via fd00:1::1");
      second.ip("addr add 10.1.0.2/24 dev third");
      second.ip("route add default via 10.1.0.1");
      second.ip("addr add fd00:2::2/64 dev third nodad");
      second.ip("-6 route add default via fd00:2::1");
      row.outside.ip("addr add " + OUTSIDE + "/24 dev outer");
      List<String> words = new ArrayList<>(List.of("--inside", "in2=10.1.0.1/24,fd00:2::1/64"));
      words.addAll(List.of("--nat", "--policy", "drop"));
      words.addAll(List.of("--rule", "accept,state=established+related"));
      words.addAll(List.of("--rule", "reject,in=in2,to=10.0.0.9"));
      words.addAll(List.of("--rule", "accept,in=inside"));
      String in = "in=10.0.0.1/24,fd00:1::1/64";
      row.start(programs, in, "out=192.0.2.2/24", words.toArray(String[]::new));
      pings(row.inside, "10.1.0.2");
      pings(row.inside, "fd00:2::2");
      pings(second, "10.0.0.2");
      pings(second, "fd00:1::2");
      // Neither net is known outside: both are translated.
      pings(row.inside, OUTSIDE);
      pings(second, OUTSIDE);
      try (Child ping = second.start("ping", "-n", "-c", "1", "-W", "2", "10.0.0.9")) {
        assertEquals(1, ping.await(Rig.LIMIT));
        assertTrue(ping.out().contains("Packet filtered"), ping.out());
      }
      row.outside.ip("route add 10.1.0.0/24 via 192.0.2.2");
      try (Child ping = row.outside.start("ping", "-n", "-c", "1", "-W", "1", "10.1.0.2")) {
        assertEquals(1, ping.await(Rig.LIMIT), ping.out());
      }
      row.router.terminate();
      assertEquals(0, row.router.await(Rig.LIMIT), row.router.error());
    }
  }

  private static void pings(Namespace from, String address) throws IOException {
    try (Child ping = from.start("ping", "-n", "-c", "3", "-i", "0.2", "-W", "5", address)) {
      ping.await(Rig.LIMIT);
      // A neighbour may have to be found first, and an address to be made sure of.
      assertTrue(ping.out().contains("bytes from " + address), address + ": " + ping.out());
    }
  }
}
