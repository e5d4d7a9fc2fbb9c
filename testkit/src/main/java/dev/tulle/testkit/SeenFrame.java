// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

import java.util.Arrays;

/**
 * A frame that went by, decoded: fields to check, and one line of text as tcpdump would print it.
 *
 * <p>Decoding never fails; {@link #problem} says what is wrong with a frame, if anything: a length,
 * a checksum, padding that is not zero. A stack must not send a frame with a problem.
 */
public final class SeenFrame {
  private final byte[] bytes;
  private final long timeNs;
  private String problem;
  private int network = -1;

  /** Where the IPv6 header is. */
  private int six = -1;

  private int protocol = -1;
  private int networkEnd = -1;
  private int transport = -1;

  /**
   * @param bytes the whole frame from the Ethernet header on
   * @param timeNs when it went by
   */
  public SeenFrame(byte[] bytes, long timeNs) {
    this.bytes = bytes.clone();
    this.timeNs = timeNs;
    decode();
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  public int length() {
    return bytes.length;
  }

  public long timeNs() {
    return timeNs;
  }

  /** What is wrong with the frame, or null. */
  public String problem() {
    return problem;
  }

  public long destinationMac() {
    return Octets.u48(bytes, 0);
  }

  public long sourceMac() {
    return Octets.u48(bytes, 6);
  }

  public boolean isArp() {
    return etherType() == Frames.ETHERTYPE_ARP && bytes.length >= 42;
  }

  public int arpOperation() {
    return Octets.u16(bytes, 20);
  }

  public long arpSenderMac() {
    return Octets.u48(bytes, 22);
  }

  public int arpSender() {
    return Octets.i32(bytes, 28);
  }

  public long arpTargetMac() {
    return Octets.u48(bytes, 32);
  }

  public int arpTarget() {
    return Octets.i32(bytes, 38);
  }

  public boolean isIpv4() {
    return network >= 0;
  }

  public boolean isIpv6() {
    return six >= 0;
  }

  /** The source of an IPv4 datagram; 0 of anything else. */
  public int source() {
    return network < 0 ? 0 : Octets.i32(bytes, network + 12);
  }

  /** The destination of an IPv4 datagram; 0 of anything else. */
  public int destination() {
    return network < 0 ? 0 : Octets.i32(bytes, network + 16);
  }

  /** The source of an IPv6 packet in eight numbers; null of anything else. */
  public String source6() {
    return address(8);
  }

  /** The destination of an IPv6 packet in eight numbers; null of anything else. */
  public String destination6() {
    return address(24);
  }

  private String address(int at) {
    return six < 0 ? null : Ipv6Packet.text(Arrays.copyOfRange(bytes, six + at, six + at + 16));
  }

  /** Of either family; behind the extension headers of IPv6. */
  public int protocol() {
    return protocol;
  }

  /** Where a message of neighbour discovery is about. */
  public String target6() {
    return Ipv6Packet.text(Arrays.copyOfRange(bytes, transport + 8, transport + 24));
  }

  /** The type of service, with its two bits of congestion. */
  public int trafficClass() {
    return Octets.u8(bytes, network + 1);
  }

  public int ttl() {
    return Octets.u8(bytes, network + 8);
  }

  public int identification() {
    return Octets.u16(bytes, network + 4);
  }

  public boolean dontFragment() {
    return (Octets.u8(bytes, network + 6) & 0x40) != 0;
  }

  public boolean moreFragments() {
    return (Octets.u8(bytes, network + 6) & 0x20) != 0;
  }

  /** Where the payload belongs in its datagram, in octets. */
  public int fragmentOffset() {
    return (Octets.u16(bytes, network + 6) & 0x1FFF) * 8;
  }

  /** The IPv4 header with its options. */
  public byte[] ipv4Header() {
    return Arrays.copyOfRange(bytes, network, networkPayload());
  }

  /** What the IPv4 header says is its payload. */
  public byte[] ipv4Payload() {
    return Arrays.copyOfRange(bytes, networkPayload(), networkEnd);
  }

  public boolean isTcp() {
    return protocol == 6 && transport >= 0;
  }

  public boolean isUdp() {
    return protocol == 17 && transport >= 0;
  }

  public boolean isIcmp() {
    return isIpv4() && protocol() == 1 && transport >= 0;
  }

  public boolean isIcmpv6() {
    return isIpv6() && protocol == 58 && transport >= 0;
  }

  /** Of TCP and UDP. */
  public int sourcePort() {
    return Octets.u16(bytes, transport);
  }

  /** Of TCP and UDP. */
  public int destinationPort() {
    return Octets.u16(bytes, transport + 2);
  }

  public int sequence() {
    return Octets.i32(bytes, transport + 4);
  }

  public int acknowledgment() {
    return Octets.i32(bytes, transport + 8);
  }

  /** The eight flags of {@link TcpSegment}. */
  public int flags() {
    return Octets.u8(bytes, transport + 13);
  }

  public boolean has(int flags) {
    return (flags() & flags) == flags;
  }

  /** The window field as it stands, without a scale. */
  public int window() {
    return Octets.u16(bytes, transport + 14);
  }

  /** The urgent pointer as it stands. */
  public int urgent() {
    return Octets.u16(bytes, transport + 18);
  }

  /** The options of a TCP header. */
  public byte[] tcpOptions() {
    return Arrays.copyOfRange(bytes, transport + 20, transport + tcpHeaderBytes());
  }

  /** The value of a TCP option without kind and length, or null where there is none. */
  public byte[] tcpOption(int kind) {
    byte[] options = tcpOptions();
    int i = 0;
    while (i < options.length && options[i] != 0) {
      int length = options[i] == 1 || i + 1 == options.length ? 1 : Octets.u8(options, i + 1);
      if (Octets.u8(options, i) == kind && length >= 2 && i + length <= options.length) {
        return Arrays.copyOfRange(options, i + 2, i + length);
      }
      i += Math.max(length, 1);
    }
    return null;
  }

  /** The MSS option's value, or -1. */
  public int mss() {
    byte[] value = tcpOption(2);
    return value == null || value.length != 2 ? -1 : Octets.u16(value, 0);
  }

  /** The window scale option's shift, or -1. */
  public int windowScale() {
    byte[] value = tcpOption(3);
    return value == null || value.length != 1 ? -1 : value[0] & 0xFF;
  }

  /** Data of TCP, UDP or ICMP, behind that header. */
  public byte[] data() {
    return Arrays.copyOfRange(bytes, transport + transportHeaderBytes(), networkEnd);
  }

  /** Sequence numbers that a TCP segment takes: its data, SYN and FIN. */
  public int sequenceLength() {
    return data().length + (has(TcpSegment.SYN) ? 1 : 0) + (has(TcpSegment.FIN) ? 1 : 0);
  }

  public int icmpType() {
    return Octets.u8(bytes, transport);
  }

  public int icmpCode() {
    return Octets.u8(bytes, transport + 1);
  }

  /** The second word of an ICMP message. */
  public int icmpRest() {
    return Octets.i32(bytes, transport + 4);
  }

  /** Whether it is an ICMP message about another packet. */
  public boolean isIcmpError() {
    return isIcmpv6() && icmpType() < 128
        || isIcmp()
            && (icmpType() == 3
                || icmpType() == 11
                || icmpType() == 12
                || icmpType() == 4
                || icmpType() == 5);
  }

  private int etherType() {
    return bytes.length < 14 ? -1 : Octets.u16(bytes, 12);
  }

  private int networkPayload() {
    return network + (bytes[network] & 0x0F) * 4;
  }

  private int tcpHeaderBytes() {
    return (Octets.u8(bytes, transport + 12) >> 4) * 4;
  }

  private int transportHeaderBytes() {
    return protocol == 6 ? tcpHeaderBytes() : 8;
  }

  private void decode() {
    if (bytes.length < 14) {
      problem = "shorter than an Ethernet header";
    } else if (etherType() == Frames.ETHERTYPE_ARP) {
      if (bytes.length < 42) {
        problem = "ARP cut short";
      } else {
        checkPadding(42);
      }
    } else if (etherType() == Frames.ETHERTYPE_IPV4) {
      decodeIpv4();
    } else if (etherType() == Frames.ETHERTYPE_IPV6) {
      decodeIpv6();
    }
  }

  private void decodeIpv4() {
    int room = bytes.length - 14;
    if (room < 20) {
      problem = "IPv4 header cut short";
      return;
    }
    int header = (bytes[14] & 0x0F) * 4;
    int total = Octets.u16(bytes, 16);
    if ((bytes[14] & 0xF0) != 0x40 || header < 20 || total < header || total > room) {
      problem = "IPv4 version, header length or total length wrong";
      return;
    }
    network = 14;
    protocol = Octets.u8(bytes, 23);
    networkEnd = 14 + total;
    if (Octets.checksum(0, bytes, 14, header) != 0) {
      problem = "IPv4 header checksum wrong";
    }
    checkPadding(networkEnd);
    if ((Octets.u16(bytes, 20) & 0x1FFF) == 0) {
      decodeTransport(14 + header, total - header, (Octets.u16(bytes, 20) & 0x2000) != 0);
    }
  }

  private void decodeIpv6() {
    int room = bytes.length - 54;
    if (room < 0 || (bytes[14] & 0xF0) != 0x60 || Octets.u16(bytes, 18) > room) {
      problem = "IPv6 header cut short, version or payload length wrong";
      return;
    }
    six = 14;
    networkEnd = 54 + Octets.u16(bytes, 18);
    protocol = Octets.u8(bytes, 20);
    checkPadding(networkEnd);
    int at = 54;
    while ((protocol == 0 || protocol == 44 || protocol == 60) && networkEnd - at >= 8) {
      if (protocol == 44) {
        return; // what a fragment carries is looked at by who puts it together
      }
      protocol = Octets.u8(bytes, at);
      at += 8 + 8 * Octets.u8(bytes, at + 1);
    }
    decodeTransport(at, networkEnd - at, false);
  }

  private int pseudoHeader(int length) {
    if (isIpv4()) {
      return protocol == 1 ? 0 : Octets.pseudoHeader(source(), destination(), protocol, length);
    }
    int sum = protocol + length;
    for (int i = six + 8; i < six + 40; i += 2) {
      sum += Octets.u16(bytes, i);
    }
    return sum;
  }

  private void decodeTransport(int at, int length, boolean fragment) {
    int least = protocol == 6 ? 20 : 8;
    if (protocol != (isIpv4() ? 1 : 58) && protocol != 6 && protocol != 17) {
      return;
    }
    if (length < least) {
      problem = "transport header cut short";
      return;
    }
    transport = at;
    if (protocol == 6 && (tcpHeaderBytes() < 20 || tcpHeaderBytes() > length)) {
      problem = "TCP data offset wrong";
      transport = -1;
      return;
    }
    if (fragment || protocol == 17 && Octets.u16(bytes, at + 6) == 0) {
      return;
    }
    if (protocol == 17 && Octets.u16(bytes, at + 4) != length) {
      problem = "UDP length wrong";
    }
    if (Octets.checksum(pseudoHeader(length), bytes, at, length) != 0) {
      problem = "transport checksum wrong";
    }
  }

  private void checkPadding(int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] != 0) {
        problem = "padding is not zero: it may leak what was in the buffer";
      }
    }
  }

  /** The frame in one line. */
  @Override
  public String toString() {
    String text = FrameText.of(this, 0, 0);
    return problem == null ? text : text + "  !! " + problem;
  }

  int etherTypeForText() {
    return etherType();
  }
}
