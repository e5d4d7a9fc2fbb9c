// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.HOST_MAC;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.HostHarness.PEER_MAC;

import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Client;
import dev.tulle.profile.Minimal;
import dev.tulle.testkit.Assembly;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.Ipv4Datagram;
import dev.tulle.testkit.Ipv6Packet;
import dev.tulle.testkit.LiveProbe;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.TcpSegment;
import dev.tulle.udp.UdpSocket;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Frames with octets changed at random and their checksums made right again, so that the changes
 * get past the checks of sums and reach what lies behind.
 */
class RepairedFramesTest {
  private static final int FRAMES = 60_000;
  private static final int PORT = 5000;

  private static byte[][] seeds() {
    byte[] quote = Frames.ipv4(HOST, PEER).udp(Frames.udp(PORT, 9).data(0, 8)).build();
    byte[] tcpQuote = Frames.ipv4(HOST, PEER).tcp(Frames.tcp(7, 4000)).build();
    byte[] options = Octets.of(7, 7, 4, 0, 0, 0, 0, 0x44, 8, 5, 0, 1, 2, 3, 4, 0);
    Ipv4Datagram[] datagrams = {
      Frames.ipv4(PEER, HOST).icmp(Frames.echoRequest(1, 1, 20)),
      Frames.ipv4(PEER, HOST).icmp(Frames.echoReply(1, 0, 20)),
      Frames.ipv4(PEER, HOST).icmp(Frames.icmp(3, 3).data(quote)),
      Frames.ipv4(PEER, HOST).icmp(Frames.icmp(3, 4).rest(576).data(tcpQuote)),
      Frames.ipv4(PEER, HOST).icmp(Frames.icmp(11, 0).data(tcpQuote)),
      Frames.ipv4(PEER, HOST).options(options).icmp(Frames.echoRequest(1, 1, 4)),
      Frames.ipv4(PEER, HOST).udp(Frames.udp(9, PORT).data(0, 20)),
      Frames.ipv4(PEER, -1).udp(Frames.udp(9, PORT).data(0, 20)),
      Frames.ipv4(PEER, HOST).udp(Frames.udp(9, 99).data(0, 20)),
      Frames.ipv4(PEER, HOST).payload(99, new byte[20]),
      Frames.ipv4(PEER, HOST).tcp(Frames.tcp(4000, 7).sequence(1).flags(TcpSegment.SYN)),
      Frames.ipv4(PEER, HOST).tcp(Frames.tcp(4000, 7).sequence(2).flags(TcpSegment.ACK)),
      Frames.ipv4(PEER, HOST).tcp(Frames.tcp(4001, 7).sequence(2).flags(TcpSegment.RST)),
    };
    byte[][] frames = new byte[datagrams.length + 2][];
    for (int i = 0; i < datagrams.length; i++) {
      frames[i] = Frames.ethernet(PEER_MAC, HOST_MAC).ipv4(datagrams[i]).build();
    }
    frames[datagrams.length] =
        Frames.ethernet(PEER_MAC, HOST_MAC).arp(Frames.arpRequest(PEER_MAC, PEER, HOST)).build();
    frames[datagrams.length + 1] =
        Frames.ethernet(PEER_MAC, HOST_MAC)
            .arp(Frames.arpReply(PEER_MAC, PEER, HOST_MAC, HOST))
            .build();
    return frames;
  }

