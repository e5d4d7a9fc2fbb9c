// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tulle and the kernel over IPv6: addresses by hand, and as a router says. */
@Timeout(90)
class RealIpv6Test {
  static final String KERNEL = "fd09::1";
  static final String TULLE = "fd09::2";

  /** Behind the kernel, as seen from the link. */
  private static final String BEYOND = "fd77::1";

  static Rig open(Programs programs, String... tools) throws IOException {
    Rig rig = Rig.open(programs, tools);
    for (String device : new String[] {"all", "lo", rig.lane.tap()}) {
      String file = "/proc/sys/net/ipv6/conf/" + device + "/disable_ipv6";
      if (rig.code("sh", "-c", "echo 0 >" + file) != 0) {
        rig.close();
        Assumptions.abort("the kernel's IPv6 cannot be switched on in a namespace");
      }
    }
    rig.run("ip", "-6", "addr", "add", KERNEL + "/64", "dev", rig.lane.tap(), "nodad");
    rig.run("ip", "link", "set", "lo", "up");
    rig.run("ip", "-6", "addr", "add", BEYOND + "/128", "dev", "lo");
    return rig;
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void kernelAndTullePingEachOther(Programs programs) throws IOException {
    try (Rig rig = open(programs, "ping")) {
      try (Child ping = rig.start("ping", KERNEL, "-c", "3", "--address", TULLE + "/64")) {
        assertEquals(0, ping.await(Rig.LIMIT), ping.error());
        assertTrue(ping.out().contains("64 bytes from " + KERNEL), ping.out());
      }
      try (Child ping =
          rig.start("ping", BEYOND, "-c", "1", "--address", TULLE + "/64", "--gateway", KERNEL)) {
        assertEquals(0, ping.await(Rig.LIMIT), ping.error());
      }
      try (Child echo = rig.serve("echo", 7, "--address", TULLE + "/64")) {
        for (String size : new String[] {"0", "1", "56", "1452"}) {
          rig.ping("-6", "-c", "3", "-i", "0.05", "-s", size, TULLE);
        }
        assertTrue(echo.alive());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void filesGoBothWaysOverHttp(Programs programs) throws IOException {
    try (Rig rig = open(programs, "curl")) {
      Path file = rig.file("big", 4 << 20);
      Path copy = rig.folder.resolve("copy");
      try (Child httpd =
          rig.serve("httpd", 80, rig.folder.toString(), "--address", TULLE + "/64")) {
        String url = "http://[" + TULLE + "]/big";
        rig.run("curl", "-gsS", "-o", copy.toString(), url);
        Rig.assertEqualFiles(file, copy);
        rig.run("curl", "-4sS", "-o", copy.toString(), "http://" + rig.lane.tulle() + "/big");
        Rig.assertEqualFiles(file, copy);
        assertTrue(httpd.alive());
      }
      Path fetched = rig.folder.resolve("fetched");
      try (KernelHttp http = new KernelHttp(rig.namespace, KERNEL, 8000, rig.folder);
          Child get =
              rig.start(
                  "get",
                  "http://[" + KERNEL + "]:8000/big",
                  "-o",
                  fetched.toString(),
                  "--address",
                  TULLE + "/64")) {
        assertEquals(0, get.await(Rig.LIMIT), get.error());
        assertTrue(http.sent() >= 4 << 20);
      }
      Rig.assertEqualFiles(file, fetched);
    }
  }

  /** A router says the prefix of the link; what is behind it is reached by way of it. */
  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void anAddressAndTheWayOutComeFromARouter(Programs programs) throws IOException {
    try (Rig rig = open(programs, "dnsmasq")) {
      rig.run("ip", "-6", "addr", "add", "2001:db8:9::1/64", "dev", rig.lane.tap(), "nodad");
      String range = "--dhcp-range=2001:db8:9::,ra-only";
      try (Child router =
          rig.namespace.start(
              "dnsmasq",
              "--keep-in-foreground",
              "--conf-file=/dev/null",
              "--pid-file=",
              "--user=root",
              "--group=root",
              "--log-facility=-",
              "--port=0",
              "--interface=" + rig.lane.tap(),
              "--enable-ra",
              "--dhcp-leasefile=" + rig.folder.resolve("leases"),
              range)) {
        assertTrue(router.says("started", Rig.LIMIT), router.error());
        try (Child ping = rig.start("ping", BEYOND, "-c", "2", "--address", "auto")) {
          assertEquals(0, ping.await(Rig.LIMIT), ping.error() + ping.out() + router.error());
        }
      }
    }
  }

  /** RFC 8106: nothing but what a router says, so no IPv4 at all. */
  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void aUrlIsFetchedByNameWithWhatARouterSays(Programs programs) throws IOException {
    try (Rig rig = open(programs, "dnsmasq")) {
      String router = "2001:db8:9::1";
      rig.run("ip", "-6", "addr", "add", router + "/64", "dev", rig.lane.tap(), "nodad");
      Path file = rig.file("file", 100_000);
      Path copy = rig.folder.resolve("copy");
      List<String> fetch =
          rig.programs.command(
              "get",
              "http://www:8000/file",
              "-o",
              copy.toString(),
              "--tap",
              rig.lane.tap(),
              "--address",
              "auto");
      try (Child dnsmasq = advertiser(rig, router);
          KernelHttp http = new KernelHttp(rig.namespace, router, 8000, rig.folder);
          Child get = rig.namespace.start(fetch)) {
        assertEquals(0, get.await(Rig.LIMIT), get.error() + dnsmasq.error());
        assertTrue(dnsmasq.error().contains("query[AAAA] www.tulle.test from 2001:db8:9:"));
        assertTrue(http.sent() >= 100_000);
      }
      Rig.assertEqualFiles(file, copy);
    }
  }

  private static Child advertiser(Rig rig, String address) throws IOException {
    Child dnsmasq =
        rig.namespace.start(
            "dnsmasq",
            "--keep-in-foreground",
            "--conf-file=/dev/null",
            "--pid-file=",
            "--user=root",
            "--group=root",
            "--log-facility=-",
            "--log-queries",
            "--no-resolv",
            "--no-hosts",
            "--interface=" + rig.lane.tap(),
            "--bind-dynamic",
            "--enable-ra",
            "--dhcp-leasefile=" + rig.folder.resolve("leases"),
            "--dhcp-range=2001:db8:9::,ra-only",
            "--dhcp-option=option6:dns-server,[" + address + "]",
            "--dhcp-option=option6:domain-search,tulle.test",
            "--local=/tulle.test/",
            "--host-record=www.tulle.test," + address);
    if (!dnsmasq.says("started", Rig.LIMIT)) {
      dnsmasq.close();
      throw new IOException("dnsmasq does not start: " + dnsmasq.error() + dnsmasq.out());
    }
    return dnsmasq;
  }

  /** RFC 8305: IPv6 where it answers, IPv4 soon after where it does not. */
  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void aNameLeadsToTheFamilyThatAnswers(Programs programs) throws IOException {
    try (Rig rig = open(programs, "dnsmasq");
        KernelHttp six = new KernelHttp(rig.namespace, KERNEL, 8000, rig.folder);
        KernelHttp four = new KernelHttp(rig.namespace, rig.lane.kernel(), 8000, rig.folder);
        Child dnsmasq = names(rig)) {
      Path file = rig.file("file", 100_000);
      fetch(rig, "http://both.tulle.test:8000/file", file);
      assertEquals(0, four.sent(), "IPv6 comes first");
      fetch(rig, "http://six.tulle.test:8000/file", file);
      assertEquals(200_000, six.sent());
      fetch(rig, "http://four.tulle.test:8000/file", file);
      fetch(rig, "http://silent.tulle.test:8000/file", file);
      assertEquals(200_000, four.sent());
      assertTrue(dnsmasq.alive());
    }
  }

  private static Child names(Rig rig) throws IOException {
    String four = rig.lane.kernel();
    Child dnsmasq =
        rig.namespace.start(
            "dnsmasq",
            "--keep-in-foreground",
            "--conf-file=/dev/null",
            "--pid-file=",
            "--user=root",
            "--group=root",
            "--log-facility=-",
            "--no-resolv",
            "--no-hosts",
            "--listen-address=" + four,
            "--bind-interfaces",
            "--local=/tulle.test/",
            "--host-record=both.tulle.test," + four + "," + KERNEL,
            "--host-record=six.tulle.test," + KERNEL,
            "--host-record=four.tulle.test," + four,
            "--host-record=silent.tulle.test," + four + "," + KERNEL + "99");
    if (!dnsmasq.says("started", Rig.LIMIT)) {
      dnsmasq.close();
      throw new IOException("dnsmasq does not start: " + dnsmasq.error() + dnsmasq.out());
    }
    return dnsmasq;
  }

  private static void fetch(Rig rig, String url, Path expected) throws IOException {
    Path copy = rig.folder.resolve("copy");
    try (Child get =
        rig.start(
            "get",
            url,
            "-o",
            copy.toString(),
            "--address",
            TULLE + "/64",
            "--dns",
            rig.lane.kernel())) {
      assertEquals(0, get.await(Rig.LIMIT), url + get.error());
    }
    Rig.assertEqualFiles(expected, copy);
  }
}
