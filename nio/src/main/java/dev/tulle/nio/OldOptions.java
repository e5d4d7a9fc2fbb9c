// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;

/** Options by the numbers of {@link SocketOptions}, as what sockets have inside is asked. */
final class OldOptions {
  private OldOptions() {}

  static void set(NetworkChannel channel, int id, Object value) throws SocketException {
    AdaptedOptions options = new AdaptedOptions(channel);
    switch (id) {
      case SocketOptions.SO_LINGER ->
          // The class Socket says false where it has none.
          options.set(
              StandardSocketOptions.SO_LINGER, value instanceof Integer seconds ? seconds : -1);
      case SocketOptions.IP_MULTICAST_LOOP ->
          options.set(StandardSocketOptions.IP_MULTICAST_LOOP, !(Boolean) value);
      case SocketOptions.IP_MULTICAST_IF -> {
        // A stack has one link: whichever address is named, that one is meant.
      }
      default -> setNamed(options, name(id), value);
    }
  }

  @SuppressWarnings("unchecked") // the channel checks the type
  private static void setNamed(AdaptedOptions options, SocketOption<?> name, Object value)
      throws SocketException {
    options.set((SocketOption<Object>) name, value);
  }

  static Object get(NetworkChannel channel, int id) throws SocketException {
    AdaptedOptions options = new AdaptedOptions(channel);
    if (id == SocketOptions.IP_MULTICAST_LOOP) {
      return !options.get(StandardSocketOptions.IP_MULTICAST_LOOP);
    }
    return options.get(name(id));
  }

  private static SocketOption<?> name(int id) throws SocketException {
    return switch (id) {
      case SocketOptions.TCP_NODELAY -> StandardSocketOptions.TCP_NODELAY;
      case SocketOptions.SO_KEEPALIVE -> StandardSocketOptions.SO_KEEPALIVE;
      case SocketOptions.SO_LINGER -> StandardSocketOptions.SO_LINGER;
      case SocketOptions.SO_REUSEADDR -> StandardSocketOptions.SO_REUSEADDR;
      case SocketOptions.SO_SNDBUF -> StandardSocketOptions.SO_SNDBUF;
      case SocketOptions.SO_RCVBUF -> StandardSocketOptions.SO_RCVBUF;
      case SocketOptions.SO_BROADCAST -> StandardSocketOptions.SO_BROADCAST;
      case SocketOptions.IP_TOS -> StandardSocketOptions.IP_TOS;
      case SocketOptions.IP_MULTICAST_IF2 -> StandardSocketOptions.IP_MULTICAST_IF;
      default -> throw new SocketException("there is no option " + id);
    };
  }
}
