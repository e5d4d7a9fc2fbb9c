// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

import java.nio.ByteBuffer;

/** Builds an IPv4 datagram, each field settable; what is not set is right. */
public final class Ipv4Datagram {
  private static final int UNSET = -1;

  private final int source;
  private final int destination;
  private int version = 4;
  private int ihl = UNSET;
  private int tos;
  private int totalLength = UNSET;
  private int identification;
  private int flagsAndOffset = 0x4000;
  private int ttl = 64;
  private int protocol = 255;
  private int checksum = UNSET;
  private int checksumError;
  private byte[] options = {};
  private byte[] payload = {};

  Ipv4Datagram(int source, int destination) {
    this.source = source;
    this.destination = destination;
  }

  public Ipv4Datagram version(int version) {
    this.version = version;
    return this;
  }

  /** The header length field in 32-bit words, whatever the header really has. */
  public Ipv4Datagram ihl(int words) {
    ihl = words;
    return this;
  }

  public Ipv4Datagram tos(int tos) {
    this.tos = tos;
    return this;
  }

  /** The total length field, whatever the datagram really has. */
  public Ipv4Datagram totalLength(int octets) {
    totalLength = octets;
    return this;
  }

  public Ipv4Datagram identification(int value) {
    identification = value;
    return this;
  }

  /** The field with the reserved bit, DF, MF and the offset in units of 8 octets. */
  public Ipv4Datagram flagsAndOffset(int value) {
    flagsAndOffset = value;
    return this;
  }

  /** A fragment: offset in octets, a multiple of 8, and whether more follow. */
  public Ipv4Datagram fragment(int offsetBytes, boolean more) {
    return flagsAndOffset((more ? 0x2000 : 0) | offsetBytes / 8);
  }

  public Ipv4Datagram ttl(int ttl) {
    this.ttl = ttl;
    return this;
  }

  public Ipv4Datagram protocol(int protocol) {
    this.protocol = protocol;
    return this;
  }

  /** The checksum field, right or wrong. */
  public Ipv4Datagram checksum(int value) {
    checksum = value;
    return this;
  }

  /** Makes the checksum wrong by this much. */
  public Ipv4Datagram checksumOff(int by) {
    checksumError = by;
    return this;
  }

  /** Options as they stand in the header; padded with zeros to a multiple of 4. */
  public Ipv4Datagram options(byte[] options) {
    this.options = Octets.resized(options, (options.length + 3) / 4 * 4);
    return this;
  }

  public Ipv4Datagram payload(byte[] payload) {
    this.payload = payload.clone();
    return this;
  }

  public Ipv4Datagram payload(int protocol, byte[] payload) {
    return protocol(protocol).payload(payload);
  }

  public Ipv4Datagram udp(UdpDatagram datagram) {
    return payload(17, datagram.build(source, destination));
  }

  public Ipv4Datagram tcp(TcpSegment segment) {
    return payload(6, segment.build(source, destination));
  }

  public Ipv4Datagram icmp(IcmpMessage message) {
    return payload(1, message.build());
  }

  public byte[] build() {
    int header = 20 + options.length;
    int length = header + payload.length;
    ByteBuffer b = ByteBuffer.allocate(length);
    b.put((byte) (version << 4 | (ihl == UNSET ? header / 4 : ihl)));
    b.put((byte) tos).putShort((short) (totalLength == UNSET ? length : totalLength));
    b.putShort((short) identification).putShort((short) flagsAndOffset);
    b.put((byte) ttl).put((byte) protocol).putShort((short) 0);
    b.putInt(source).putInt(destination).put(options).put(payload);
    byte[] bytes = b.array();
    int right = Octets.checksum(0, bytes, 0, header);
    Octets.put16(bytes, 10, (checksum == UNSET ? right : checksum) + checksumError);
    return bytes;
  }
}
