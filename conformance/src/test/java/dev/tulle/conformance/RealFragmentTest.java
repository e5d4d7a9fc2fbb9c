// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Datagrams in some 45 fragments between the kernel and Tulle, both cutting and putting together.
 */
@Timeout(60)
class RealFragmentTest {
  private static final int LARGEST = 65_507;

  private static final String REORDERED = "reorder=20%,delay=2ms,jitter=1ms,seed=3";

  /** Both families with each kind of program. */
  static Stream<Arguments> families() throws IOException {
    return Rig.platforms()
        .flatMap(
            programs -> Stream.of(Arguments.of(programs, false), Arguments.of(programs, true)));
  }

  private static Rig open(Programs programs, boolean six, String... tools) throws IOException {
    return six ? RealIpv6Test.open(programs, tools) : Rig.open(programs, tools);
  }

  private static String tulle(Rig rig, boolean six) {
    return six ? RealIpv6Test.TULLE : rig.lane.tulle();
  }

  private static String kernel(Rig rig, boolean six) {
    return six ? RealIpv6Test.KERNEL : rig.lane.kernel();
  }

  /** What gives a program its address as well. */
  private static String[] words(boolean six, String... words) {
    return six
        ? Stream.concat(Stream.of(words), Stream.of("--address", RealIpv6Test.TULLE + "/64"))
            .toArray(String[]::new)
        : words;
  }

  @ParameterizedTest
  @MethodSource("families")
  void kernelPingsTulleWith65500Octets(Programs programs, boolean six) throws IOException {
    for (String impairment : new String[] {"delay=0ms", REORDERED}) {
      try (Rig rig = open(programs, six, "ping");
          Child echo = rig.serve("echo", 7, words(six, "--impair", impairment))) {
        for (String size : new String[] {"1473", "2953", "65500", "65507"}) {
          rig.ping("-c", "3", "-i", "0.05", "-s", size, tulle(rig, six));
        }
        assertTrue(echo.alive());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void tullePingsTheKernelWith65500Octets(Programs programs, boolean six) throws IOException {
    String[] count = {"--size", "65500", "-c", "3", "-i", "0.05", "--impair"};
    for (String impairment : new String[] {"delay=0ms", REORDERED}) {
      try (Rig rig = open(programs, six)) {
        String kernel = kernel(rig, six);
        Stream<String> words =
            Stream.of(Stream.of(kernel), Stream.of(count), Stream.of(impairment))
                .flatMap(word -> word);
        try (Child ping = rig.start("ping", words(six, words.toArray(String[]::new)))) {
          assertEquals(0, ping.await(Rig.LIMIT), ping.error());
          assertTrue(ping.out().contains("65508 bytes from " + kernel), ping.out());
          assertTrue(ping.out().contains(" 0% packet loss"), ping.out());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void datagramsOf65500OctetsComeBackWholeInOrderReorderedAndWithLosses(
      Programs programs, boolean six) throws IOException {
    assertEquals(0, repeats(programs, six, "delay=0ms"));
    assertEquals(0, repeats(programs, six, REORDERED));
    assertTrue(repeats(programs, six, "loss=2%,seed=5") > 0, "nothing was lost");
  }

  /** Sends datagrams there and back; answers how often one had to be sent again. */
  private static int repeats(Programs programs, boolean six, String impairment) throws IOException {
    int repeats = 0;
    try (Rig rig = open(programs, six);
        Child echo = rig.serve("echo", 7, words(six, "--udp", "--impair", impairment));
        DatagramSocket socket = rig.namespace.in(() -> new DatagramSocket())) {
      socket.setSoTimeout(impairment.startsWith("loss") ? 150 : 5000);
      InetAddress tulle = InetAddress.getByName(tulle(rig, six));
      for (int size : new int[] {1473, 8192, 65_500, LARGEST, 65_500, 65_499}) {
        byte[] data = new byte[size];
        new Random(size).nextBytes(data);
        DatagramPacket back = new DatagramPacket(new byte[LARGEST], LARGEST);
        while (true) {
          socket.send(new DatagramPacket(data, size, tulle, 7));
          try {
            // What was sent again for nothing comes back twice: a late copy is of another length.
            do {
              socket.receive(back);
            } while (back.getLength() != size);
            break;
          } catch (SocketTimeoutException lost) {
            assertTrue(++repeats < 200, "never whole");
          }
        }
        assertArrayEquals(data, Arrays.copyOf(back.getData(), back.getLength()));
      }
      assertTrue(echo.alive());
    }
    return repeats;
  }
}
