// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.testkit.SeenFrame;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A peer on the kernel behind a router on the kernel with a link of 1,300 octets, which tells of
 * what is too large, or does not. RFC 1191, RFC 4821.
 */
@Timeout(90)
class RealPathMtuTest {
  private static final int MTU = 1300;

  /** Payload beside the headers of IPv4 and TCP with timestamps. */
  private static final int MOST = MTU - 52;

  private static final int BYTES = 4 << 20;
  private static final String PEER = "10.8.0.2";

  /** The rig's namespace is the router; behind it is the peer in one of its own. */
  private static final class Way implements AutoCloseable {
    final Rig rig;
    final Namespace peer;
    final Child holder;

    Way(boolean narrowToPeer) throws IOException {
      rig = Rig.open(Programs.JVM, "ip", "curl");
      peer = new Namespace();
      holder = peer.holder();
      rig.namespace.addVeth("far0", "far1", holder);
      rig.namespace.ip("addr add 10.8.0.1/24 dev far0");
      peer.ip("addr add " + PEER + "/24 dev far1");
      peer.ip("link set far1 up");
      peer.ip("route add default via 10.8.0.1");
      rig.namespace.offloadsOff("far0");
      peer.offloadsOff("far1");
      rig.namespace.set("net/ipv4/ip_forward", "1");
      rig.namespace.ip("link set " + (narrowToPeer ? "far0" : rig.lane.tap()) + " mtu " + MTU);
    }

    /** The router's own packets to this host vanish, its ICMP messages among them. */
    void silence(String host) throws IOException {
      rig.namespace.ip("rule add iif lo to " + host + " blackhole");
    }

    @Override
    public void close() {
      holder.close();
      peer.close();
      rig.close();
    }
  }

  /**
   * That some segments were larger than the path, and the last ones as large as it, but for one or
   * two by which the largest is tried again at intervals that double.
   */
  private static void assertFound(Path pcap, int port) throws IOException {
    List<Integer> sizes =
        Rig.segments(pcap).stream()
            .filter(frame -> frame.sourcePort() == port)
            .map(frame -> frame.data().length)
            .toList();
    assertTrue(sizes.stream().anyMatch(size -> size > MOST), "nothing was ever too large");
    List<Integer> late = sizes.subList(sizes.size() * 3 / 4, sizes.size());
    long tries = late.stream().filter(size -> size > MOST).count();
    assertTrue(tries <= 2, tries + " segments too large in the end");
    int most = late.stream().filter(size -> size <= MOST).mapToInt(size -> size).max().orElse(0);
    assertTrue(most > MOST - 8, "segments of " + most + " octets in the end");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tulleSendsAFileThroughARouterThatTellsOrDoesNot(boolean silent) throws IOException {
    try (Way way = new Way(true)) {
      Rig rig = way.rig;
      Path file = rig.file("big", BYTES);
      Path pcap = rig.folder.resolve("a.pcap");
      Path copy = rig.folder.resolve("copy");
      try (Child httpd =
          rig.serve(
              "httpd",
              80,
              rig.folder.toString(),
              "--gateway",
              rig.lane.kernel(),
              "--pcap",
              pcap.toString())) {
        if (silent) {
          way.silence(rig.lane.tulle());
        }
        String url = "http://" + rig.lane.tulle() + "/big";
        way.peer.run(Rig.LIMIT, "curl", "-sS", "-o", copy.toString(), url);
        Rig.assertEqualFiles(file, copy);
        httpd.terminate();
        httpd.await(Rig.LIMIT);
      }
      assertFound(pcap, 80);
      boolean told = seesIcmp(pcap);
      assertEquals(!silent, told);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theKernelSendsAFileThroughARouterThatTellsOrDoesNot(boolean silent) throws IOException {
    try (Way way = new Way(false)) {
      Rig rig = way.rig;
      Path file = rig.file("big", BYTES);
      Path copy = rig.folder.resolve("copy");
      way.peer.set("net/ipv4/tcp_mtu_probing", "1");
      try (KernelHttp http = new KernelHttp(way.peer, PEER, 8000, rig.folder)) {
        if (silent) {
          way.silence(PEER);
        }
        String url = "http://" + PEER + ":8000/big";
        String gateway = rig.lane.kernel();
        try (Child get = rig.start("get", url, "-o", copy.toString(), "--gateway", gateway)) {
          assertEquals(0, get.await(Rig.LIMIT), get.error());
        }
        assertTrue(http.sent() >= BYTES);
      }
      Rig.assertEqualFiles(file, copy);
    }
  }

  /** Where there is no such router, an impairment is one. */
  @Test
  void anImpairmentIsASilentPathToo() throws IOException {
    try (Rig rig = Rig.open(Programs.JVM, "curl")) {
      Path file = rig.file("big", BYTES);
      Path pcap = rig.folder.resolve("a.pcap");
      Path copy = rig.folder.resolve("copy");
      String[] arguments = {
        rig.folder.toString(), "--impair", "mtu=" + MTU, "--pcap", pcap.toString()
      };
      try (Child httpd = rig.serve("httpd", 80, arguments)) {
        rig.run("curl", "-sS", "-o", copy.toString(), "http://" + rig.lane.tulle() + "/big");
        Rig.assertEqualFiles(file, copy);
        httpd.terminate();
        httpd.await(Rig.LIMIT);
      }
      assertFound(pcap, 80);
    }
  }

  private static boolean seesIcmp(Path pcap) throws IOException {
    return Rig.frames(pcap).stream().anyMatch(SeenFrame::isIcmpError);
  }
}
