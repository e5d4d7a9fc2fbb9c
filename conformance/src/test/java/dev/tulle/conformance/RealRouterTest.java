// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two kernels with Tulle as the router between them: one inside, one outside. */
@Timeout(120)
class RealRouterTest {
  private static final String INSIDE = "10.0.0.2";
  private static final String OUTSIDE = "192.0.2.1";
  private static final String ROUTER = "192.0.2.2";
  private static final String REFUSAL = Namespace.refusal();

  static Stream<Programs> platforms() throws IOException {
    Programs.binary("traceroute");
    Programs.binary("gateway");
    Programs.binary("router"); // made outside of the time that a test may take
    return Stream.of(Programs.NATIVE, Programs.JVM);
  }

  private static RouterRow row(Programs programs, String... options) throws IOException {
    RouterRow row = new RouterRow(REFUSAL);
    row.inside.ip("addr add " + INSIDE + "/24 dev inner");
    row.inside.ip("route add default via 10.0.0.1");
    row.outside.ip("addr add " + OUTSIDE + "/24 dev outer");
    row.start(programs, "in=10.0.0.1/24", "out=" + ROUTER + "/24", options);
    return row;
  }

  @ParameterizedTest
  @MethodSource("platforms")
  void gatewayServesFilesToTheInsideAloneWhileItTranslates(Programs programs) throws IOException {
    Rig.tools("curl");
    Path folder = Scratch.folder("tulle-gateway");
    try (RouterRow row = new RouterRow(REFUSAL)) {
      row.speakIpv6();
      row.inside.ip("addr add " + INSIDE + "/24 dev inner");
      row.inside.ip("route add default via 10.0.0.1");
      row.inside.ip("addr add fd00:1::2/64 dev inner nodad");
      row.outside.ip("addr add " + OUTSIDE + "/24 dev outer");
      Path file = folder.resolve("big");
      Digests.writeRandom(file, 5_000_000, 3);
      String rules = "--nat --rule reject,in=outside,out=router,proto=tcp,state=new " + folder;
      String in = "in=10.0.0.1/24,fd00:1::1/64";
      row.start(programs, "gateway", in, "out=" + ROUTER + "/24", rules.split(" "));
      Path copy = folder.resolve("copy");
      String[] curl = {"curl", "-sS", "--max-time", "25", "-o", copy.toString(), ""};
      for (String host : new String[] {"10.0.0.1", ROUTER, "[fd00:1::1]"}) {
        curl[6] = "http://" + host + "/big";
        row.run(row.inside, curl);
        Rig.assertEqualFiles(file, copy);
      }
      try (KernelHttp out = new KernelHttp(row.outside, OUTSIDE, 8000, folder)) {
        curl[6] = "http://" + OUTSIDE + ":8000/big";
        row.run(row.inside, curl);
        Rig.assertEqualFiles(file, copy);
      }
      curl[6] = "http://" + ROUTER + "/big";
      try (Child refused = row.outside.start(curl)) {
        assertEquals(7, refused.await(Rig.LIMIT), refused.error()); // connection refused
      }
      row.router.terminate();
      assertEquals(0, row.router.await(Rig.LIMIT), row.router.error());
    } finally {
      Scratch.remove(folder);
    }
  }

