// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import dev.tulle.buffer.Packet;
import dev.tulle.link.Link;
import dev.tulle.wire.Bytes;

/** The few frames that the tests of links need, made and read by hand. */
final class Frames {
  private static final int ETHERNET = 14;
  private static final int IPV4 = 20;
  private static final int UDP = 8;

  private Frames() {}

  /** Fills the packet with a UDP datagram over IPv4 over Ethernet; the UDP checksum is left out. */
  static void udp(
      Packet packet, long toMac, long fromMac, int source, int target, int port, String text) {
    packet.clear(Packet.HEADROOM);
    byte[] b = packet.bytes;
    int at = packet.head;
    mac(b, at, toMac);
    mac(b, at + 6, fromMac);
    Bytes.put16(b, at + 12, 0x0800);
    int ip = at + ETHERNET;
    int length = IPV4 + UDP + text.length();
    Bytes.put32(b, ip, 0x45000000 | length);
    Bytes.put32(b, ip + 4, 0x4000);
    Bytes.put32(b, ip + 8, 64 << 24 | 17 << 16);
    Bytes.put32(b, ip + 12, source);
    Bytes.put32(b, ip + 16, target);
    int sum = 0;
    for (int i = 0; i < IPV4; i += 2) {
      sum += Bytes.u16(b, ip + i);
    }
    Bytes.put16(b, ip + 10, ~((sum & 0xFFFF) + (sum >>> 16)));
    Bytes.put32(b, ip + IPV4, port << 16 | port);
    Bytes.put32(b, ip + IPV4 + 4, UDP + text.length() << 16);
    for (int i = 0; i < text.length(); i++) {
      b[ip + IPV4 + UDP + i] = (byte) text.charAt(i);
    }
    packet.end = ip + length;
  }

  private static void mac(byte[] b, int at, long mac) {
    Bytes.put16(b, at, (int) (mac >>> 32));
    Bytes.put32(b, at + 2, (int) mac);
  }

  /** The text of the first UDP datagram to {@code port} that arrives, or null after two seconds. */
  static String awaitUdp(Link link, Waiter waiter, Packet packet, int port) {
    long deadlineNs = System.nanoTime() + 2_000_000_000L;
    for (long left = 1; left > 0; left = deadlineNs - System.nanoTime()) {
      packet.clear(0);
      if (link.receive(packet, 0) == 0) {
        waiter.waitFor(left);
        continue;
      }
      int ip = packet.head + ETHERNET;
      if (packet.length() >= ETHERNET + IPV4 + UDP
          && Bytes.u16(packet.bytes, packet.head + 12) == 0x0800
          && Bytes.u8(packet.bytes, ip + 9) == 17
          && Bytes.u16(packet.bytes, ip + IPV4 + 2) == port) {
        int length = Bytes.u16(packet.bytes, ip + IPV4 + 4) - UDP;
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
          text.append((char) packet.bytes[ip + IPV4 + UDP + i]);
        }
        return text.toString();
      }
    }
    return null;
  }
}
