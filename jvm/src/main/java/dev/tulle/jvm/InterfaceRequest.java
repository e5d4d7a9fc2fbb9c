// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * struct ifreq of netdevice(7): 16 octets of interface name, then what the request asks or answers.
 */
final class InterfaceRequest {
  /** Longest name, its closing zero not counted. */
  static final int NAME_BYTES = 15;

  static final long SIOCGIFFLAGS = 0x8913;
  static final long SIOCGIFMTU = 0x8921;
  static final long SIOCGIFHWADDR = 0x8927;
  static final long SIOCGIFINDEX = 0x8933;
  static final long SIOCGIFTXQLEN = 0x8942;
  static final long SIOCSIFTXQLEN = 0x8943;

  private static final int VALUE = 16;

  final byte[] bytes = new byte[40];
  private final ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());

  InterfaceRequest(String name) throws LinkException {
    byte[] octets = name.getBytes(StandardCharsets.UTF_8);
    if (octets.length == 0
        || octets.length > NAME_BYTES
        || name.indexOf('/') >= 0
        || name.indexOf(0) >= 0) {
      throw new LinkException("an interface's name has 1 to 15 octets and no slash");
    }
    System.arraycopy(octets, 0, bytes, 0, octets.length);
  }

  /** Puts a short where the flags are. */
  InterfaceRequest flags(int flags) {
    view.putShort(VALUE, (short) flags);
    return this;
  }

  /** Puts an int: a length. */
  InterfaceRequest value(int value) {
    view.putInt(VALUE, value);
    return this;
  }

  /** The flags that the kernel answered. */
  int flags() {
    return view.getShort(VALUE);
  }

  /** The int that the kernel answered: an index, an MTU, a length. */
  int value() {
    return view.getInt(VALUE);
  }

  /** The link address that the kernel answered, its first octet highest. */
  long mac() {
    long mac = 0;
    for (int i = 0; i < 6; i++) {
      mac = mac << 8 | bytes[VALUE + 2 + i] & 0xFF; // after sa_family
    }
    return mac;
  }
}
