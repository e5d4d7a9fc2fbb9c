// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.TcpSegment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Explicit congestion notification with the kernel, over a link that marks. RFC 3168. */
@Timeout(120)
class RealEcnTest {
  private static final int CONGESTION_FLAGS = TcpSegment.ECE | TcpSegment.CWR;
  private static final String MARKS = "mark=2%,delay=5ms,seed=7";

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void theKernelAsksAndItsEchoesSlowTulleDown(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs, "curl")) {
      rig.run("sh", "-c", "echo 1 > /proc/sys/net/ipv4/tcp_ecn");
      Path file = rig.file("b", 4_000_000);
      Path got = rig.folder.resolve("got");
      String url = "http://" + rig.lane.tulle() + "/b";
      Path pcap = rig.folder.resolve("marked.pcap");
      double open = seconds(rig, programs, url, got, "--impair", "delay=5ms");
      String[] marks = {"--impair", MARKS, "--pcap", pcap.toString()};
      double marked = seconds(rig, programs, url, got, marks);
      Rig.assertEqualFiles(file, got);

      List<SeenFrame> frames = segments(pcap);
      SeenFrame asked = first(frames, false);
      SeenFrame answered = first(frames, true);
      assertEquals(CONGESTION_FLAGS, asked.flags() & CONGESTION_FLAGS, "the kernel's SYN");
      assertEquals(TcpSegment.ECE, answered.flags() & CONGESTION_FLAGS, "our SYN-ACK");
      assertTrue(count(frames, false, TcpSegment.ECE) > 1, "the kernel echoes");
      assertTrue(count(frames, true, TcpSegment.CWR) > 0, "we say that we slow down");
      assertEquals(0, repeated(frames, true), "segments sent again");
      assertTrue(marked > open * 1.2, marked + " s with marks, " + open + " without");
    }
  }

  /** On the JVM alone: no native program that opens connections has the profile. */
  @Test
  void tulleAsksAndItsEchoesSlowTheKernelDown() throws IOException {
    try (Rig rig = Rig.open(Programs.JVM);
        KernelHttp http = new KernelHttp(rig.namespace, rig.lane.kernel(), 8000, rig.folder)) {
      Path file = rig.file("b", 4_000_000);
      Path got = rig.folder.resolve("got");
      Path pcap = rig.folder.resolve("marked.pcap");
      String url = "http://" + rig.lane.kernel() + ":8000/b";
      try (Child get =
          rig.start(
              "get",
              url,
              "-o",
              got.toString(),
              "--profile",
              "full",
              "--impair",
              MARKS,
              "--pcap",
              pcap.toString())) {
        assertEquals(0, get.await(Rig.LIMIT), get.error());
      }
      Rig.assertEqualFiles(file, got);
      assertEquals(Files.size(file), http.sent());
      List<SeenFrame> frames = segments(pcap);
      assertEquals(CONGESTION_FLAGS, first(frames, false).flags() & CONGESTION_FLAGS, "our SYN");
      assertEquals(TcpSegment.ECE, first(frames, true).flags() & CONGESTION_FLAGS, "SYN-ACK");
      assertTrue(count(frames, false, TcpSegment.ECE) > 1, "we echo");
      assertTrue(count(frames, true, TcpSegment.CWR) > 0, "the kernel slows down");
      assertEquals(0, repeated(frames, true), "segments sent again");
    }
  }

  /** How long curl takes for a file. */
  private static double seconds(Rig rig, Programs programs, String url, Path to, String... options)
      throws IOException {
    boolean natively = programs == Programs.NATIVE;
    List<String> arguments = new ArrayList<>(List.of(rig.folder.toString()));
    if (!natively) {
      arguments.addAll(List.of("--profile", "full"));
    }
    arguments.addAll(List.of(options));
    String app = natively ? "full-httpd" : "httpd";
    try (Child httpd = rig.serve(app, 80, arguments.toArray(String[]::new))) {
      String took = rig.run("curl", "-sS", "-o", to.toString(), "-w", "%{time_total}", url);
      httpd.terminate();
      assertEquals(0, httpd.await(Rig.LIMIT), httpd.error());
      return Double.parseDouble(took);
    }
  }

  /** The segments of the last connection in a capture. */
  private static List<SeenFrame> segments(Path pcap) throws IOException {
    List<SeenFrame> frames = new ArrayList<>();
    for (SeenFrame seen : Rig.segments(pcap)) {
      boolean opens = (seen.flags() & (TcpSegment.SYN | TcpSegment.ACK)) == TcpSegment.SYN;
      if (opens) {
        frames.clear();
      }
      frames.add(seen);
    }
    assertTrue(frames.size() > 100, frames.size() + " segments");
    return frames;
  }

  /** Whether a segment is of the side that answered the SYN, as the server does. */
  private static boolean ofServer(List<SeenFrame> frames, SeenFrame one) {
    return one.destinationPort() == frames.get(0).sourcePort();
  }

  private static SeenFrame first(List<SeenFrame> frames, boolean server) {
    return frames.stream().filter(f -> ofServer(frames, f) == server).findFirst().orElseThrow();
  }

  private static long count(List<SeenFrame> frames, boolean server, int flag) {
    return frames.stream().filter(f -> ofServer(frames, f) == server && f.has(flag)).count();
  }

  /** How many segments with data went by more than once. */
  private static int repeated(List<SeenFrame> frames, boolean server) {
    Set<Integer> seen = new HashSet<>();
    int repeated = 0;
    for (SeenFrame f : frames) {
      if (ofServer(frames, f) == server && f.data().length > 0 && !seen.add(f.sequence())) {
        repeated++;
      }
    }
    return repeated;
  }
}
