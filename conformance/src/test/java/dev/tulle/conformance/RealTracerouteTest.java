// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The way from Tulle through two kernels that route to a third. */
@Timeout(120)
class RealTracerouteTest {
  static Stream<Programs> platforms() throws IOException {
    Programs.binary("traceroute"); // made outside of the time that a test may take
    return Stream.of(Programs.NATIVE, Programs.JVM);
  }

  /** Two routers in a row behind a lane, and who is looked for. */
  private static final class Way implements AutoCloseable {
    final Namespace first = new Namespace();
    final Namespace second = new Namespace();
    final Namespace last = new Namespace();
    final Lane lane;
    private final Child holder;

    Way() throws IOException {
      holder = second.holder();
      lane = new Lane(first, 1);
      first.addVeth("east1", "west1", holder);
      last.addVeth("west2", "east2", holder);
      for (Namespace one : List.of(first, second, last)) {
        one.set("net/ipv4/ip_forward", "1");
        one.set("net/ipv4/icmp_ratelimit", "0");
        one.set("net/ipv6/icmp/ratelimit", "0");
        one.set("net/ipv6/conf/all/disable_ipv6", "0");
        one.set("net/ipv6/conf/all/forwarding", "1");
      }
      for (String device : new String[] {"west1", "east2"}) {
        second.set("net/ipv6/conf/" + device + "/disable_ipv6", "0");
        second.ip("link set " + device + " up");
      }
      first.set("net/ipv6/conf/east1/disable_ipv6", "0");
      first.set("net/ipv6/conf/" + lane.tap() + "/disable_ipv6", "0");
      last.set("net/ipv6/conf/west2/disable_ipv6", "0");
      first.ip("addr add 10.10.0.1/24 dev east1");
      second.ip("addr add 10.10.0.2/24 dev west1");
      second.ip("addr add 10.11.0.1/24 dev east2");
      last.ip("addr add 10.11.0.2/24 dev west2");
      first.ip("route add default via 10.10.0.2");
      second.ip("route add default via 10.10.0.1");
      last.ip("route add default via 10.11.0.1");
    }

    void six() throws IOException {
      try {
        first.ip("-6 addr add fd09::1/64 dev " + lane.tap() + " nodad");
      } catch (IOException | AssertionError refused) {
        Assumptions.abort("the kernel's IPv6 cannot be switched on in a namespace");
      }
      first.ip("-6 addr add fd10::1/64 dev east1 nodad");
      second.ip("-6 addr add fd10::2/64 dev west1 nodad");
      second.ip("-6 addr add fd11::1/64 dev east2 nodad");
      last.ip("-6 addr add fd11::2/64 dev west2 nodad");
      first.ip("-6 route add default via fd10::2");
      second.ip("-6 route add default via fd10::1");
      last.ip("-6 route add default via fd11::1");
    }

    @Override
    public void close() {
      holder.close();
      first.close();
      second.close();
      last.close();
    }
  }

  /** Asserts that the lines name these hops, each with so many times, and nobody else. */
  static void assertHops(String out, int probes, String... hops) {
    List<String> lines = out.lines().toList();
    assertEquals(hops.length + 1, lines.size(), out);
    for (int i = 0; i < hops.length; i++) {
      String times = "(  \\d+\\.\\d{3} ms){" + probes + "}";
      String line = " *" + (i + 1) + "  " + Pattern.quote(hops[i]) + times;
      assertTrue(lines.get(i + 1).matches(line), out);
    }
  }

  @ParameterizedTest
  @MethodSource("platforms")
  void twoRoutersAreSeenOverIpv4(Programs programs) throws IOException {
    if (Namespace.refusal() != null) {
      Assumptions.abort(Namespace.refusal());
    }
    try (Way way = new Way()) {
      try (Child trace =
          way.lane.start(programs, "traceroute", "10.11.0.2", "--gateway", "10.9.1.1")) {
        assertEquals(0, trace.await(Rig.LIMIT), trace.error());
        assertHops(trace.out(), 3, "10.9.1.1", "10.10.0.2", "10.11.0.2");
      }
      String few = "10.11.0.2 --gateway 10.9.1.1 -m 2 -q 1 -w 2 -n";
      try (Child trace = way.lane.start(programs, "traceroute", few.split(" "))) {
        assertEquals(0, trace.await(Rig.LIMIT), trace.error());
        assertHops(trace.out(), 1, "10.9.1.1", "10.10.0.2");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("platforms")
  void twoRoutersAreSeenOverIpv6(Programs programs) throws IOException {
    if (Namespace.refusal() != null) {
      Assumptions.abort(Namespace.refusal());
    }
    try (Way way = new Way()) {
      way.six();
      String words = "fd11::2 --address fd09::2/64 --gateway fd09::1";
      try (Child trace = way.lane.start(programs, "traceroute", words.split(" "))) {
        assertEquals(0, trace.await(Rig.LIMIT), trace.error());
        assertHops(trace.out(), 3, "fd09::1", "fd10::2", "fd11::2");
      }
    }
  }
}
