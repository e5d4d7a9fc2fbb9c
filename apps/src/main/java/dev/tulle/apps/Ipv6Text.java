// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.ip.Endpoint;

/** IPv6 addresses as people write them: RFC 4291 2.2, RFC 5952. */
final class Ipv6Text {
  private static final int WORDS = 8;

  private Ipv6Text() {}

  /**
   * Reads an address into an endpoint, whose port stays; whether it is one.
   *
   * <p>Up to eight groups of one to four hexadecimal digits, with one {@code ::} for the zeros that
   * are missing; no zone, no dotted decimal.
   */
  static boolean parse(byte[] b, int at, int end, Endpoint to) {
    long high = 0;
    long low = 0;
    long headHigh = 0; // what stands before the gap
    long headLow = 0;
    int words = 0;
    int gap = -1;
    int i = at;
    if (end - at >= 2 && b[at] == ':' && b[at + 1] == ':') {
      gap = 0;
      i = at + 2;
    }
    while (i < end) {
      int stop = Parse.find(b, i, end, ':');
      long word = Parse.hexadecimal(b, i, stop, 0xFFFF);
      if (word == Parse.BAD || stop - i > 4 || words == WORDS) {
        return false;
      }
      high = high << 16 | low >>> 48;
      low = low << 16 | word;
      words++;
      i = stop + 1;
      if (stop + 1 == end) {
        return false; // a single colon at the end
      }
      if (stop < end && b[i] == ':') {
        if (gap >= 0) {
          return false;
        }
        gap = words;
        headHigh = high;
        headLow = low;
        high = 0;
        low = 0;
        i++;
      }
    }
    if (gap < 0 ? words != WORDS : words == WORDS) {
      return false;
    }
    for (int w = gap; gap >= 0 && w < WORDS; w++) {
      headHigh = headHigh << 16 | headLow >>> 48;
      headLow <<= 16;
    }
    high |= headHigh;
    low |= headLow;
    to.set(high, low, to.port);
    return true;
  }

  /** Writes an address: lower case, the longest run of zeros as {@code ::}. */
  static Text put(Text line, long high, long low) {
    int best = -1;
    int most = 1;
    int run = 0;
    for (int i = 0; i < WORDS; i++) {
      run = word(high, low, i) == 0 ? run + 1 : 0;
      if (run > most) {
        most = run;
        best = i + 1 - run;
      }
    }
    for (int i = 0; i < WORDS; i++) {
      if (i == best) {
        line.put("::");
        i += most - 1;
      } else {
        if (i > 0 && i != best + most || i > 0 && best < 0) {
          line.octet(':');
        }
        line.hexadecimal(word(high, low, i));
      }
    }
    return line;
  }

  private static int word(long high, long low, int i) {
    return (int) ((i < 4 ? high : low) >>> 48 - (i & 3) * 16) & 0xFFFF;
  }
}
