// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Names, addresses and prefixes from the servers of larger networks: BIND, Kea and radvd. */
@Timeout(90)
class RealServersTest {
  /** Addresses of one name: more than a datagram of 512 octets has room for. */
  private static final int MANY = 60;

  /** A server that tries its sockets once a second, a probed address, and two renewals. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String SIX = "2001:db8:9::1";

  private static Child bind(Rig rig, String four, String six) throws IOException {
    StringBuilder zone = new StringBuilder("$TTL 60\n@ SOA ns root 1 60 60 60 30\n@ NS ns\n");
    zone.append("ns A 10.9.1.1\nwww A 10.9.1.1\nwww AAAA ").append(SIX).append('\n');
    zone.append("a CNAME b\nb CNAME c\nc CNAME www\n");
    for (int i = 1; i <= MANY; i++) {
      zone.append("many A 10.9.2.").append(i).append('\n');
    }
    Files.writeString(rig.folder.resolve("zone"), zone.toString());
    String settings =
        "options { directory \"%s\"; listen-on { %s; }; listen-on-v6 { %s; }; recursion no; "
            + "pid-file none; session-keyfile none; dnssec-validation no; querylog yes; "
            + "notify no; };\ncontrols {};\n"
            + "zone \"tulle.test\" { type primary; file \"zone\"; };\n";
    Path file = rig.folder.resolve("named.conf");
    Files.writeString(file, settings.formatted(rig.folder, four, six));
    return ready(rig.namespace.start("named", "-g", "-c", file.toString()), "all zones loaded");
  }

  private static Child ready(Child server, String word) throws IOException {
    if (!server.says(word, Rig.LIMIT)) {
      server.close();
      throw new IOException("it does not start: " + server.error() + server.out());
    }
    return server;
  }

  private static String dig(Rig rig, String... words) throws IOException {
    try (Child dig = rig.start("dig", words)) {
      return dig.succeeds(Rig.LIMIT).out();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void bindAnswersWithAliasesBothFamiliesOverTcpAndThatThereIsNone(Programs programs)
      throws IOException {
    try (Rig rig = Rig.open(programs, "named");
        Child named = bind(rig, rig.lane.kernel(), "none")) {
      String server = "@" + rig.lane.kernel();
      String out = dig(rig, "a.tulle.test", server);
      assertTrue(out.contains("answers 4,"), out);
      assertTrue(out.contains("\nc.tulle.test. 60 IN CNAME www.tulle.test.\n"), out);
      assertTrue(out.contains("\nwww.tulle.test. 60 IN A 10.9.1.1\n"), out);
      out = dig(rig, "WWW.Tulle.Test", "AAAA", server);
      assertTrue(out.contains(" IN AAAA 2001:db8:9:0:0:0:0:1\n"), out);
      out = dig(rig, "many.tulle.test", server);
      assertEquals(MANY, out.lines().filter(l -> l.contains(" IN A 10.9.2.")).count(), out);
      try (Child none = rig.start("dig", "none.tulle.test", server)) {
        Rig.assertFailed(none, "there is no such name");
        assertTrue(none.out().contains("code 3, answers 0, authorities 1"), none.out());
      }
      try (Child empty = rig.start("dig", "ns.tulle.test", "AAAA", server)) {
        Rig.assertFailed(empty, "it has no address");
      }
      assertTrue(named.alive());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void keaGivesALeaseAndRenewsIt(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs, "kea-dhcp4")) {
      String settings =
          """
          {"Dhcp4": {
            "interfaces-config": {"interfaces": ["%s"], "service-sockets-max-retries": 600,
              "service-sockets-retry-wait-time": 50},
            "lease-database": {"type": "memfile", "persist": false},
            "valid-lifetime": 120, "renew-timer": 5, "rebind-timer": 100,
            "subnet4": [{"subnet": "10.9.1.0/24", "pools": [{"pool": "10.9.1.50-10.9.1.99"}],
              "option-data": [{"name": "routers", "data": "10.9.1.1"},
                {"name": "domain-name-servers", "data": "10.9.1.1"},
                {"name": "domain-name", "data": "tulle.test"}]}],
            "loggers": [{"name": "kea-dhcp4", "severity": "INFO",
              "output_options": [{"output": "stdout"}]}]}}
          """;
      Path file = rig.folder.resolve("kea.json");
      Files.writeString(file, settings.formatted(rig.lane.tap()));
      String command = "KEA_PIDFILE_DIR=%s KEA_LOCKFILE_DIR=none exec kea-dhcp4 -c %s";
      List<String> dhcp = rig.programs.command("dhcp", "-k", "--tap", rig.lane.tap());
      try (Child kea = rig.namespace.start("sh", "-c", command.formatted(rig.folder, file));
          Child client = rig.namespace.start(dhcp)) {
        assertTrue(client.says("renewed, times: 2", PATIENCE), client.error() + kea.out());
        client.terminate();
        assertEquals(0, client.await(Rig.LIMIT), client.error());
        String out = client.out();
        assertTrue(out.startsWith("address 10.9.1."), out);
        assertTrue(out.contains("/24\ngateway 10.9.1.1\nserver 10.9.1.1\n"), out);
        assertTrue(out.contains("lease 120 s, renewed after 5 s\n"), out);
        assertTrue(out.contains("name server 10.9.1.1\ndomain tulle.test\n"), out);
        assertTrue(kea.says("DHCP4_RELEASE", Rig.LIMIT), kea.out());
      }
    }
  }

  /** RFC 8106: no IPv4 at all. */
  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void radvdGivesPrefixNameServerAndDomain(Programs programs) throws IOException {
    try (Rig rig = RealIpv6Test.open(programs, "radvd", "named")) {
      String tap = rig.lane.tap();
      rig.run("ip", "-6", "addr", "add", SIX + "/64", "dev", tap, "nodad");
      String settings =
          "interface %s { AdvSendAdvert on; IgnoreIfMissing on; MinRtrAdvInterval 3; "
              + "MaxRtrAdvInterval 4; AdvDefaultPreference high; prefix 2001:db8:9::/64 { "
              + "AdvValidLifetime 3600; AdvPreferredLifetime 1800; }; RDNSS %s { "
              + "AdvRDNSSLifetime 600; }; DNSSL tulle.test { }; };\n";
      Path file = rig.folder.resolve("radvd.conf");
      Files.writeString(file, settings.formatted(tap, SIX));
      Path sent = rig.file("file", 100_000);
      Path copy = rig.folder.resolve("copy");
      String pid = rig.folder.resolve("radvd.pid").toString();
      String url = "http://www:8000/file";
      List<String> get =
          rig.programs.command(
              "get", url, "-o", copy.toString(), "--tap", tap, "--address", "auto");
      try (Child radvd =
              rig.namespace.start("radvd", "-n", "-C", file.toString(), "-m", "stderr", "-p", pid);
          Child named = bind(rig, "none", SIX);
          KernelHttp http = new KernelHttp(rig.namespace, SIX, 8000, rig.folder);
          Child client = rig.namespace.start(get)) {
        assertEquals(0, client.await(Rig.LIMIT), client.error() + radvd.error() + named.error());
        assertTrue(named.error().contains("query: www.tulle.test IN AAAA"), named.error());
        assertTrue(http.sent() >= 100_000);
      }
      Rig.assertEqualFiles(sent, copy);
    }
  }
}