  @ParameterizedTest
  @MethodSource("platforms")
  void pingsOfEverySizeCrossItAndTheHopIsSeen(Programs programs) throws IOException {
    Rig.tools("ping");
    try (RouterRow row = row(programs)) {
      row.outside.ip("route add 10.0.0.0/24 via " + ROUTER);
      for (String size : new String[] {"8", "1472", "9000"}) {
        String text = row.inside.ping(Rig.LIMIT, "-c", "3", "-i", "0.05", "-s", size, OUTSIDE);
        assertTrue(text.contains("ttl=63"), text);
      }
      row.outside.ping(Rig.LIMIT, "-c", "2", "-i", "0.05", INSIDE);
      try (Child hop = row.inside.start("ping", "-n", "-t", "1", "-c", "1", OUTSIDE)) {
        hop.await(Rig.LIMIT);
        assertTrue(hop.out().contains("From 10.0.0.1"), hop.out());
        assertTrue(hop.out().contains("Time to live exceeded"), hop.out());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("platforms")
  void tracerouteSeesItAndWhatIsBehind(Programs programs) throws IOException {
    try (RouterRow row = row(programs)) {
      row.outside.ip("route add 10.0.0.0/24 via " + ROUTER);
      String words = "--interface inner --address 10.0.0.3/24 --gateway 10.0.0.1 -q 2 " + OUTSIDE;
      try (Child trace = row.inside.start(programs.command("traceroute", words.split(" ")))) {
        assertEquals(0, trace.await(Rig.LIMIT), trace.error());
        RealTracerouteTest.assertHops(trace.out(), 2, "10.0.0.1", OUTSIDE);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("platforms")
  void filesAreFetchedThroughTranslationAndThroughAForwardedPort(Programs programs)
      throws IOException {
    Rig.tools("curl");
    Path folder = Scratch.folder("tulle-router");
    try (RouterRow row = row(programs, "--nat", "--forward", "tcp:8080:" + INSIDE + ":8000");
        KernelHttp out = new KernelHttp(row.outside, OUTSIDE, 8000, folder);
        KernelHttp in = new KernelHttp(row.inside, INSIDE, 8000, folder)) {
      Path file = folder.resolve("big");
      Digests.writeRandom(file, 20_000_000, 3);
      Path copy = folder.resolve("copy");
      String[] curl = {"curl", "-sS", "--max-time", "25", "-o", copy.toString(), ""};
      curl[6] = "http://" + OUTSIDE + ":8000/big";
      row.run(row.inside, curl);
      Rig.assertEqualFiles(file, copy);
      curl[6] = "http://" + ROUTER + ":8080/big";
      row.run(row.outside, curl);
      Rig.assertEqualFiles(file, copy);
      // The outside has no route to the inside: all of it was translated.
      row.inside.ping(Rig.LIMIT, "-c", "2", "-i", "0.05", OUTSIDE);
      row.inside.ping(Rig.LIMIT, "-c", "2", "-i", "0.05", "-s", "5000", OUTSIDE);
      assertTrue(out.sent() >= 20_000_000 && in.sent() >= 20_000_000);
      row.router.terminate();
      assertEquals(0, row.router.await(Rig.LIMIT), row.router.error());
    } finally {
      Scratch.remove(folder);
    }
  }

  @ParameterizedTest
  @MethodSource("platforms")
  void aFilterLetsTheInsideBeginAndRefusesTheOutside(Programs programs) throws IOException {
    Rig.tools("curl", "ping");
    Path folder = Scratch.folder("tulle-router");
    try (RouterRow row =
            row(
                programs,
                "--policy",
                "reject",
                "--rule",
                "accept,state=established+related",
                "--rule",
                "accept,in=inside,out=outside,proto=tcp,port=8000,state=new");
        KernelHttp out = new KernelHttp(row.outside, OUTSIDE, 8000, folder);
        KernelHttp in = new KernelHttp(row.inside, INSIDE, 8000, folder)) {
      row.outside.ip("route add 10.0.0.0/24 via " + ROUTER);
      Digests.writeRandom(folder.resolve("f"), 3000, 3);
      String[] curl = {"curl", "-sS", "--max-time", "5", "-o", "/dev/null", ""};
      curl[6] = "http://" + OUTSIDE + ":8000/f";
      row.run(row.inside, curl);
      curl[6] = "http://" + INSIDE + ":8000/f";
      try (Child refused = row.outside.start(curl)) {
        assertEquals(7, refused.await(Rig.LIMIT), refused.error()); // connection refused
      }
      try (Child ping = row.inside.start("ping", "-n", "-c", "1", "-W", "2", OUTSIDE)) {
        assertEquals(1, ping.await(Rig.LIMIT));
        assertTrue(ping.out().contains("Packet filtered"), ping.out());
      }
      assertEquals(0, in.sent());
    } finally {
      Scratch.remove(folder);
    }
  }
}
