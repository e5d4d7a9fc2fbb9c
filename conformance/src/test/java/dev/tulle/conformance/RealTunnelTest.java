// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(strings = {"tun:u0", "tun:u0,offload"})
  void theWebServerOfTheJdkServesCurlOverTunInBothFamilies(String link) throws IOException {
    try (Rig rig = Rig.open(Programs.JVM, "curl")) {
      tun(rig);
      Path file = rig.file("a.bin", 2_000_000);
      List<String> command =
          JavaProgram.provided(
              "-Dtulle.link=" + link,
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
        assertEquals(link.contains("offload"), RealOffloadTest.meanFrame(rig, "u0", "RX") > 3000);
        rig.run("ping", "-c1", "-W5", TULLE);
        rig.run("ping", "-c1", "-W5", TULLE_SIX);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tun:u0", "tun:u0,offload"})
  void theHttpClientOfTheJdkFetchesWithoutAGateway(String link) throws IOException {
    try (Rig rig = Rig.open(Programs.JVM)) {
      tun(rig);
      rig.namespace.ip("addr add 192.0.2.1/32 dev lo");
      Path file = rig.file("a.bin", 500_000);
      try (KernelHttp near = new KernelHttp(rig.namespace, KERNEL_SIX, 8080, rig.folder);
          KernelHttp far = new KernelHttp(rig.namespace, "192.0.2.1", 8080, rig.folder)) {
        List<String> command =
            JavaProgram.provided(
                "-Dtulle.link=" + link,
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
          assertEquals(link.contains("offload"), RealOffloadTest.meanFrame(rig, "u0", "TX") > 3000);
        }
      }
    }
  }

  /** The program of docs/tunnels.md: the kernel routes everything into the device. */
  @Test
  void flowsOfCurlGoThroughTheDeviceToASocksServer() throws IOException {
    try (Rig rig = Rig.open(Programs.JVM, "curl")) {
      tun(rig);
      rig.namespace.ip("route add default dev u0");
      rig.namespace.ip("-6 route add default dev u0");
      Path file = rig.file("a.bin", 1_000_000);
      String classes = compiled(rig.folder, "TunToSocks");
      try (KernelHttp web = new KernelHttp(rig.namespace, "127.0.0.1", 8080, rig.folder);
          KernelSocks socks = new KernelSocks(rig.namespace, 1080, 8080)) {
        List<String> command = JavaProgram.plain("TunToSocks", "u0", "1080");
        int path = command.indexOf("-cp") + 1;
        command.set(path, classes + File.pathSeparator + command.get(path));
        try (Child program = rig.namespace.start(command)) {
          rig.namespace.awaitCarrier("u0", program, Rig.LIMIT);
          Path got = rig.folder.resolve("got.bin");
          List<String> hosts = List.of("203.0.113.9:8000", "[2001:db8::9]:81");
          for (String host : hosts) {
            String url = "http://" + host + "/a.bin";
            rig.run(
                "curl",
                "-gsS",
                "--retry",
                "9",
                "--retry-all-errors",
                "--fail",
                "-o",
                got.toString(),
                url);
            Rig.assertEqualFiles(file, got);
          }
          assertEquals(List.of("203.0.113.9:8000", "[2001:db8:0:0:0:0:0:9]:81"), socks.asked());
          assertEquals(2_000_000, web.sent());
        }
      }
    }
  }

  /** Compiles a program of the page; answers the folder of its classes. */
  private static String compiled(Path folder, String name) throws IOException {
    Path page = Path.of(System.getProperty("tulle.root", "..")).resolve("docs/tunnels.md");
    Matcher program =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(page));
    assertTrue(program.find() && program.group(1).contains("class " + name + " {"));
    Path file = Files.writeString(folder.resolve(name + ".java"), program.group(1));
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-proc:none", "-d", folder.toString(), file.toString());
    assertEquals(0, code, "it does not compile");
    return folder.toString();
  }
}
