// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import dev.tulle.testkit.Frames;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.TcpSegment;
import java.util.Arrays;
import java.util.List;

/** Segments of a script as packets, and packets as segments of a script. */
final class Wire {
  private static final int IP_HEADER = 20;
  private static final int ICMP_PROTOCOL = 1;
  private static final int TCP_PROTOCOL = 6;

  private Wire() {}

  /** A packet of the peer. */
  static byte[] encode(Flow flow, TcpText s) {
    TcpSegment segment =
        Frames.tcp(flow.peerPort, flow.hostPort)
            .flags(s.flags())
            .sequence(flow.peerToWire(s.sequence()))
            .window(Math.max(0, s.window()))
            .urgent(s.urgent())
            .options(OptionCodec.encode(flow.optionsToWire(s.options())))
            .data(0, s.length());
    if (s.has(TcpText.ACK)) {
      segment.acknowledgment(flow.hostToWire(s.ack()));
    }
    return Frames.ipv4(Machine.PEER, Machine.HOST)
        .tos(s.ip().trafficClass())
        .ttl(s.ip().ttl() < 0 ? 64 : s.ip().ttl())
        .tcp(segment)
        .build();
  }

  /** An ICMP message about a segment of the host. */
  static byte[] encodeError(Flow flow, Event.InjectError error) {
    TcpText about = error.about();
    byte[] quoted =
        Frames.ipv4(Machine.HOST, Machine.PEER)
            .tcp(
                Frames.tcp(flow.hostPort, flow.peerPort)
                    .flags(TcpText.ACK)
                    .sequence(flow.hostToWire(about.sequence()))
                    .data(0, about.length()))
            .build();
    byte[] quote = Arrays.copyOf(quoted, IP_HEADER + 8);
    return Frames.ipv4(Machine.PEER, Machine.HOST)
        .icmp(Frames.icmp(error.type(), error.code()).rest(error.mtu()).data(quote))
        .build();
  }

  static boolean isTcp(byte[] packet) {
    return packet[9] == TCP_PROTOCOL;
  }

  static boolean isIcmp(byte[] packet) {
    return packet[9] == ICMP_PROTOCOL;
  }

  static int peerPort(byte[] packet) {
    return Octets.u16(packet, IP_HEADER + 2);
  }

  static int hostPort(byte[] packet) {
    return Octets.u16(packet, IP_HEADER);
  }

  static int sequence(byte[] packet) {
    return Octets.i32(packet, IP_HEADER + 4);
  }

  static int acknowledgment(byte[] packet) {
    return Octets.i32(packet, IP_HEADER + 8);
  }

  static int flags(byte[] packet) {
    return Octets.u8(packet, IP_HEADER + 13);
  }

  /** A packet of the host, as the script would write it. */
  static TcpText decode(Flow flow, byte[] packet) {
    int header = Octets.u8(packet, IP_HEADER + 12) >> 4 << 2;
    List<OptionText> options = OptionCodec.decode(packet, IP_HEADER + 20, IP_HEADER + header);
    return new TcpText(
        new IpText(packet[1] & 3, packet[1] & 0xFF, packet[8] & 0xFF),
        null,
        flags(packet),
        flow.hostToScript(sequence(packet)),
        packet.length - IP_HEADER - header,
        flow.peerToScript(Octets.i32(packet, IP_HEADER + 8)),
        Octets.u16(packet, IP_HEADER + 14),
        Octets.u16(packet, IP_HEADER + 18),
        flow.optionsToScript(options));
  }

  /** The octets that a segment carries. */
  static byte[] data(byte[] packet) {
    int header = Octets.u8(packet, IP_HEADER + 12) >> 4 << 2;
    return Arrays.copyOfRange(packet, IP_HEADER + header, packet.length);
  }
}
