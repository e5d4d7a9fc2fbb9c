// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.oracle;

import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.PEER;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.buffer.Packet;
import dev.tulle.ip.Endpoint;
import dev.tulle.link.ImpairmentSettings;
import dev.tulle.link.Link;
import dev.tulle.profile.Client;
import dev.tulle.testkit.Assembly;
import dev.tulle.testkit.Flow;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.TwoHosts;
import dev.tulle.udp.UdpSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pcap4j.packet.ArpPacket;
import org.pcap4j.packet.EthernetPacket;
import org.pcap4j.packet.IcmpV4CommonPacket;
import org.pcap4j.packet.IllegalPacket;
import org.pcap4j.packet.IllegalRawDataException;
import org.pcap4j.packet.IllegalTcpOption;
import org.pcap4j.packet.IpV4Packet;
import org.pcap4j.packet.TcpPacket;
import org.pcap4j.packet.TcpPacket.TcpOption;
import org.pcap4j.packet.UdpPacket;
import org.pcap4j.packet.UnknownTcpOption;

/** pcap4j parses every frame, finds every checksum right, and writes back the same octets. */
final class Pcap4jTest {
  /** Ethernet's shortest frame, without its checksum; shorter ones may be padded to it. */
  private static final int SHORTEST_FRAME = 60;

  @Test
  void transferIsReadAsItWasMeant() throws Exception {
    List<byte[]> frames = new ArrayList<>();
    Assembly recorded =
        (link, mac, entropy) -> Client.host(new Recorder(link, frames), mac, entropy);
    ImpairmentSettings lossy = new ImpairmentSettings();
    lossy.lossPpm = 20_000;
    TwoHosts net = new TwoHosts(recorded, lossy);
    Flow flow = net.flow(200_000);
    net.run(flow::done, 600_000);
    long octets = 0;
    int segments = 0;
    for (byte[] frame : frames) {
      EthernetPacket read = read(frame);
      TcpPacket segment = read.get(TcpPacket.class);
      if (segment != null) {
        segments++;
        octets += segment.getPayload() == null ? 0 : segment.getPayload().length();
      }
    }
    assertTrue(segments > 150, "only " + segments + " segments");
    assertTrue(octets > 200_000, "only " + octets + " octets, retransmissions included");
  }

  @Test
  void datagramsAndMessagesAreReadAsTheyWereMeant() throws Exception {
    HostHarness h = new HostHarness(Client::host);
    h.answerArp(false);
    UdpSocket socket = h.host.udp.bind(5000);
    socket.send(new byte[] {1, 2, 3}, 0, 3, new Endpoint(PEER, 9), h.nowNs());
    assertNotNull(read(h.next().bytes()).get(ArpPacket.class));
    h.answerArp(true);
    h.advanceMs(2000);
    while (h.next() != null) {
      // the first datagram, once its neighbour is known
    }
    socket.send(new byte[] {1, 2, 3}, 0, 3, new Endpoint(PEER, 9), h.nowNs());
    UdpPacket datagram = read(h.next().bytes()).get(UdpPacket.class);
    assertEquals(9, datagram.getHeader().getDstPort().valueAsInt());
    assertArrayEquals(new byte[] {1, 2, 3}, datagram.getPayload().getRawData());
    h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).icmp(Frames.echoRequest(1, 2, 56))));
    assertNotNull(read(h.next().bytes()).get(IcmpV4CommonPacket.class));
    h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).udp(Frames.udp(9, 99).data(0, 20))));
    assertNotNull(read(h.next().bytes()).get(IcmpV4CommonPacket.class));
  }

  /** Parses a frame, and asserts all that pcap4j can tell about it. */
  private static EthernetPacket read(byte[] frame) throws IllegalRawDataException {
    EthernetPacket read = EthernetPacket.newPacket(frame, 0, frame.length);
    String text = read + Arrays.toString(frame);
    assertFalse(read.contains(IllegalPacket.class), text);
    if (frame.length > SHORTEST_FRAME) {
      assertEquals(frame.length, read.length(), text);
    }
    assertArrayEquals(Arrays.copyOf(frame, read.length()), read.getRawData(), text);
    IpV4Packet ip = read.get(IpV4Packet.class);
    if (ip != null) {
      assertTrue(ip.getHeader().hasValidChecksum(false), text);
      checkTransport(ip, text);
    }
    return read;
  }

  private static void checkTransport(IpV4Packet ip, String text) {
    var source = ip.getHeader().getSrcAddr();
    var destination = ip.getHeader().getDstAddr();
    switch (ip.getPayload()) {
      case TcpPacket tcp -> {
        assertTrue(tcp.hasValidChecksum(source, destination, false), text);
        for (TcpOption option : tcp.getHeader().getOptions()) {
          assertFalse(
              option instanceof IllegalTcpOption || option instanceof UnknownTcpOption, text);
        }
      }
      case UdpPacket udp -> assertTrue(udp.hasValidChecksum(source, destination, false), text);
      case IcmpV4CommonPacket icmp -> assertTrue(icmp.hasValidChecksum(false), text);
      default -> throw new AssertionError("not understood: " + text);
    }
  }

  /** The same link, with a copy of every frame that is sent over it. */
  private record Recorder(Link link, List<byte[]> frames) implements Link {
    @Override
    public int frameBytes() {
      return link.frameBytes();
    }

    @Override
    public int receive(Packet packet, long nowNs) {
      return link.receive(packet, nowNs);
    }

    @Override
    public int send(Packet packet, long nowNs) {
      frames.add(Arrays.copyOfRange(packet.bytes, packet.head, packet.end));
      return link.send(packet, nowNs);
    }

    @Override
    public long deadlineNs() {
      return link.deadlineNs();
    }
  }
}
