// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hosts behind Tulle's router that configure themselves, and a router that does so outside. */
@Timeout(120)
class RealRouterHostsTest {
  private static final String PEER = "fd00:2::1";
  private static final String REFUSAL = Namespace.refusal();

  static Stream<Programs> platforms() throws IOException {
    Programs.binary("router"); // made outside of the time that a test may take
    Programs.binary("dhcp");
    return Stream.of(Programs.NATIVE, Programs.JVM);
  }

  /** A row with a kernel outside that has addresses of both families. */
  private static RouterRow row() throws IOException {
    RouterRow row = new RouterRow(REFUSAL);
    row.outside.ip("addr add 192.0.2.1/24 dev outer");
    return row;
  }

  @ParameterizedTest
  @MethodSource("platforms")
  void kernelInsideConfiguresItselfAndFetchesOverBothFamilies(Programs programs)
      throws IOException {
    Rig.tools("ping", "curl");
    Path folder = Scratch.folder("tulle-router");
    try (RouterRow row = row()) {
      row.speakIpv6();
      row.outside.ip("-6 addr add " + PEER + "/64 dev outer nodad");
      row.outside.ip("-6 route add fd00:1::/64 via fd00:2::2");
      row.inside.ip("addr add 10.0.0.2/24 dev inner");
      row.inside.ip("route add default via 10.0.0.1");
      row.outside.ip("link set outer mtu 1400");
      row.middle.ip("link set out mtu 1400");
      String[] options = {
        "--nat",
        "--dns",
        "fd00:2::53",
        "-v",
        "--policy",
        "drop",
        "--rule",
        "accept,state=established+related",
        "--rule",
        "accept,in=inside,state=new"
      };
      row.start(programs, "in=10.0.0.1/24,fd00:1::1/64", "out=192.0.2.2/24,fd00:2::2/64", options);
      row.await(row.inside, "-6 addr show dev inner scope global -tentative", "inet6 fd00:1:");
      row.await(row.inside, "-6 route show default", "via fe80:");
      String text = row.run(row.inside, "ping", "-6", "-n", "-c", "3", "-i", "0.1", PEER);
      assertTrue(text.contains("ttl=63"), text);
      try (Child hop = row.inside.start("ping", "-6", "-n", "-t", "1", "-c", "1", PEER)) {
        hop.await(Rig.LIMIT);
        assertTrue(hop.out().contains("From fd00:1::1"), hop.out());
        assertTrue(hop.out().contains("Hop limit"), hop.out());
      }
      try (Child big =
          row.inside.start("ping", "-6", "-n", "-c", "1", "-s", "1400", "-M", "do", PEER)) {
        big.await(Rig.LIMIT);
        assertTrue(big.out().contains("Packet too big: mtu=1400"), big.out());
      }
      String inside = row.inside.ip("-6 -o addr show dev inner scope global");
      inside = inside.replaceAll("(?s).*inet6 (fd00:1:[0-9a-f:]*)/.*", "$1");
      String[] stranger = {"ping", "-6", "-n", "-c", "1", "-W", "1", inside};
      try (Child refused = row.outside.start(stranger)) {
        assertEquals(1, refused.await(Rig.LIMIT), refused.out());
      }
      try (KernelHttp six = new KernelHttp(row.outside, PEER, 8000, folder);
          KernelHttp four = new KernelHttp(row.outside, "192.0.2.1", 8000, folder)) {
        Path file = folder.resolve("big");
        Digests.writeRandom(file, 10_000_000, 3);
        Path copy = folder.resolve("copy");
        for (String host : List.of("[" + PEER + "]", "192.0.2.1")) {
          String url = "http://" + host + ":8000/big";
          row.run(row.inside, "curl", "-gsS", "--max-time", "25", "-o", copy.toString(), url);
          Rig.assertEqualFiles(file, copy);
        }
        assertEquals(20_000_000, six.sent() + four.sent());
      }
      row.router.terminate();
      assertEquals(0, row.router.await(Rig.LIMIT), row.router.error());
    } finally {
      Scratch.remove(folder);
    }
  }

