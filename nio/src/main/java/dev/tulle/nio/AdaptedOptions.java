// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NetworkChannel;

/** The options of a channel as sockets of {@code java.net} set and read them. */
record AdaptedOptions(NetworkChannel channel) {
  <T> void set(SocketOption<T> name, T value) throws SocketException {
    try {
      channel.setOption(name, value);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Sets the size of a buffer. */
  void size(SocketOption<Integer> name, int bytes) throws SocketException {
    if (bytes <= 0) {
      throw new IllegalArgumentException("a buffer has some octets, not " + bytes);
    }
    set(name, bytes);
  }

  <T> T get(SocketOption<T> name) throws SocketException {
    try {
      return channel.getOption(name);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private static SocketException failure(IOException e) {
    return new SocketException(
        e instanceof ClosedChannelException ? "Socket is closed" : e.getMessage());
  }
}
