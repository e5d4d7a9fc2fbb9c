// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Java programs that know nothing of Tulle, put on it by the command line; the kernel as peer. */
@Timeout(120)
class RealJavaTest {
  private static final String SIX = "2001:db8:9::1";

  @Test
  void theWebServerOfTheJdkServesCurl() throws IOException {
    try (Rig rig = Rig.open(Programs.JVM, "curl")) {
      Path file = rig.file("a.bin", 3_000_000);
      List<String> command =
          JavaProgram.on(
              rig.lane, "-m", "jdk.httpserver", "-b", rig.lane.tulle(), "-p", "80", "-d");
      command.add(rig.folder.toString());
      try (Child server = rig.namespace.start(command)) {
        rig.namespace.awaitCarrier(rig.lane.tap(), server, Rig.LIMIT);
        rig.namespace.awaitPort(rig.lane.tulle(), 80, server, Rig.LIMIT);
        Path got = rig.folder.resolve("got.bin");
        String url = "http://" + rig.lane.tulle() + "/a.bin";
        rig.run("curl", "-sS", "--fail", "-o", got.toString(), url);
        Rig.assertEqualFiles(file, got);
        assertEquals(22, rig.code("curl", "-sS", "--fail", url + ".not"));
      }
    }
  }

  @Test
  void theHttpClientOfTheJdkFetchesSideBySide() throws IOException {
    try (Rig rig = Rig.open(Programs.JVM)) {
      Path file = rig.file("a.bin", 2_000_000);
      try (KernelHttp server = new KernelHttp(rig.namespace, rig.lane.kernel(), 8080, rig.folder)) {
        String base = "http://" + rig.lane.kernel() + ":8080/";
        List<String> command =
            JavaProgram.on(
                rig.lane, HttpFetch.class.getName(), base + "a.bin", base + "chunked/a.bin");
        command.add(base + "none");
        try (Child client = rig.namespace.start(command)) {
          List<String> lines = client.succeeds(Rig.LIMIT).out().lines().toList();
          String whole = "200 " + Files.size(file) + " " + Digests.sha256(file);
          assertEquals(List.of(whole, whole), lines.subList(0, 2));
          assertTrue(lines.get(2).startsWith("404 "), lines::toString);
          assertTrue(server.sent() >= 4_000_000);
        }
      }
    }
  }

  @Test
  void aTapDeviceWithOffloadsCarriesTheSame() throws IOException {
    try (Rig rig = Rig.open(Programs.JVM)) {
      Path file = rig.file("a.bin", 8_000_000);
      try (KernelHttp server = new KernelHttp(rig.namespace, rig.lane.kernel(), 8080, rig.folder)) {
        List<String> command =
            JavaProgram.provided(
                "-Dtulle.link=tap:" + rig.lane.tap() + ",offload",
                "-Dtulle.address=" + rig.lane.tulle() + "/24");
        String url = "http://" + rig.lane.kernel() + ":8080/a.bin";
        command.addAll(List.of(HttpFetch.class.getName(), url));
        try (Child client = rig.namespace.start(command)) {
          String whole = "200 " + Files.size(file) + " " + Digests.sha256(file);
          assertEquals(whole, client.succeeds(Rig.LIMIT).out().strip());
          assertEquals(8_000_000, server.sent());
          assertTrue(RealOffloadTest.meanFrame(rig, rig.lane.tap(), "TX") > 3000);
        }
      }
    }
  }

  @Test
  void namesAndTheAddressComeFromTheNetworkOfTheStack() throws IOException {
    try (Rig rig = Rig.open(Programs.JVM, "dnsmasq")) {
      Path file = rig.file("a.bin", 100_000);
      String kernel = rig.lane.kernel();
      String range = rig.lane.tulle() + "," + rig.lane.tulle() + ",1h";
      try (KernelHttp server = new KernelHttp(rig.namespace, kernel, 8080, rig.folder);
          Child dnsmasq =
              rig.namespace.start(
                  "dnsmasq",
                  "--no-daemon",
                  "--conf-file=/dev/null",
                  "--no-resolv",
                  "--no-hosts",
                  "--no-ping",
                  "--bind-interfaces",
                  "--listen-address=" + kernel,
                  "--dhcp-leasefile=" + rig.folder.resolve("leases"),
                  "--dhcp-range=" + range,
                  "--address=/web.test/" + kernel)) {
        List<String> command =
            JavaProgram.provided("-Dtulle.link=tap:" + rig.lane.tap(), "-Dtulle.address=dhcp");
        command.addAll(List.of(HttpFetch.class.getName(), "http://web.test:8080/a.bin"));
        try (Child client = rig.namespace.start(command)) {
          String out = client.succeeds(Rig.LIMIT).out().strip();
          assertEquals("200 100000 " + Digests.sha256(file), out, dnsmasq.error());
          assertEquals(100_000, server.sent());
        }
      }
    }
  }

