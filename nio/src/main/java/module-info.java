// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0

/**
 * Channels and sockets of Java over a stack.
 *
 * <p>{@link dev.tulle.nio.TulleProvider} is named by a property and is not provided as a service:
 * who has the library on the module path would have the whole program on a stack.
 */
module dev.tulle.nio {
  requires transitive dev.tulle.jvm;

  exports dev.tulle.nio;

  provides java.net.spi.InetAddressResolverProvider with
      dev.tulle.nio.NamesProvider;
}
