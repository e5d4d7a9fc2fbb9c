// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import dev.tulle.udp.UdpSocket;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The options of a datagram channel, which last from before it is bound. */
final class DatagramOptions {
  static final Set<SocketOption<?>> SUPPORTED =
      Set.of(
          StandardSocketOptions.SO_SNDBUF,
          StandardSocketOptions.SO_RCVBUF,
          StandardSocketOptions.SO_REUSEADDR,
          StandardSocketOptions.SO_BROADCAST,
          StandardSocketOptions.IP_TOS);

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
  }

  void set(SocketOption<?> name, Object value) {
    if (value == null) {
      throw new IllegalArgumentException("'" + name + "' has no value null");
    }
    values.put(name, value);
  }

  Object get(SocketOption<?> name) {
    return values.get(name);
  }

  /** Gives a socket what was set; null where there is none yet. */
  void apply(UdpSocket socket) {
    if (socket == null || socket.options == null) {
      return;
    }
    int receive = (Integer) values.get(StandardSocketOptions.SO_RCVBUF);
    socket.options.receiveBytes = receive < BYTES ? receive : 0;
    socket.options.broadcast = (Boolean) values.get(StandardSocketOptions.SO_BROADCAST);
    socket.options.trafficClass = (Integer) values.get(StandardSocketOptions.IP_TOS) & SERVICE;
  }
}
