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
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sockets of the kernel against Tulle's echo. */
@Timeout(60)
class RealEchoTest {
  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void streamsComeBackWholeOnManyConnections(Programs programs) throws Exception {
    try (Rig rig = Rig.open(programs);
        Child echo = rig.serve("echo", 7)) {
      byte[] data = new byte[1_000_000];
      new Random(1).nextBytes(data);
      List<Thread> writers = new ArrayList<>();
      List<Socket> sockets = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Socket socket = rig.connect(7);
        sockets.add(socket);
        Thread writer =
            new Thread(
                () -> {
                  try {
                    socket.getOutputStream().write(data);
                    socket.shutdownOutput();
                  } catch (IOException e) {
                    throw new IllegalStateException(e);
                  }
                });
        writer.start();
        writers.add(writer);
      }
      for (Socket socket : sockets) {
        assertArrayEquals(data, socket.getInputStream().readAllBytes());
        socket.close();
      }
      for (Thread writer : writers) {
        writer.join();
      }
      assertTrue(echo.alive());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void datagramsComeBack(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs);
        Child echo = rig.serve("echo", 7, "--udp");
        DatagramSocket socket = rig.namespace.in(() -> new DatagramSocket())) {
      socket.setSoTimeout(5000);
      InetAddress tulle = InetAddress.getByName(rig.lane.tulle());
      for (int size : new int[] {0, 1, 512, 1472}) {
        byte[] data = new byte[size];
        new Random(size).nextBytes(data);
        socket.send(new DatagramPacket(data, size, tulle, 7));
        DatagramPacket back = new DatagramPacket(new byte[2000], 2000);
        socket.receive(back);
        assertEquals(size, back.getLength());
        assertArrayEquals(data, java.util.Arrays.copyOf(back.getData(), back.getLength()));
      }
      assertTrue(echo.alive());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void datagramToAClosedPortIsRefused(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs);
        Child echo = rig.serve("echo", 7);
        DatagramSocket socket = rig.namespace.in(() -> new DatagramSocket())) {
      socket.setSoTimeout(3000);
      socket.connect(InetAddress.getByName(rig.lane.tulle()), 9);
      socket.send(new DatagramPacket(new byte[10], 10));
      try {
        socket.receive(new DatagramPacket(new byte[10], 10));
        throw new AssertionError("something came back");
      } catch (java.net.PortUnreachableException unreachable) {
        assertTrue(echo.alive());
      }
    }
  }
}
