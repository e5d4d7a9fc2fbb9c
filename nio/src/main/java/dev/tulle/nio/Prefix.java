// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import dev.tulle.ip.Endpoint;
import dev.tulle.wire.AddressText;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** An address of either family and its prefix's length, as people write them. */
record Prefix(Endpoint address, int bits, String text) {
  /** Reads both; throws what follows the name of what it was for. */
  static Prefix parse(String text) {
    int slash = text.indexOf('/');
    String length = text.substring(slash + 1);
    if (slash >= 0 && length.matches("[0-9]{1,3}")) {
      Endpoint address = address(text.substring(0, slash));
      int bits = Integer.parseInt(length);
      if (bits <= (address.six() ? 128 : 32)) {
        return new Prefix(address, bits, text);
      }
    }
    throw new IllegalArgumentException(
        "is an address and its prefix's length as 10.9.0.2/24 or fd09::2/64, not '" + text + "'");
  }

  /** Reads an address; throws what follows the name of what it was for. */
  static Endpoint address(String text) {
    if (text.indexOf(':') >= 0 && text.indexOf('%') < 0) {
      try {
        InetAddress parsed = Inet6Address.ofLiteral(text);
        return Addresses.endpoint(new InetSocketAddress(parsed, 0));
      } catch (IllegalArgumentException e) {
        throw wrong(text);
      }
    }
    byte[] b = text.getBytes(StandardCharsets.UTF_8);
    long address = AddressText.ipv4(b, 0, b.length);
    if (address == AddressText.BAD) {
      throw wrong(text);
    }
    return new Endpoint((int) address, 0);
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException("is an address as 10.9.0.1 or fd09::1, not '" + text + "'");
  }
}