  @ParameterizedTest
  @MethodSource("platforms")
  void clientsOfDebianAndOfTulleObtainAddresses(Programs programs) throws IOException {
    Rig.tools("udhcpc", "ping");
    Path folder = Scratch.folder("tulle-router");
    try (RouterRow row = row()) {
      String[] options = {"--nat", "--dhcp", "10.0.0.50-10.0.0.59", "--dns", "192.0.2.53"};
      row.start(programs, "in=10.0.0.1/24", "out=192.0.2.2/24", options);
      Path script = folder.resolve("script");
      Files.writeString(
          script,
          """
          #!/bin/sh
          [ "$1" = bound ] || exit 0
          ip addr add "$ip/$mask" dev "$interface" && ip route add default via "$router"
          echo "has $ip/$mask by $router from $serverid for $lease, asks $dns"
          """);
      Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
      String[] udhcpc = {
        "udhcpc", "-i", "inner", "-f", "-n", "-q", "-t", "20", "-T", "1", "-s", ""
      };
      udhcpc[udhcpc.length - 1] = script.toString();
      String text = row.run(row.inside, udhcpc);
      assertTrue(text.contains("has 10.0.0.5"), text);
      assertTrue(text.contains("/24 by 10.0.0.1 from 10.0.0.1 for 43200, asks 192.0.2.53"), text);
      row.run(row.inside, "ping", "-n", "-c", "2", "-i", "0.1", "192.0.2.1");
      List<String> dhcp =
          Programs.NATIVE.command("dhcp", "--interface", "inner", "--address", "dhcp");
      text = row.run(row.inside, dhcp.toArray(String[]::new));
      assertTrue(text.startsWith("address 10.0.0.5"), text);
      assertTrue(text.contains("/24\ngateway 10.0.0.1\nserver 10.0.0.1\nlease 43200 s"), text);
      assertTrue(text.contains("name server 192.0.2.53\n"), text);
    } finally {
      Scratch.remove(folder);
    }
  }

  @ParameterizedTest
  @MethodSource("platforms")
  void routerObtainsItsOwnAddressOutsideAndPassesOnTheNameServer(Programs programs)
      throws IOException {
    Rig.tools("dnsmasq", "ping");
    try (RouterRow row = row();
        Child dnsmasq =
            row.outside.start(
                "dnsmasq",
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--pid-file=",
                "--user=root",
                "--group=root",
                "--log-facility=-",
                "--log-dhcp",
                "--port=0",
                "--no-ping",
                "--interface=outer",
                "--bind-interfaces",
                "--dhcp-leasefile=/dev/null",
                "--dhcp-option=option:dns-server,192.0.2.53",
                "--dhcp-range=192.0.2.100,192.0.2.120,255.255.255.0,3600")) {
      assertTrue(dnsmasq.says("started", Rig.LIMIT), dnsmasq.error());
      String[] options = {"--nat", "--dhcp", "10.0.0.50-10.0.0.59"};
      row.start(programs, "in=10.0.0.1/24", "out=dhcp", options);
      assertTrue(row.router.says("outside is 192.0.2.1", Rig.LIMIT), row.router.error());
      List<String> dhcp =
          Programs.NATIVE.command("dhcp", "--interface", "inner", "--address", "dhcp");
      String text = row.run(row.inside, dhcp.toArray(String[]::new));
      assertTrue(text.contains("name server 192.0.2.53\n"), text);
      row.inside.ip("addr add 10.0.0.2/24 dev inner");
      row.inside.ip("route add default via 10.0.0.1");
      row.run(row.inside, "ping", "-n", "-c", "2", "-i", "0.1", "192.0.2.1");
      row.router.terminate();
      assertEquals(0, row.router.await(Rig.LIMIT), row.router.error());
      assertTrue(dnsmasq.says("DHCPRELEASE", Rig.LIMIT), dnsmasq.error());
    }
  }
}
