// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

import java.nio.ByteBuffer;

/** Builds the messages of neighbour discovery and their options. RFC 4861 4. */
public final class Discovery {
  /** The router that {@link #router} speaks for. */
  public static final String ROUTER = "fe80::1";

  private Discovery() {}

  public static Ipv6Packet advertisement(String target, String to, long mac, int flags) {
    byte[] body =
        Octets.concat(Octets.of(flags, 0, 0, 0), Ipv6Packet.address(target), linkOption(2, mac));
    return message(target, to, 136, body);
  }

  public static Ipv6Packet solicitation(String source, String target, byte[]... options) {
    byte[] body = Octets.concat(new byte[4], Ipv6Packet.address(target), Octets.concat(options));
    return message(source, solicitedNode(target), 135, body);
  }

  /** The group that who has an address listens to. */
  public static String solicitedNode(String target) {
    byte[] b = Ipv6Packet.address(target);
    return String.format("ff02::1:ff%02x:%02x%02x", b[13] & 0xFF, b[14] & 0xFF, b[15] & 0xFF);
  }

  public static byte[] linkOption(int type, long mac) {
    byte[] b = ByteBuffer.allocate(8).putLong(mac).array();
    b[0] = (byte) type;
    b[1] = 1;
    return b;
  }

  /** A router advertisement to all nodes. */
  public static Ipv6Packet router(int lifetime, int preference, byte[]... options) {
    return router(ROUTER, 64, lifetime, preference, 0, 0, options);
  }

  /** A router advertisement with all that it can tell before its options. */
  public static Ipv6Packet router(
      String from,
      int hops,
      int lifetime,
      int preference,
      int reachable,
      int retrans,
      byte[]... options) {
    byte[] fixed =
        ByteBuffer.allocate(12)
            .put((byte) hops)
            .put((byte) (preference << 3))
            .putShort((short) lifetime)
            .putInt(reachable)
            .putInt(retrans)
            .array();
    return message(from, "ff02::1", 134, Octets.concat(fixed, Octets.concat(options)));
  }

  /** A prefix that is on the link and to make addresses of. */
  public static byte[] prefix(String prefix, int bits, int valid, int preferred) {
    ByteBuffer b = ByteBuffer.allocate(32);
    b.put((byte) 3).put((byte) 4).put((byte) bits).put((byte) 0xC0);
    return b.putInt(valid).putInt(preferred).putInt(0).put(Ipv6Packet.address(prefix)).array();
  }

  /** Tells the link's MTU. */
  public static byte[] mtu(int mtu) {
    return ByteBuffer.allocate(8).put((byte) 5).put((byte) 1).putInt(4, mtu).array();
  }

  /** A router says that packets to a destination go by way of a target. */
  public static Ipv6Packet redirect(
      String from, String to, String target, String destination, byte[]... options) {
    byte[] body =
        Octets.concat(
            new byte[4],
            Ipv6Packet.address(target),
            Ipv6Packet.address(destination),
            Octets.concat(options));
    return message(from, to, 137, body);
  }

  /** Any message: what follows the checksum is the body. */
  public static Ipv6Packet message(String from, String to, int type, byte[] body) {
    return new Ipv6Packet(from, to).hopLimit(255).icmp(type, 0, body);
  }

  /** A query of MLD about a group, "::" for all, with the router alert that it must have. */
  public static Ipv6Packet listenerQuery(int code, String group, int claimed, String... sources) {
    ByteBuffer b = ByteBuffer.allocate(24 + 16 * sources.length);
    b.putShort((short) code).putShort((short) 0).put(Ipv6Packet.address(group));
    b.put((byte) 2).put((byte) 125).putShort((short) claimed);
    for (String source : sources) {
      b.put(Ipv6Packet.address(source));
    }
    String to = group.equals("::") ? "ff02::1" : group;
    return alerted(new Ipv6Packet(ROUTER, to)).icmp(130, 0, b.array());
  }

  /** A query of MLD version 1. */
  public static Ipv6Packet listenerQueryV1(int code, String group) {
    byte[] body = new byte[20];
    Octets.put16(body, 0, code);
    System.arraycopy(Ipv6Packet.address(group), 0, body, 4, 16);
    String to = group.equals("::") ? "ff02::1" : group;
    return alerted(new Ipv6Packet(ROUTER, to)).icmp(130, 0, body);
  }

  /** With hop limit 1 and the router alert option. RFC 2711. */
  public static Ipv6Packet alerted(Ipv6Packet packet) {
    return packet.hopLimit(1).extensions(0, Octets.of(58, 0, 5, 2, 0, 0, 1, 0));
  }
}
