// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Addresses and names of IPv6 from DHCPv6 servers: Kea, and dnsmasq whose routers say so. */
@Timeout(120)
class RealDhcp6Test {
  /** A server that tries its sockets until the link is there, and two renewals. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String SIX = "2001:db8:9::1";

  private static final String KEA =
      """
      {"Dhcp6": {
        "interfaces-config": {"interfaces": ["%s"], "service-sockets-max-retries": 600,
          "service-sockets-retry-wait-time": 50},
        "lease-database": {"type": "memfile", "persist": false},
        "server-id": {"type": "LL", "persist": false},
        "preferred-lifetime": 100, "valid-lifetime": 120, "renew-timer": 5, "rebind-timer": 90,
        "subnet6": [{"id": 1, "subnet": "2001:db8:9::/64", "interface": "%s",
          "pools": [{"pool": "2001:db8:9::50-2001:db8:9::99"}],
          "option-data": [{"name": "dns-servers", "data": "2001:db8:9::1"},
            {"name": "domain-search", "data": "tulle.test"}]}],
        "loggers": [{"name": "kea-dhcp6", "severity": "INFO",
          "output_options": [{"output": "stdout"}]}]}}
      """;

  private static Child kea(Rig rig) throws IOException {
    Path file = rig.folder.resolve("kea.json");
    Files.writeString(file, KEA.formatted(rig.lane.tap(), rig.lane.tap()));
    String command =
        "KEA_PIDFILE_DIR=%s KEA_LOCKFILE_DIR=none KEA_DHCP_DATA_DIR=%s exec kea-dhcp6 -c %s";
    return rig.namespace.start("sh", "-c", command.formatted(rig.folder, rig.folder, file));
  }

  private static Child dhcp(Rig rig, String... words) throws IOException {
    List<String> all = new ArrayList<>(List.of("-6", "--tap", rig.lane.tap()));
    all.addAll(List.of(words));
    return rig.namespace.start(rig.programs.command("dhcp", all.toArray(String[]::new)));
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void keaLendsAnAddressRenewsItAndHasItBack(Programs programs) throws IOException {
    try (Rig rig = RealIpv6Test.open(programs, "kea-dhcp6")) {
      rig.run("ip", "-6", "addr", "add", SIX + "/64", "dev", rig.lane.tap(), "nodad");
      try (Child kea = kea(rig);
          Child client = dhcp(rig, "-k")) {
        assertTrue(client.says("renewed, times: 2", PATIENCE), client.error() + kea.out());
        client.terminate();
        assertEquals(0, client.await(Rig.LIMIT), client.error());
        String out = client.out();
        assertTrue(out.startsWith("address 2001:db8:9:"), out);
        assertTrue(out.contains("lease 120 s, renewed after 5 s\n"), out);
        assertTrue(out.contains("name server 2001:db8:9:"), out);
        assertTrue(out.contains("domain tulle.test\n"), out);
        assertTrue(kea.says("DHCP6_RELEASE", Rig.LIMIT), kea.out());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void keaTellsNamesWithoutAnAddress(Programs programs) throws IOException {
    try (Rig rig = RealIpv6Test.open(programs, "kea-dhcp6")) {
      rig.run("ip", "-6", "addr", "add", SIX + "/64", "dev", rig.lane.tap(), "nodad");
      try (Child kea = kea(rig);
          Child client = dhcp(rig, "-i")) {
        assertEquals(0, client.await(PATIENCE), client.error() + kea.out());
        assertTrue(client.out().startsWith("name server 2001:db8:9:"), client.out());
        assertTrue(client.out().endsWith("domain tulle.test\n"), client.out());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void whereRoutersSaySoAnAddressIsAskedForUnbidden(Programs programs) throws IOException {
    try (Rig rig = RealIpv6Test.open(programs, "dnsmasq", "ping")) {
      String tap = rig.lane.tap();
      rig.run("ip", "-6", "addr", "add", SIX + "/64", "dev", tap, "nodad");
      List<String> mdns =
          rig.programs.command("mdns", "--name", "tulle.local", "--tap", tap, "--address", "auto");
      try (Child dnsmasq =
              rig.namespace.start(
                  "dnsmasq",
                  "--keep-in-foreground",
                  "--conf-file=/dev/null",
                  "--port=0",
                  "--interface=" + tap,
                  "--dhcp-leasefile=" + rig.folder.resolve("leases"),
                  "--pid-file=",
                  "--user=",
                  "--log-dhcp",
                  "--log-facility=-",
                  "--enable-ra",
                  "--dhcp-range=2001:db8:9::50,2001:db8:9::50,64,300");
          Child client = rig.namespace.start(mdns)) {
        assertTrue(client.says("has the name", PATIENCE), client.error() + dnsmasq.error());
        assertTrue(dnsmasq.says("DHCPREPLY", PATIENCE), dnsmasq.error() + dnsmasq.out());
        rig.run("ping", "-6", "-c", "1", "-W", "20", "2001:db8:9::50");
      }
    }
  }
}
