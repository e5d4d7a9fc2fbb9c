// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tulle's nc with the machine's nc, and with sockets of the kernel where there is none. */
@Timeout(60)
class RealNcTest {
  private static final String HELLO = "a line from one end\n";
  private static final String ANSWER = "and one from the other\n";

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void tulleCallsTheKernelAndBothSpeak(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs);
        ServerSocket listener =
            rig.namespace.in(
                () -> {
                  ServerSocket made = new ServerSocket();
                  made.bind(new InetSocketAddress(rig.lane.kernel(), 9000));
                  return made;
                });
        Child nc = rig.start("nc", rig.lane.kernel(), "9000")) {
      listener.setSoTimeout(20_000);
      nc.input().write(HELLO.getBytes(StandardCharsets.US_ASCII));
      nc.input().close();
      try (Socket socket = listener.accept()) {
        socket.setSoTimeout(20_000);
        byte[] heard = socket.getInputStream().readAllBytes();
        assertEquals(HELLO, new String(heard, StandardCharsets.US_ASCII));
        // Half-closed: the other way is still open.
        socket.getOutputStream().write(ANSWER.getBytes(StandardCharsets.US_ASCII));
      }
      assertEquals(0, nc.await(Rig.LIMIT), nc.error());
      assertEquals(ANSWER, nc.out());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void ncOfTheMachineSendsAFileToTulle(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs, "nc", "sh")) {
      assumeOpenBsd(rig);
      Path file = rig.file("file", 4 << 20);
      Path copy = rig.folder.resolve("copy");
      String listens =
          String.join(" ", rig.lane.command(programs, "nc", "-l", "9000")) + " </dev/null >" + copy;
      try (Child tulle = rig.namespace.start("sh", "-c", listens)) {
        rig.namespace.awaitCarrier(rig.lane.tap(), tulle, Rig.LIMIT);
        String sends = "nc -N -w 20 " + rig.lane.tulle() + " 9000 <" + file;
        for (int i = 0; i < 40 && rig.code("sh", "-c", sends) != 0; i++) {
          // It had the device, but did not listen yet.
        }
        assertEquals(0, tulle.await(Rig.LIMIT), tulle.error());
      }
      Rig.assertEqualFiles(file, copy);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void tulleSendsAFileToNcOfTheMachine(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs, "nc", "sh")) {
      assumeOpenBsd(rig);
      Path file = rig.file("file", 4 << 20);
      Path copy = rig.folder.resolve("copy");
      String listens = "exec nc -l " + rig.lane.kernel() + " 9000 </dev/null >" + copy;
      String sends =
          String.join(" ", rig.lane.command(programs, "nc", rig.lane.kernel(), "9000"))
              + " <"
              + file;
      try (Child kernel = rig.namespace.start("sh", "-c", listens)) {
        rig.namespace.awaitListening(9000, kernel, Rig.LIMIT);
        try (Child tulle = rig.namespace.start("sh", "-c", sends)) {
          assertEquals(0, tulle.await(Rig.LIMIT), tulle.error());
        }
        assertEquals(0, kernel.await(Rig.LIMIT), kernel.error());
      }
      assertEquals(Files.size(file), Files.size(copy));
      Rig.assertEqualFiles(file, copy);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void datagramsGoBothWays(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs);
        DatagramSocket socket =
            rig.namespace.in(
                () -> new DatagramSocket(new InetSocketAddress(rig.lane.kernel(), 9000)));
        Child nc = rig.start("nc", "-u", rig.lane.kernel(), "9000")) {
      socket.setSoTimeout(20_000);
      nc.input().write(HELLO.getBytes(StandardCharsets.US_ASCII));
      nc.input().flush();
      DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
      socket.receive(packet);
      String heard = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
      assertEquals(HELLO, heard);
      byte[] answer = ANSWER.getBytes(StandardCharsets.US_ASCII);
      socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      assertEquals(true, nc.says(ANSWER.strip(), Rig.LIMIT));
    }
  }

  /** There are several programs of that name, with other options. */
  private static void assumeOpenBsd(Rig rig) throws IOException {
    try (Child help = rig.namespace.start("nc", "-h")) {
      help.await(Rig.LIMIT);
      Assumptions.assumeTrue(
          (help.out() + help.error()).contains("OpenBSD"), "nc is not the one of OpenBSD");
    }
  }
}
