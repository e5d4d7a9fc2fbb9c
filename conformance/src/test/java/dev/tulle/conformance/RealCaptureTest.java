// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What --pcap writes, as tshark reads it, and what it shows of the frames. */
@Timeout(60)
class RealCaptureTest {
  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void tsharkReadsTheCaptureAndFindsNothingMalformed(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs, "tshark", "curl", "ping")) {
      Path pcap = traffic(rig);
      String packets =
          rig.run(
              "tshark",
              "-r",
              pcap.toString(),
              "-o",
              "tcp.check_checksum:TRUE",
              "-o",
              "ip.check_checksum:TRUE",
              "-T",
              "fields",
              "-e",
              "_ws.col.Protocol");
      assertTrue(packets.contains("ARP") && packets.contains("ICMP"), packets);
      assertTrue(packets.contains("HTTP") && packets.contains("TCP"), packets);
      String bad =
          rig.run(
              "tshark",
              "-r",
              pcap.toString(),
              "-o",
              "tcp.check_checksum:TRUE",
              "-o",
              "ip.check_checksum:TRUE",
              "-Y",
              "_ws.malformed || tcp.checksum.status == 0 || ip.checksum.status == 0");
      assertEquals(
          "",
          bad.lines()
              .filter(
                  line ->
                      line.contains("10.9.1.2 ")
                          && line.indexOf("10.9.1.2 ") < line.indexOf("10.9.1.1 "))
              .reduce("", String::concat));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void paddingIsZero(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs, "curl", "ping")) {
      ByteBuffer pcap = ByteBuffer.wrap(Files.readAllBytes(traffic(rig)));
      pcap.order(
          pcap.getInt(0) == 0xA1B2C3D4 || pcap.getInt(0) == 0xA1B23C4D
              ? ByteOrder.BIG_ENDIAN
              : ByteOrder.LITTLE_ENDIAN);
      int frames = 0;
      for (int at = 24; at < pcap.limit(); frames++) {
        int length = pcap.getInt(at + 8);
        byte[] frame = new byte[length];
        pcap.get(at + 16, frame);
        int end =
            switch (u16(frame, 12)) {
              case 0x0806 -> 42;
              case 0x86DD -> 54 + u16(frame, 18);
              default -> 14 + u16(frame, 16);
            };
        for (int i = end; i < length; i++) {
          assertEquals(0, frame[i], "octet " + i + " of frame " + (frames + 1));
        }
        at += 16 + length;
      }
      assertTrue(frames > 20, frames + " frames");
    }
  }

  private static int u16(byte[] frame, int at) {
    return (frame[at] & 0xFF) << 8 | frame[at + 1] & 0xFF;
  }

  /** Serves a few files while capturing; answers the capture. */
  private static Path traffic(Rig rig) throws IOException {
    Files.writeString(rig.folder.resolve("a.txt"), "a");
    rig.file("b", 200_000);
    Path pcap = rig.folder.resolve("capture.pcap");
    String base = "http://" + rig.lane.tulle() + "/";
    try (Child httpd = rig.serve("httpd", 80, rig.folder.toString(), "--pcap", pcap.toString())) {
      rig.ping("-c", "3", "-i", "0.05", "-s", "1", rig.lane.tulle());
      rig.run("curl", "-sS", "-o", "/dev/null", base + "a.txt");
      rig.run("curl", "-sS", "-o", "/dev/null", base + "b");
      httpd.terminate();
      assertEquals(0, httpd.await(Rig.LIMIT), httpd.error());
    }
    return pcap;
  }
}