  /** Makes the checksums right again, as far as the lengths in the frame leave them a place. */
  static void repair(byte[] b) {
    int ip = 14;
    if (b.length >= 54 && Octets.u16(b, 12) == Frames.ETHERTYPE_IPV6) {
      repairSix(b);
    }
    if (b.length < ip + 20 || Octets.u16(b, 12) != Frames.ETHERTYPE_IPV4) {
      return;
    }
    int header = (b[ip] & 0xF) * 4;
    int total = Octets.u16(b, ip + 2);
    if (header < 20 || total < header || total > b.length - ip) {
      return;
    }
    Octets.put16(b, ip + 10, 0);
    Octets.put16(b, ip + 10, Octets.checksum(0, b, ip, header));
    int at = ip + header;
    int length = total - header;
    int protocol = b[ip + 9] & 0xFF;
    int field = protocol == 1 ? 2 : protocol == 6 ? 16 : protocol == 17 ? 6 : -1;
    if (field < 0 || length < field + 2) {
      return;
    }
    int start =
        protocol == 1
            ? 0
            : Octets.pseudoHeader(Octets.i32(b, ip + 12), Octets.i32(b, ip + 16), protocol, length);
    Octets.put16(b, at + field, 0);
    Octets.put16(b, at + field, Octets.checksum(start, b, at, length));
  }

  /** Of a packet without extension headers; those of the tests are right where they have some. */
  private static void repairSix(byte[] b) {
    int length = Octets.u16(b, 18);
    int protocol = Octets.u8(b, 20);
    int field = protocol == 58 ? 2 : protocol == 6 ? 16 : protocol == 17 ? 6 : -1;
    if (field < 0 || length > b.length - 54 || length < field + 2) {
      return;
    }
    byte[] source = Arrays.copyOfRange(b, 22, 38);
    byte[] destination = Arrays.copyOfRange(b, 38, 54);
    Octets.put16(b, 54 + field, 0);
    int sum = Ipv6Packet.checksum(source, destination, protocol, b, 54, length);
    Octets.put16(b, 54 + field, sum);
  }

  private static byte[] mutate(byte[] frame, SplittableRandom random) {
    int[] values = {0, 1, 2, 4, 7, 8, 0x7F, 0x80, 0xFE, 0xFF};
    byte[] b = frame.clone();
    if (random.nextInt(8) == 0) {
      b = Arrays.copyOf(b, 1 + random.nextInt(b.length + 20));
    }
    for (int n = random.nextInt(4); n >= 0; n--) {
      // Mostly in the headers, mostly at values that are boundaries of something.
      int at = random.nextInt(random.nextInt(3) == 0 ? b.length : Math.min(b.length, 64));
      boolean any = random.nextInt(3) == 0;
      b[at] = (byte) (any ? random.nextInt(256) : values[random.nextInt(values.length)]);
    }
    if (b.length >= 14 && random.nextInt(4) > 0) {
      System.arraycopy(frame, 0, b, 0, 14);
    }
    if (random.nextInt(20) > 0) {
      repair(b);
    }
    return b;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void changedFramesWithRightChecksumsAreSurvived(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Assembly profile = seed % 2 == 0 ? Minimal::host : Client::host;
    HostHarness h = new HostHarness(profile, seed);
    int packets = h.host.pool.available();
    int connections = h.host.tcp.connections();
    LiveProbe probe = new LiveProbe(h);
    UdpSocket socket = h.host.udp.bind(PORT);
    byte[][] seeds = seeds();
    byte[] buffer = new byte[2000];
    for (int i = 0; i < FRAMES; i++) {
      byte[] frame = mutate(seeds[random.nextInt(seeds.length)], random);
      try {
        if (i % 16 == 0) {
          socket.send(buffer, 0, 8, new Endpoint(PEER, 9), h.nowNs());
        }
        h.inject(frame);
        h.expectNoInternalError();
        if (i % 64 == 0) {
          h.advanceMs(random.nextInt(100));
          h.takeSent();
          while (socket.receive(buffer, 0, buffer.length, null) >= 0) {
            // emptied
          }
        }
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "seed " + seed + ", frame " + i + ": " + Octets.hex(frame) + ": " + e.getMessage(), e);
      }
    }
    h.advanceMs(200_000);
    h.takeSent();
    probe.ping();
    probe.echo();
    probe.timers();
    socket.close();
    probe.close();
    probe.levels(packets, connections);
    h.expectNoInternalError();
  }
}
