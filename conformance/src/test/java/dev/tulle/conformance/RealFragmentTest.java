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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Datagrams in some 45 fragments between the kernel and Tulle, both cutting and putting together.
 */
@Timeout(60)
class RealFragmentTest {
  private static final int LARGEST = 65_507;

  private static final String REORDERED = "reorder=20%,delay=2ms,jitter=1ms,seed=3";

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void kernelPingsTulleWith65500Octets(Programs programs) throws IOException {
    for (String impairment : new String[] {"delay=0ms", REORDERED}) {
      try (Rig rig = Rig.open(programs, "ping");
          Child echo = rig.serve("echo", 7, "--impair", impairment)) {
        for (String size : new String[] {"1473", "2953", "65500", "65507"}) {
          String text =
              rig.run("ping", "-n", "-c", "3", "-i", "0.05", "-s", size, rig.lane.tulle());
          assertTrue(text.contains(" 0% packet loss"), text);
        }
        assertTrue(echo.alive());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void tullePingsTheKernelWith65500Octets(Programs programs) throws IOException {
    for (String impairment : new String[] {"delay=0ms", REORDERED}) {
      try (Rig rig = Rig.open(programs);
          Child ping =
              rig.start(
                  "ping",
                  rig.lane.kernel(),
                  "--size",
                  "65500",
                  "-c",
                  "3",
                  "-i",
                  "0.05",
                  "--impair",
                  impairment)) {
        assertEquals(0, ping.await(Rig.LIMIT), ping.error());
        assertTrue(ping.out().contains("65508 bytes from " + rig.lane.kernel()), ping.out());
        assertTrue(ping.out().contains(" 0% packet loss"), ping.out());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void datagramsOf65500OctetsComeBackWholeInOrderReorderedAndWithLosses(Programs programs)
      throws IOException {
    assertEquals(0, repeats(programs, "delay=0ms"));
    assertEquals(0, repeats(programs, REORDERED));
    assertTrue(repeats(programs, "loss=2%,seed=5") > 0, "nothing was lost");
  }

  /** Sends datagrams there and back; answers how often one had to be sent again. */
  private static int repeats(Programs programs, String impairment) throws IOException {
    int repeats = 0;
    try (Rig rig = Rig.open(programs);
        Child echo = rig.serve("echo", 7, "--udp", "--impair", impairment);
        DatagramSocket socket = rig.namespace.in(() -> new DatagramSocket())) {
      socket.setSoTimeout(impairment.startsWith("loss") ? 150 : 5000);
      InetAddress tulle = InetAddress.getByName(rig.lane.tulle());
      for (int size : new int[] {1473, 8192, 65_500, LARGEST, 65_500, 65_499}) {
        byte[] data = new byte[size];
        new Random(size).nextBytes(data);
        DatagramPacket back = new DatagramPacket(new byte[LARGEST], LARGEST);
        while (true) {
          socket.send(new DatagramPacket(data, size, tulle, 7));
          try {
            socket.receive(back);
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
