// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

/**
 * Where frames begin: a builder for each layer, right by default and wrong wherever a test says so.
 *
 * <pre>{@code
 * byte[] frame =
 *     Frames.ethernet(PEER_MAC, HOST_MAC)
 *         .ipv4(Frames.ipv4(PEER, HOST).ttl(0).udp(Frames.udp(4000, 7).length(3).data(0, 20)))
 *         .build();
 * }</pre>
 */
public final class Frames {
  public static final int ETHERTYPE_IPV4 = 0x0800;
  public static final int ETHERTYPE_ARP = 0x0806;
  public static final int ETHERTYPE_IPV6 = 0x86DD;
  public static final long BROADCAST = 0xFFFFFFFFFFFFL;

  private Frames() {}

  public static EthernetFrame ethernet(long source, long destination) {
    return new EthernetFrame(source, destination);
  }

  public static ArpMessage arpRequest(long senderMac, int sender, int target) {
    return new ArpMessage(1, senderMac, sender, 0, target);
  }

  public static ArpMessage arpReply(long senderMac, int sender, long targetMac, int target) {
    return new ArpMessage(2, senderMac, sender, targetMac, target);
  }

  public static Ipv4Datagram ipv4(int source, int destination) {
    return new Ipv4Datagram(source, destination);
  }

  public static Ipv4Datagram ipv4(String source, String destination) {
    return new Ipv4Datagram(Octets.address(source), Octets.address(destination));
  }

  public static UdpDatagram udp(int sourcePort, int destinationPort) {
    return new UdpDatagram(sourcePort, destinationPort);
  }

  public static IcmpMessage icmp(int type, int code) {
    return new IcmpMessage(type, code);
  }

  public static IcmpMessage echoRequest(int identifier, int sequence, int dataBytes) {
    return icmp(8, 0).rest(identifier << 16 | sequence).data(0, dataBytes);
  }

  public static IcmpMessage echoReply(int identifier, int sequence, int dataBytes) {
    return icmp(0, 0).rest(identifier << 16 | sequence).data(0, dataBytes);
  }

  public static TcpSegment tcp(int sourcePort, int destinationPort) {
    return new TcpSegment(sourcePort, destinationPort);
  }
}
