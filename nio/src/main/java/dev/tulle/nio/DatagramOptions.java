// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import dev.tulle.udp.UdpSocket;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The options of a datagram channel, which last from before it is bound. */
final class DatagramOptions {
  static final Set<SocketOption<?>> SUPPORTED =
      ExtendedOptions.set(
          StandardSocketOptions.SO_SNDBUF,
          StandardSocketOptions.SO_RCVBUF,
          StandardSocketOptions.SO_REUSEADDR,
          StandardSocketOptions.SO_BROADCAST,
          StandardSocketOptions.IP_TOS,
          StandardSocketOptions.IP_MULTICAST_IF,
          StandardSocketOptions.IP_MULTICAST_TTL,
          StandardSocketOptions.IP_MULTICAST_LOOP,
          ExtendedOptions.IP_DONTFRAGMENT);

  /** The two low bits of a type of service are congestion's: RFC 3168 5. */
  private static final int SERVICE = 0xFC;

  /** What a socket holds in the profile Full; nothing waits to be sent. */
  private static final int BYTES = 128 * 1024;

  private final Map<SocketOption<?>, Object> values = new HashMap<>();

  DatagramOptions() {
    values.put(StandardSocketOptions.SO_SNDBUF, BYTES);
    values.put(StandardSocketOptions.SO_RCVBUF, BYTES);
    values.put(StandardSocketOptions.SO_REUSEADDR, false);
    values.put(StandardSocketOptions.SO_BROADCAST, false);
    values.put(StandardSocketOptions.IP_TOS, 0);
    if (ExtendedOptions.IP_DONTFRAGMENT != null) {
      values.put(ExtendedOptions.IP_DONTFRAGMENT, false);
    }
    values.put(StandardSocketOptions.IP_MULTICAST_TTL, 1); // RFC 1112 6.1 (MUST)
  }

  void set(SocketOption<?> name, Object value) {
    values.put(name, value);
  }

  Object get(SocketOption<?> name) {
    if (name.equals(StandardSocketOptions.IP_MULTICAST_LOOP)) {
      return false; // what is wished is a hint: a stack does not hear what it sends
    }
    return values.get(name);
  }

  /** Prepares a datagram to an address; false where it is not to leave this host. */
  boolean leaves(UdpSocket socket, InetSocketAddress to) {
    boolean group = to.getAddress().isMulticastAddress();
    int hops = group ? (Integer) values.get(StandardSocketOptions.IP_MULTICAST_TTL) : 0;
    socket.options.timeToLive = hops; // 0 leaves it to the stack
    return !group || hops > 0;
  }

  /** Gives a socket what was set. */
  void apply(UdpSocket socket) {
    int receive = (Integer) values.get(StandardSocketOptions.SO_RCVBUF);
    socket.options.receiveBytes = receive < BYTES ? receive : 0;
    socket.options.broadcast = (Boolean) values.get(StandardSocketOptions.SO_BROADCAST);
    socket.options.dontFragment = Boolean.TRUE.equals(values.get(ExtendedOptions.IP_DONTFRAGMENT));
    socket.options.trafficClass = (Integer) values.get(StandardSocketOptions.IP_TOS) & SERVICE;
  }
}
