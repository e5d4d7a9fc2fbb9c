// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Addresses and names from dnsmasq, which many home routers run. */
@Timeout(90)
class RealDnsmasqTest {
  /** Addresses of one name: more than a datagram of 512 octets has room for. */
  private static final int MANY = 60;

  /** A lease of two minutes that is renewed every five seconds; names in tulle.test. */
  private static Child dnsmasq(Rig rig) throws IOException {
    String kernel = rig.lane.kernel();
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            "dnsmasq",
            "--keep-in-foreground",
            "--conf-file=/dev/null",
            "--pid-file=",
            "--user=root",
            "--group=root",
            "--log-facility=-",
            "--log-dhcp",
            "--log-queries",
            "--no-resolv",
            "--no-hosts",
            "--no-ping",
            "--interface=" + rig.lane.tap(),
            "--bind-interfaces",
            "--dhcp-authoritative",
            "--dhcp-leasefile=" + rig.folder.resolve("leases"),
            "--dhcp-range=10.9.1.50,10.9.1.99,255.255.255.0,120",
            "--dhcp-option=58,5",
            "--dhcp-option=59,100",
            "--dhcp-option=option:router," + kernel,
            "--domain=tulle.test",
            "--local=/tulle.test/",
            "--host-record=www.tulle.test," + kernel + ",2001:db8::80",
            "--cname=alias.tulle.test,www.tulle.test"));
    for (int i = 1; i <= MANY; i++) {
      command.add("--host-record=many.tulle.test,10.9.2." + i);
    }
    Child child = rig.namespace.start(command);
    if (!child.says("started", Rig.LIMIT)) {
      child.close();
      throw new IOException("dnsmasq does not start: " + child.error() + child.out());
    }
    return child;
  }

  /** Starts a program that gets its address by DHCP. */
  private static Child lease(Rig rig, String app, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.addAll(List.of("--tap", rig.lane.tap(), "--address", "dhcp"));
    return rig.namespace.start(rig.programs.command(app, all.toArray(String[]::new)));
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void aUrlIsFetchedByNameWithAnAddressByDhcp(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs, "dnsmasq");
        Child dnsmasq = dnsmasq(rig);
        KernelHttp http = new KernelHttp(rig.namespace, rig.lane.kernel(), 8000, rig.folder)) {
      Path file = rig.file("big", 4 << 20);
      Path copy = rig.folder.resolve("copy");
      try (Child get = lease(rig, "get", "http://alias:8000/big", "-o", copy.toString())) {
        assertEquals(0, get.await(Rig.LIMIT), get.error() + dnsmasq.error());
        assertTrue(get.error().contains("has the address 10.9.1."), get.error());
      }
      Rig.assertEqualFiles(file, copy);
      assertTrue(dnsmasq.error().contains("query[A] alias.tulle.test from 10.9.1."));
      assertTrue(dnsmasq.says("DHCPRELEASE", Rig.LIMIT), dnsmasq.error());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void theLeaseIsPrintedRenewedAndGivenBack(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs, "dnsmasq");
        Child dnsmasq = dnsmasq(rig);
        Child dhcp = lease(rig, "dhcp", "-k")) {
      assertTrue(dhcp.says("renewed, times: 2", Rig.LIMIT), dhcp.error() + dnsmasq.error());
      dhcp.terminate();
      assertEquals(0, dhcp.await(Rig.LIMIT), dhcp.error());
      String out = dhcp.out();
      assertTrue(out.startsWith("address 10.9.1."), out);
      assertTrue(out.contains("/24\ngateway 10.9.1.1\nserver 10.9.1.1\n"), out);
      assertTrue(out.contains("lease 120 s, renewed after 5 s\n"), out);
      assertTrue(out.contains("name server 10.9.1.1\ndomain tulle.test\n"), out);
      assertTrue(dnsmasq.says("DHCPRELEASE", Rig.LIMIT), dnsmasq.error());
      long acknowledged = dnsmasq.error().lines().filter(l -> l.contains("DHCPACK(")).count();
      assertTrue(acknowledged >= 3, dnsmasq.error());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void namesAreLookedUpOrSaidToBeNone(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs, "dnsmasq");
        Child dnsmasq = dnsmasq(rig)) {
      String server = rig.lane.kernel();
      final String trace = rig.folder.resolve("trace").toString();
      try (Child dig = rig.start("dig", "alias.tulle.test", "@" + server)) {
        String out = dig.succeeds(Rig.LIMIT).out();
        assertTrue(out.contains("\nalias.tulle.test. "), out);
        assertTrue(out.contains(" IN CNAME www.tulle.test.\nwww.tulle.test. "), out);
        assertTrue(out.contains(" IN A 10.9.1.1\n"), out);
      }
      try (Child dig = rig.start("dig", "www.tulle.test", "AAAA", "@" + server)) {
        String out = dig.succeeds(Rig.LIMIT).out();
        assertTrue(out.contains(" IN AAAA 2001:db8:0:0:0:0:0:80\n"), out);
      }
      try (Child dig = rig.start("dig", "many.tulle.test", "@" + server, "--pcap", trace)) {
        String out = dig.succeeds(Rig.LIMIT).out();
        assertTrue(out.contains("answers " + MANY + ","), out);
        assertEquals(MANY, out.lines().filter(l -> l.contains(" IN A 10.9.2.")).count());
      }
      assertTrue(
          Rig.segments(rig.folder.resolve("trace")).stream()
              .anyMatch(f -> f.destinationPort() == 53 && f.data().length > 0),
          "it is asked over TCP");
      try (Child ping = rig.start("ping", "none.tulle.test", "--dns", server)) {
        Rig.assertFailed(ping, "there is no such name");
      }
      assertTrue(dnsmasq.alive());
    }
  }
}
