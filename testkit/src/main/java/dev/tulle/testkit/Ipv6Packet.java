// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** Builds an IPv6 packet, right by default and wrong wherever a test says so. */
public final class Ipv6Packet {
  private static final int UNSET = -1;
  private static final int HEADER = 40;
  private static final int ICMP = 58;

  private final byte[] source;
  private final byte[] destination;
  private int version = 6;
  private int trafficClass;
  private int hopLimit = 64;
  private int payloadLength = UNSET;
  private int next = 59;
  private int checksumOff;
  private byte[] extensions = {};
  private int firstExtension;
  private byte[] payload = {};

  /**
   * @param source an address as it is written
   */
  public Ipv6Packet(String source, String destination) {
    this.source = address(source);
    this.destination = address(destination);
  }

  private Ipv6Packet(Ipv6Packet other) {
    source = other.source;
    destination = other.destination;
    trafficClass = other.trafficClass;
    hopLimit = other.hopLimit;
  }

  /** Another packet of the same hosts: the same payload's number behind other headers. */
  Ipv6Packet like(int first, byte[] headers, byte[] octets) {
    return new Ipv6Packet(this).extensions(first, headers).payload(next, octets);
  }

  byte[] payload() {
    return payload;
  }

  int next() {
    return next;
  }

  /** The 16 octets of an address as it is written. */
  public static byte[] address(String text) {
    try {
      byte[] b = InetAddress.getByName(text).getAddress();
      if (b.length == 4) { // an IPv4-mapped one, which Java turns into what it maps
        return ByteBuffer.allocate(16).putShort(10, (short) -1).put(12, b).array();
      }
      return b;
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  public Ipv6Packet version(int value) {
    version = value;
    return this;
  }

  /** An address in eight numbers, as {@link SeenFrame} tells it. */
  public static String text(byte[] address) {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < 16; i += 2) {
      s.append(i == 0 ? "" : ":").append(Integer.toHexString(Octets.u16(address, i)));
    }
    return s.toString();
  }

  /** Whether it goes to a group; the link address of such a packet is the group's. */
  boolean group() {
    return destination[0] == -1;
  }

  /** The link address of the group that it goes to. */
  long groupMac() {
    return 0x3333L << 32 | Octets.i32(destination, 12) & 0xFFFFFFFFL;
  }

  public Ipv6Packet trafficClass(int value) {
    trafficClass = value;
    return this;
  }

  public Ipv6Packet hopLimit(int value) {
    hopLimit = value;
    return this;
  }

  public Ipv6Packet payloadLength(int value) {
    payloadLength = value;
    return this;
  }

  /** Adds to the right checksum of what is built from now on. */
  public Ipv6Packet checksumOff(int by) {
    checksumOff = by;
    return this;
  }

  /** Puts headers in front of the payload, the last of which says what the payload is. */
  public Ipv6Packet extensions(int first, byte[] octets) {
    firstExtension = first;
    extensions = octets.clone();
    return this;
  }

  public Ipv6Packet payload(int nextHeader, byte[] octets) {
    next = nextHeader;
    payload = octets.clone();
    return this;
  }

  /** An ICMPv6 message: what follows type, code and checksum. */
  public Ipv6Packet icmp(int type, int code, byte[] body) {
    byte[] message = Octets.concat(Octets.of(type, code, 0, 0), body);
    return payload(ICMP, sum(message, ICMP, 2));
  }

  public Ipv6Packet udp(int sourcePort, int destinationPort, byte[] data) {
    byte[] datagram = Octets.concat(new byte[8], data);
    Octets.put16(datagram, 0, sourcePort);
    Octets.put16(datagram, 2, destinationPort);
    Octets.put16(datagram, 4, datagram.length);
    return payload(17, sum(datagram, 17, 6));
  }

  /** A segment whose header is built as over IPv4. */
  public Ipv6Packet tcp(TcpSegment segment) {
    byte[] octets = segment.build(0, 0);
    Octets.put16(octets, 16, 0);
    return payload(6, sum(octets, 6, 16));
  }

  private byte[] sum(byte[] message, int protocol, int at) {
    int checksum = checksum(source, destination, protocol, message, 0, message.length);
    Octets.put16(message, at, checksum + checksumOff);
    return message;
  }

  /** The checksum of a range with its pseudo-header: 0 where the field in it is right. */
  public static int checksum(
      byte[] source, byte[] destination, int protocol, byte[] b, int at, int length) {
    int sum = protocol + length;
    for (int i = 0; i < 16; i += 2) {
      sum += Octets.u16(source, i) + Octets.u16(destination, i);
    }
    return Octets.checksum(sum, b, at, length);
  }

  public byte[] build() {
    int length = extensions.length + payload.length;
    ByteBuffer b = ByteBuffer.allocate(HEADER + length);
    b.putInt(version << 28 | trafficClass << 20);
    b.putShort((short) (payloadLength == UNSET ? length : payloadLength));
    b.put((byte) (extensions.length > 0 ? firstExtension : next)).put((byte) hopLimit);
    return b.put(source).put(destination).put(extensions).put(payload).array();
  }
}
