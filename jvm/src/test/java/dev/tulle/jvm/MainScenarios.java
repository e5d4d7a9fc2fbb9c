// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** What happens inside the namespace of {@link MainTest}. */
final class MainScenarios {
  private static final String[] LINK = {"--tap", "t0", "--address", "10.9.0.2/24"};

  private MainScenarios() {}

  private static void tap() throws Exception {
    Namespace.ip("tuntap add t0 mode tap");
    Namespace.ip("address add 10.9.0.1/24 dev t0");
    Namespace.ip("link set t0 up");
  }

  private static MainProcess echo() throws Exception {
    MainProcess echo = new MainProcess("echo", LINK[0], LINK[1], LINK[2], LINK[3]);
    String line = echo.error();
    assertTrue(line != null && line.contains("listening"), line);
    return echo;
  }

  private static String echoed(String text) throws Exception {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 9, 0, 2}), 7), 5000);
      socket.setSoTimeout(5000);
      socket.getOutputStream().write(text.getBytes(US_ASCII));
      return new String(socket.getInputStream().readNBytes(text.length()), US_ASCII);
    }
  }

  static void interruptedProgramEndsWell() throws Exception {
    tap();
    try (MainProcess echo = echo()) {
      assertEquals("hello", echoed("hello"));
      echo.process.destroy(); // SIGTERM
      assertEquals(0, echo.exitCode());
    }
  }

  static void aTunDeviceCarriesTheSamePrograms() throws Exception {
    Namespace.ip("tuntap add u0 mode tun");
    Namespace.ip("address add 10.9.0.1 peer 10.9.0.2 dev u0");
    Namespace.ip("link set u0 up");
    try (MainProcess echo = new MainProcess("echo", "--tun", "u0", LINK[2], "10.9.0.2/32")) {
      String line = echo.error();
      assertTrue(line != null && line.contains("listening"), line);
      assertEquals("hello", echoed("hello"));
      Namespace.ip("link del u0");
      assertEquals(1, echo.exitCode());
    }
    try (MainProcess echo = new MainProcess("echo", "--tun", "u0", LINK[2], "dhcp")) {
      assertEquals("tulle: a TUN device has no Ethernet, and DHCP needs it", echo.error());
      assertEquals(2, echo.exitCode());
    }
  }

  static void vanishedTapEndsTheProgram() throws Exception {
    tap();
    try (MainProcess echo = echo()) {
      assertEquals("hello", echoed("hello"));
      Namespace.ip("link del t0");
      assertEquals(1, echo.exitCode());
      String line = echo.error();
      assertTrue(line != null && line.contains("the link is gone"), line);
    }
  }

  static void inputAndOutputArePassedOn() throws Exception {
    tap();
    try (ServerSocket server = new ServerSocket(4711);
        MainProcess nc =
            new MainProcess("nc", "10.9.0.1", "4711", LINK[0], LINK[1], LINK[2], LINK[3])) {
      server.setSoTimeout(20_000);
      try (Socket socket = server.accept()) {
        socket.setSoTimeout(5000);
        OutputStream input = nc.process.getOutputStream();
        for (int i = 0; i < 3; i++) {
          // Each piece comes after the program went to sleep for want of input.
          byte[] piece = ("piece " + i).getBytes(US_ASCII);
          input.write(piece);
          input.flush();
          byte[] arrived = socket.getInputStream().readNBytes(piece.length);
          assertEquals("piece " + i, new String(arrived, US_ASCII));
          socket.getOutputStream().write(piece);
          byte[] printed = nc.process.getInputStream().readNBytes(piece.length);
          assertEquals("piece " + i, new String(printed, US_ASCII));
        }
        input.close();
        assertEquals(-1, socket.getInputStream().read());
      }
      assertEquals(0, nc.exitCode());
    }
  }
}
