// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.wire;

/** Addresses as people write them. */
public final class AddressText {
  /** What readers here answer to anything that is no address. */
  public static final long BAD = -1;

  private AddressText() {}

  /** An IPv4 address: four decimal numbers of at most three digits, none with a leading zero. */
  public static long ipv4(byte[] b, int at, int end) {
    // RFC 6943 3.1.1: only the strict dotted-decimal form; programs disagree about every other one.
    long address = 0;
    int parts = 0;
    int digits = 0;
    int part = 0;
    for (int i = at; i <= end; i++) {
      int octet = i < end ? b[i] : '.';
      if (octet == '.') {
        if (digits == 0 || ++parts > 4) {
          return BAD;
        }
        address = address << 8 | part;
        part = 0;
        digits = 0;
        continue;
      }
      int digit = octet - '0';
      boolean leading = digits > 0 && part == 0;
      part = part * 10 + digit;
      digits++;
      if (digit < 0 || digit > 9 || leading || part > 255) {
        return BAD;
      }
    }
    return parts == 4 ? address : BAD;
  }
}
