// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

import java.nio.ByteBuffer;

/** Builds an Ethernet II frame, padded to 60 octets as a real one is, unless told otherwise. */
public final class EthernetFrame {
  private static final int SHORTEST = 60;

  private final long source;
  private final long destination;
  private int type = Frames.ETHERTYPE_IPV4;
  private byte[] payload = {};
  private boolean padded = true;
  private byte[] tags = {};

  EthernetFrame(long source, long destination) {
    this.source = source;
    this.destination = destination;
  }

  public EthernetFrame type(int type) {
    this.type = type;
    return this;
  }

  public EthernetFrame payload(byte[] payload) {
    this.payload = payload.clone();
    return this;
  }

  public EthernetFrame ipv4(Ipv4Datagram datagram) {
    return type(Frames.ETHERTYPE_IPV4).payload(datagram.build());
  }

  public EthernetFrame arp(ArpMessage message) {
    return type(Frames.ETHERTYPE_ARP).payload(message.build());
  }

  /** Puts octets between the addresses and the type, as VLAN tags are. */
  public EthernetFrame tags(byte[] tags) {
    this.tags = tags.clone();
    return this;
  }

  /** Leaves a short frame as short as it is. */
  public EthernetFrame unpadded() {
    padded = false;
    return this;
  }

  public byte[] build() {
    int length = 14 + tags.length + payload.length;
    ByteBuffer b = ByteBuffer.allocate(padded ? Math.max(length, SHORTEST) : length);
    Octets.put48(b, destination);
    Octets.put48(b, source);
    b.put(tags).putShort((short) type).put(payload);
    return b.array();
  }
}
