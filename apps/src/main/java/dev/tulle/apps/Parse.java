// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.wire.AddressText;

/**
 * Strict readers of what people type and peers send: the whole range must be the thing, or it is
 * -1.
 *
 * <p>No sign, no white space, no octal, no other digits than US-ASCII's, no overflow.
 */
final class Parse {
  /** What every reader here answers to anything that it does not accept. */
  static final long BAD = -1;

  private Parse() {}

  /** A decimal number from 0 to {@code max}. */
  static long number(byte[] b, int at, int end, long max) {
    if (at >= end) {
      return BAD;
    }
    long value = 0;
    for (int i = at; i < end; i++) {
      int digit = b[i] - '0';
      if (digit < 0 || digit > 9 || value > Long.MAX_VALUE / 10) {
        return BAD;
      }
      value = value * 10 + digit;
      if (value < 0 || value > max) {
        return BAD;
      }
    }
    return value;
  }

  static long number(byte[] word, long max) {
    return number(word, 0, word.length, max);
  }

  /** A number in hexadecimal from 0 to {@code max}. */
  static long hexadecimal(byte[] b, int at, int end, long max) {
    if (at >= end) {
      return BAD;
    }
    long value = 0;
    for (int i = at; i < end; i++) {
      int digit = hexDigit(b[i]);
      if (digit < 0 || value > max - digit >> 4) {
        return BAD;
      }
      value = value << 4 | digit;
    }
    return value;
  }

  /** The value of a hexadecimal digit, or -1. */
  static int hexDigit(int octet) {
    int digit = octet - '0';
    if (digit >= 0 && digit <= 9) {
      return digit;
    }
    int letter = Text.lower(octet) - 'a';
    return letter >= 0 && letter < 6 ? letter + 10 : -1;
  }

  /** A decimal number with or without a fraction, times 10^decimals; further digits are dropped. */
  static long scaled(byte[] b, int at, int end, int decimals, long max) {
    int point = at;
    while (point < end && b[point] != '.') {
      point++;
    }
    long unit = 1;
    for (int i = 0; i < decimals; i++) {
      unit *= 10;
    }
    long whole = number(b, at, point, max / unit);
    if (whole == BAD || point == end) {
      return whole == BAD ? BAD : whole * unit;
    }
    if (point + 1 == end) {
      return BAD;
    }
    long value = whole * unit;
    for (int i = point + 1; i < end; i++) {
      int digit = b[i] - '0';
      if (digit < 0 || digit > 9) {
        return BAD;
      }
      unit /= 10;
      value += digit * unit;
    }
    return value <= max ? value : BAD;
  }

  /**
   * A number with an optional suffix K, M or G in either case.
   *
   * @param kilo what K stands for: 1000 or 1024
   */
  static long amount(byte[] word, int kilo, long max) {
    int end = word.length;
    if (end == 0) {
      return BAD;
    }
    int suffix = Text.lower(word[end - 1]);
    long unit = 1;
    if (suffix == 'k' || suffix == 'm' || suffix == 'g') {
      unit = suffix == 'k' ? kilo : suffix == 'm' ? (long) kilo * kilo : (long) kilo * kilo * kilo;
      end--;
    }
    long thousandths = scaled(word, 0, end, 3, max / unit * 1000);
    return thousandths == BAD ? BAD : thousandths * unit / 1000;
  }

  /** An IPv4 address: four decimal numbers of at most three digits, none with a leading zero. */
  static long address(byte[] b, int at, int end) {
    return AddressText.ipv4(b, at, end);
  }

  static long address(byte[] word) {
    return address(word, 0, word.length);
  }

  /** Six pairs of hexadecimal digits with colons: a station's own address, not a group's. */
  static long mac(byte[] word) {
    if (word.length != 17) {
      return BAD;
    }
    long mac = 0;
    for (int i = 0; i < 17; i += 3) {
      long value = hexadecimal(word, i, i + 2, 255);
      if (value == BAD || i + 2 < 17 && word[i + 2] != ':') {
        return BAD;
      }
      mac = mac << 8 | value;
    }
    return mac == 0 || (mac >>> 40 & 1) != 0 ? BAD : mac;
  }

  /** Where {@code octet} first is in the range, or {@code end}. */
  static int find(byte[] b, int at, int end, int octet) {
    int i = at;
    while (i < end && b[i] != octet) {
      i++;
    }
    return i;
  }
}
