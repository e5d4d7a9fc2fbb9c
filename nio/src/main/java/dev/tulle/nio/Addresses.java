// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import dev.tulle.ip.Endpoint;
import dev.tulle.wire.Bytes;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;

/** Addresses of Java and of the stack, from one to the other. */
final class Addresses {
  private Addresses() {}

  /**
   * An address that can be used, or the exception that channels promise.
   *
   * @param four whether the channel is for IPv4 alone
   */
  static InetSocketAddress check(SocketAddress address, boolean four) {
    if (address == null) {
      throw new NullPointerException();
    }
    if (!(address instanceof InetSocketAddress internet)) {
      throw new UnsupportedAddressTypeException();
    }
    if (internet.isUnresolved()) {
      throw new UnresolvedAddressException();
    }
    if (four && !(internet.getAddress() instanceof Inet4Address)) {
      throw new UnsupportedAddressTypeException();
    }
    return internet;
  }

  /** Where a packet to an address leads: to none in particular is to this host, as with Linux. */
  static InetSocketAddress target(InetSocketAddress to) {
    if (!to.getAddress().isAnyLocalAddress()) {
      return to;
    }
    Endpoint end = new Endpoint(Names.LOCALHOST, to.getPort());
    if (!(to.getAddress() instanceof Inet4Address)) {
      end.set(0, 1, to.getPort());
    }
    return of(end);
  }

  /** The number of an IPv4 address, its first octet highest. */
  static int number(Inet4Address address) {
    return Bytes.i32(address.getAddress(), 0);
  }

  static Endpoint endpoint(InetSocketAddress from) {
    Endpoint to = new Endpoint();
    byte[] b = from.getAddress().getAddress();
    if (b.length == 4) {
      to.set(Bytes.i32(b, 0), from.getPort());
    } else {
      to.set(Bytes.i64(b, 0), Bytes.i64(b, 8), from.getPort());
    }
    return to;
  }

  static InetSocketAddress of(Endpoint from) {
    return new InetSocketAddress(address(from), from.port);
  }

  static InetAddress address(Endpoint from) {
    return address(from, null);
  }

  /** The address, with the name that it was found by. */
  static InetAddress address(Endpoint from, String name) {
    byte[] b = new byte[from.six() ? 16 : 4];
    if (from.six()) {
      for (int i = 0; i < 8; i++) {
        b[i] = (byte) (from.high >>> 56 - 8 * i);
        b[8 + i] = (byte) (from.low >>> 56 - 8 * i);
      }
    } else {
      Bytes.put32(b, 0, from.address);
    }
    try {
      return InetAddress.getByAddress(name, b);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // it has 4 or 16 octets
    }
  }

  /** The address that is none, on a port. */
  static InetSocketAddress any(int port) {
    return of(new Endpoint(0, port));
  }
}