  /** The kernel's web servers see each address; that of IPv6 is asked for before it is used. */
  @Test
  void bothFamiliesAreUsedSideBySide() throws IOException {
    try (Rig rig = RealIpv6Test.open(Programs.JVM)) {
      Path file = rig.file("a.bin", 200_000);
      String four = rig.lane.kernel();
      String six = RealIpv6Test.KERNEL;
      String addresses = rig.lane.tulle() + "/24," + RealIpv6Test.TULLE + "/64";
      try (KernelHttp one = new KernelHttp(rig.namespace, four, 8080, rig.folder);
          KernelHttp other = new KernelHttp(rig.namespace, six, 8080, rig.folder)) {
        List<String> command =
            JavaProgram.provided(
                "-Dtulle.link=tap:" + rig.lane.tap(), "-Dtulle.address=" + addresses);
        String path = ":8080/a.bin";
        command.addAll(List.of(HttpFetch.class.getName(), "http://" + four + path));
        command.add("http://[" + six + "]" + path);
        try (Child client = rig.namespace.start(command)) {
          String whole = "200 200000 " + Digests.sha256(file);
          List<String> lines = client.succeeds(Rig.LIMIT).out().lines().toList();
          assertEquals(List.of(whole, whole), lines);
          assertEquals(200_000, one.sent());
          assertEquals(200_000, other.sent());
        }
      }
    }
  }

  @Test
  void aRouterOfIpv6TellsTheAddressAndTheNameServer() throws IOException {
    try (Rig rig = RealIpv6Test.open(Programs.JVM, "dnsmasq")) {
      Path file = rig.file("a.bin", 100_000);
      rig.run("ip", "-6", "addr", "add", SIX + "/64", "dev", rig.lane.tap(), "nodad");
      try (KernelHttp server = new KernelHttp(rig.namespace, SIX, 8080, rig.folder);
          Child dnsmasq =
              rig.namespace.start(
                  "dnsmasq",
                  "--no-daemon",
                  "--conf-file=/dev/null",
                  "--no-resolv",
                  "--no-hosts",
                  "--bind-interfaces",
                  "--interface=" + rig.lane.tap(),
                  "--enable-ra",
                  "--dhcp-option=option6:dns-server,[" + SIX + "]",
                  "--dhcp-range=2001:db8:9::,ra-only",
                  "--address=/web.test/" + SIX)) {
        List<String> command =
            JavaProgram.provided("-Dtulle.link=tap:" + rig.lane.tap(), "-Dtulle.address=auto");
        command.addAll(List.of(HttpFetch.class.getName(), "http://web.test:8080/a.bin"));
        try (Child client = rig.namespace.start(command)) {
          client.await(Rig.LIMIT);
          String out = client.out().strip() + client.error();
          assertEquals("200 100000 " + Digests.sha256(file), out, dnsmasq.error());
          assertEquals(100_000, server.sent());
        }
      }
    }
  }

  @Test
  void aWrongPropertyIsNamedInOneSentence() throws IOException {
    String fetch = HttpFetch.class.getName();
    String link = "-Dtulle.link=tap:t0";
    refused("tulle.link is missing: tap:NAME", "-Dtulle.address=10.9.0.2/24", fetch);
    refused("tulle.address is missing: dhcp, auto, or as 10.9.0.2/24 and fd09::2/64", link, fetch);
    refused(
        "tulle.address is an address and its prefix's length as 10.9.0.2/24 or fd09::2/64, "
            + "not '10.9.0.2'",
        link,
        "-Dtulle.address=10.9.0.2",
        fetch);
    refused(
        "tulle.gateway is an address as 10.9.0.1 or fd09::1, not 'there'",
        link,
        "-Dtulle.address=10.9.0.2/24",
        "-Dtulle.gateway=there",
        fetch);
    refused(
        "tulle.link is tap:NAME[,offload], tun:NAME[,offload], interface:NAME, "
            + "fd:N[:MTU] or udp:ADDRESS:PORT[:LOCALPORT], not 'eth0'",
        "-Dtulle.link=eth0",
        "-Dtulle.address=10.9.0.2/24",
        fetch);
  }

  private static void refused(String sentence, String... words) throws IOException {
    try (Child program = Child.start(JavaProgram.provided(words))) {
      assertNotEquals(0, program.await(Rig.LIMIT));
      assertTrue(program.error().startsWith("tulle: " + sentence), program.error());
    }
  }
}
