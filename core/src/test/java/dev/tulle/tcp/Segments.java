// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.buffer.Packet;
import dev.tulle.wire.TcpHeader;

/** Segments as they arrive: built octet by octet, or just the fields that a part looks at. */
final class Segments {
  private Segments() {}

  /** Octets that tell their sequence number, so that each place has its own. */
  static byte[] octets(int seq, int count) {
    byte[] b = new byte[count];
    for (int i = 0; i < count; i++) {
      b[i] = octet(seq + i);
    }
    return b;
  }

  static byte octet(int seq) {
    return (byte) (seq * 31 + (seq >>> 8) * 7);
  }

  /** A segment with {@code length} octets as {@link #octets} gives them. */
  static Segment data(int seq, int length) {
    return data(seq, octets(seq, length));
  }

  /** A segment whose payload lies somewhere in a longer array. */
  static Segment data(int seq, byte[] payload) {
    Segment s = new Segment();
    s.bytes = new byte[payload.length + 9];
    java.util.Arrays.fill(s.bytes, (byte) 0xEE);
    System.arraycopy(payload, 0, s.bytes, 5, payload.length);
    s.payload = 5;
    s.length = payload.length;
    s.seq = seq;
    s.flags = TcpHeader.ACK;
    return s;
  }

  /** A segment without data. */
  static Segment bare(int seq, int ack, int window) {
    Segment s = data(seq, 0);
    s.ack = ack;
    s.window = window;
    return s;
  }

  static Segment flagged(int seq, int ack, int flags) {
    Segment s = bare(seq, ack, 0xFFFF);
    s.flags = flags;
    return s;
  }

  /** A packet with a header of these options (padded with zeros) and a right checksum. */
  static Packet packet(byte[] options, byte[] payload) {
    int header = 20 + (options.length + 3) / 4 * 4;
    Packet packet = new Packet(7 + header + payload.length + 40);
    java.util.Arrays.fill(packet.bytes, (byte) 0xFF); // what an earlier packet left
    packet.head = 7;
    packet.end = 7 + header + payload.length;
    byte[] b = packet.bytes;
    java.util.Arrays.fill(b, packet.head, packet.end, (byte) 0);
    int[] fixed = {
      0x80,
      0x01,
      0xFF,
      0xFE, // ports 32769, 65534
      0xFF,
      0xFF,
      0xFF,
      0xFD, // sequence
      0x80,
      0x00,
      0x00,
      0x02, // acknowledgment
      header << 2,
      0x10,
      0xFF,
      0xFE, // offset, ACK, window
      0,
      0,
      0,
      0
    };
    for (int i = 0; i < fixed.length; i++) {
      b[7 + i] = (byte) fixed[i];
    }
    System.arraycopy(options, 0, b, 27, options.length);
    System.arraycopy(payload, 0, b, 7 + header, payload.length);
    seal(packet);
    return packet;
  }

  /** Makes the checksum right, for a pseudo-header whose sum is 0. RFC 1071, octet by octet. */
  static void seal(Packet packet) {
    byte[] b = packet.bytes;
    b[packet.head + 16] = 0;
    b[packet.head + 17] = 0;
    int sum = 0;
    for (int i = packet.head; i < packet.end; i++) {
      sum += (b[i] & 0xFF) << ((i - packet.head) % 2 == 0 ? 8 : 0);
    }
    while (sum > 0xFFFF) {
      sum = (sum & 0xFFFF) + (sum >>> 16);
    }
    b[packet.head + 16] = (byte) (~sum >>> 8);
    b[packet.head + 17] = (byte) ~sum;
  }
}
