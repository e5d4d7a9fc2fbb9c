// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.ip.Endpoint;

/**
 * A line of US-ASCII text under construction: octets in a fixed buffer.
 *
 * <p>What does not fit is left out and {@link #cut} tells so; nothing is ever allocated after
 * construction. Numbers are written digit by digit.
 */
final class Text {
  final byte[] bytes;
  int length;
  private boolean cut;

  Text(int capacity) {
    bytes = new byte[capacity];
  }

  Text clear() {
    length = 0;
    cut = false;
    return this;
  }

  /** Whether something did not fit since {@link #clear}. */
  boolean cut() {
    return cut;
  }

  int free() {
    return bytes.length - length;
  }

  /** Appends one octet. */
  Text octet(int value) {
    if (length < bytes.length) {
      bytes[length++] = (byte) value;
    } else {
      cut = true;
    }
    return this;
  }

  /** Appends a literal, whose characters are US-ASCII. */
  Text put(String literal) {
    int n = literal.length();
    for (int i = 0; i < n; i++) {
      octet(literal.charAt(i));
    }
    return this;
  }

  Text put(byte[] from, int at, int count) {
    int n = Math.min(count, free());
    System.arraycopy(from, at, bytes, length, n);
    length += n;
    cut |= n < count;
    return this;
  }

  /**
   * Appends a stranger's octets so that a terminal can show them: what is not printable US-ASCII
   * becomes a question mark, and no more than {@code most} octets are shown.
   */
  Text shown(byte[] from, int at, int count, int most) {
    int n = Math.min(count, most);
    for (int i = at; i < at + n; i++) {
      octet(from[i] >= 0x20 && from[i] < 0x7F ? from[i] : '?');
    }
    return n < count ? put("...") : this;
  }

  Text decimal(long value) {
    if (value < 0) {
      octet('-');
      // -(value + 1) + 1 would overflow for the least long; no caller has it, digits stay right
      value = -value;
    }
    long unit = 1;
    while (value / unit >= 10) {
      unit *= 10;
    }
    for (; unit > 0; unit /= 10) {
      octet('0' + (int) (value / unit % 10));
    }
    return this;
  }

  /** Appends {@code value / 10^decimals} with exactly that many digits after the point. */
  Text fixed(long value, int decimals) {
    long unit = 1;
    for (int i = 0; i < decimals; i++) {
      unit *= 10;
    }
    decimal(value / unit);
    if (decimals > 0) {
      octet('.');
      for (unit /= 10; unit > 0; unit /= 10) {
        octet('0' + (int) (value / unit % 10));
      }
    }
    return this;
  }

  /** Appends a number in at least {@code width} places, filled with zeros. */
  Text padded(long value, int width) {
    long unit = 10;
    for (int i = 1; i < width; i++, unit *= 10) {
      if (value < unit) {
        for (int zeros = width - i; zeros > 0; zeros--) {
          octet('0');
        }
        return decimal(value);
      }
    }
    return decimal(value);
  }

  /** Appends a number without leading zeros in lower-case hexadecimal. */
  Text hexadecimal(long value) {
    int shift = 60;
    while (shift > 0 && value >>> shift == 0) {
      shift -= 4;
    }
    for (; shift >= 0; shift -= 4) {
      int digit = (int) (value >>> shift) & 15;
      octet(digit < 10 ? '0' + digit : 'a' - 10 + digit);
    }
    return this;
  }

  /** Appends an IPv4 address in dotted decimal. */
  Text address(int address) {
    decimal(address >>> 24).octet('.').decimal(address >>> 16 & 255).octet('.');
    return decimal(address >>> 8 & 255).octet('.').decimal(address & 255);
  }

  /** Appends an address of either family. */
  Text address(Endpoint endpoint) {
    return endpoint.six()
        ? Ipv6Text.put(this, endpoint.high, endpoint.low)
        : address(endpoint.address);
  }

  /** Appends spaces in front of what was written since {@code from}, to make it that wide. */
  Text alignRight(int from, int width) {
    int spaces = Math.min(width - (length - from), free());
    if (spaces > 0) {
      System.arraycopy(bytes, from, bytes, from + spaces, length - from);
      for (int i = from; i < from + spaces; i++) {
        bytes[i] = ' ';
      }
      length += spaces;
    }
    return this;
  }

  /** Appends spaces until the text is {@code width} octets long. */
  Text fill(int width) {
    while (length < width && length < bytes.length) {
      octet(' ');
    }
    return this;
  }

  /** Writes the text to standard output; answers as {@link Console#out} does. */
  int toOutput(Console console) {
    return console.out(bytes, 0, length);
  }

  void toError(Console console) {
    console.error(bytes, 0, length);
  }

  /** Whether {@code count} octets at {@code at} are exactly the literal's. */
  static boolean is(byte[] b, int at, int count, String literal) {
    return count == literal.length() && starts(b, at, count, literal);
  }

  /** Whether the octets begin with the literal. */
  static boolean starts(byte[] b, int at, int count, String literal) {
    int n = literal.length();
    if (n > count) {
      return false;
    }
    for (int i = 0; i < n; i++) {
      if (b[at + i] != literal.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether the octets are the literal's but for the case of letters; the literal is in lower case.
   */
  static boolean isIgnoringCase(byte[] b, int at, int count, String lowerCase) {
    if (count != lowerCase.length()) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      if (lower(b[at + i]) != lowerCase.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  static int lower(int octet) {
    return octet >= 'A' && octet <= 'Z' ? octet + 32 : octet;
  }
}
