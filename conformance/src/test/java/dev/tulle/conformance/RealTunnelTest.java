// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Links that carry IP packets without Ethernet, with the kernel's own programs at the far end. */
@Timeout(120)
class RealTunnelTest {
  private static final String KERNEL = "10.8.0.1";
  private static final String TULLE = "10.8.0.2";
  private static final String KERNEL_SIX = "fd08::1";
  private static final String TULLE_SIX = "fd08::2";

  /** Makes a TUN device whose far end is Tulle's. */
  private static void tun(Rig rig) throws IOException {
    rig.namespace.set("net/ipv6/conf/all/disable_ipv6", "0");
    rig.namespace.set("net/ipv6/conf/default/disable_ipv6", "0");
    rig.namespace.ip("tuntap add dev u0 mode tun");
    rig.namespace.ip("addr add " + KERNEL + "/24 dev u0");
    rig.namespace.ip("-6 addr add " + KERNEL_SIX + "/64 dev u0 nodad");
    rig.namespace.ip("link set u0 up");
  }

  @Test
  void theWebServerOfTheJdkServesCurlOverTunInBothFamilies() throws IOException {
    try (Rig rig = Rig.open(Programs.JVM, "curl")) {
      tun(rig);
      Path file = rig.file("a.bin", 2_000_000);
      List<String> command =
          JavaProgram.provided(
              "-Dtulle.link=tun:u0",
              "-Dtulle.address=" + TULLE + "/24," + TULLE_SIX + "/64",
              "-m",
              "jdk.httpserver",
              "-b",
              "0.0.0.0",
              "-p",
              "80",
              "-d");
      command.add(rig.folder.toString());
      try (Child server = rig.namespace.start(command)) {
        rig.namespace.awaitPort(TULLE, 80, server, Rig.LIMIT);
        Path got = rig.folder.resolve("got.bin");
        for (String host : List.of(TULLE, "[" + TULLE_SIX + "]")) {
          rig.run("curl", "-gsS", "--fail", "-o", got.toString(), "http://" + host + "/a.bin");
          Rig.assertEqualFiles(file, got);
        }
        rig.run("ping", "-c1", "-W5", TULLE);
        rig.run("ping", "-c1", "-W5", TULLE_SIX);
      }
    }
  }

  @Test
  void theHttpClientOfTheJdkFetchesWithoutAGateway() throws IOException {
    try (Rig rig = Rig.open(Programs.JVM)) {
      tun(rig);
      rig.namespace.ip("addr add 192.0.2.1/32 dev lo");
      Path file = rig.file("a.bin", 500_000);
      try (KernelHttp near = new KernelHttp(rig.namespace, KERNEL_SIX, 8080, rig.folder);
          KernelHttp far = new KernelHttp(rig.namespace, "192.0.2.1", 8080, rig.folder)) {
        List<String> command =
            JavaProgram.provided(
                "-Dtulle.link=tun:u0",
                "-Dtulle.address=" + TULLE + "/24," + TULLE_SIX + "/64",
                HttpFetch.class.getName(),
                "http://192.0.2.1:8080/a.bin",
                "http://[" + KERNEL_SIX + "]:8080/a.bin");
        try (Child client = rig.namespace.start(command)) {
          String whole = "200 500000 " + Digests.sha256(file);
          List<String> lines = client.succeeds(Rig.LIMIT).out().lines().toList();
          assertEquals(List.of(whole, whole), lines);
          assertEquals(500_000, near.sent());
          assertEquals(500_000, far.sent());
        }
      }
    }
  }
}
