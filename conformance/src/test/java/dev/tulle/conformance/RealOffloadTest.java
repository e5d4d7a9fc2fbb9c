// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.testkit.SeenFrame;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** TCP segments that the kernel and Tulle leave uncut between them, and what must not change. */
@Timeout(60)
class RealOffloadTest {
  private static final int OCTETS = 16 << 20;

  private static final int FRAME = 1514;

  static Stream<Arguments> families() throws IOException {
    return RealFragmentTest.families();
  }

  /** Sends data to a server that gives it back, and takes it. */
  private static byte[] thereAndBack(Rig rig, boolean six, byte[] data) throws IOException {
    String tulle = six ? RealIpv6Test.TULLE : rig.lane.tulle();
    try (Socket socket = rig.namespace.connect(tulle, 7, 10_000)) {
      socket.setSoTimeout(20_000);
      OutputStream out = socket.getOutputStream();
      CompletableFuture<Void> sender =
          CompletableFuture.runAsync(
              () -> {
                try {
                  out.write(data);
                  socket.shutdownOutput();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      byte[] back = socket.getInputStream().readAllBytes();
      sender.join();
      return back;
    }
  }

  private static Child serve(Rig rig, boolean six, String... words) throws IOException {
    String[] all =
        six
            ? Stream.concat(Stream.of(words), Stream.of("--address", RealIpv6Test.TULLE + "/64"))
                .toArray(String[]::new)
            : words;
    return rig.serve("echo", 7, all);
  }

  private static byte[] data(int octets) {
    byte[] data = new byte[octets];
    new Random(octets).nextBytes(data);
    return data;
  }

  /** Mean octets of the frames that the kernel has received from a device or sent to it. */
  static long meanFrame(Rig rig, String device, String direction) throws IOException {
    String text = rig.run("ip", "-s", "-o", "link", "show", device);
    Matcher numbers = Pattern.compile(direction + ":.*?\\\\\\s+(\\d+)\\s+(\\d+)").matcher(text);
    assertTrue(numbers.find(), text);
    return Long.parseLong(numbers.group(1)) / Long.parseLong(numbers.group(2));
  }

  @ParameterizedTest
  @MethodSource("families")
  void segmentsComeAndGoUncut(Programs programs, boolean six) throws IOException {
    try (Rig rig = six ? RealIpv6Test.open(programs) : Rig.open(programs);
        Child echo = serve(rig, six, "--offload")) {
      byte[] data = data(OCTETS);
      assertArrayEquals(data, thereAndBack(rig, six, data));
      assertTrue(meanFrame(rig, rig.lane.tap(), "RX") > 3 * FRAME, "what Tulle sends");
      assertTrue(meanFrame(rig, rig.lane.tap(), "TX") > 3 * FRAME, "what the kernel sends");
      assertTrue(echo.alive());
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void lossesAndCapturesSeeSegmentsAsOnTheWire(Programs programs, boolean six) throws IOException {
    try (Rig rig = six ? RealIpv6Test.open(programs) : Rig.open(programs)) {
      Path pcap = rig.folder.resolve("pcap");
      try (Child echo =
          serve(rig, six, "--offload", "--impair", "loss=1%,seed=7", "--pcap", pcap.toString())) {
        byte[] data = data(OCTETS / 8);
        assertArrayEquals(data, thereAndBack(rig, six, data));
        echo.terminate();
        assertEquals(0, echo.await(Rig.LIMIT), echo.error());
      }
      int largest = Rig.frames(pcap).stream().mapToInt(SeenFrame::length).max().orElse(0);
      assertEquals(FRAME, largest);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void kernelWithoutOffloadsAndOtherProtocolsAreServedAsWell(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs, "ping")) {
      rig.namespace.offloadsOff(rig.lane.tap());
      try (Child echo = rig.serve("echo", 7, "--offload")) {
        byte[] data = data(OCTETS / 8);
        assertArrayEquals(data, thereAndBack(rig, false, data));
        rig.ping("-c", "3", "-i", "0.05", "-s", "4000", rig.lane.tulle());
        assertTrue(echo.alive());
      }
    }
  }
}
