// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import java.net.SocketOption;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Options of the module {@code jdk.net}, each null in a program that runs without that module: it
 * cannot name them either.
 */
final class ExtendedOptions {
  static final SocketOption<?> TCP_QUICKACK = find("TCP_QUICKACK");
  static final SocketOption<?> TCP_KEEPIDLE = find("TCP_KEEPIDLE");
  static final SocketOption<?> TCP_KEEPINTERVAL = find("TCP_KEEPINTERVAL");
  static final SocketOption<?> TCP_KEEPCOUNT = find("TCP_KEEPCOUNT");
  static final SocketOption<?> IP_DONTFRAGMENT = find("IP_DONTFRAGMENT");

  private ExtendedOptions() {}

  private static SocketOption<?> find(String name) {
    try {
      Class<?> options = Class.forName("jdk.net.ExtendedSocketOptions");
      return (SocketOption<?>) options.getField(name).get(null);
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  /** All of these that there are. */
  static Set<SocketOption<?>> set(SocketOption<?>... options) {
    return Stream.of(options).filter(Objects::nonNull).collect(Collectors.toUnmodifiableSet());
  }
}
