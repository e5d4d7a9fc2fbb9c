// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.wire.Bytes;

/**
 * One row of a {@link StateReport}: its kind, how many words follow, and words of 64 bits.
 *
 * <p>Numbers and nothing else, so that the program that is asked needs no text; {@link StatProgram}
 * has it. An IPv4 address is two words like one of IPv6, of which the first is {@link #FOUR}.
 */
final class StateRow {
  // The kinds, in the order in which they are told.
  static final int INTERFACE = 0;
  static final int ADDRESS = 1;
  static final int NEIGHBOUR = 2;
  static final int ROUTE = 3;
  static final int SOCKET = 4;
  static final int LIMIT = 5;
  static final int RULE = 6;
  static final int COUNTER = 7;

  /** The last row, which says that none is missing. */
  static final int END = 8;

  /** The first half of an IPv4 address: no address of IPv6 has it. */
  static final long FOUR = -1;

  /** Of a route without an interface of its own. */
  static final int NO_PORT = -1;

  /** Octets in front of the words. */
  static final int HEADER = 2;

  static final int WORD = 8;

  /** A socket's words. */
  private static final int MOST_WORDS = 12;

  final byte[] bytes = new byte[HEADER + MOST_WORDS * WORD];
  int end;

  void begin(int kind) {
    bytes[0] = (byte) kind;
    bytes[1] = 0;
    end = HEADER;
  }

  StateRow word(long value) {
    Bytes.put64(bytes, end, value);
    end += WORD;
    bytes[1]++;
    return this;
  }

  StateRow four(int address) {
    return word(FOUR).word(address);
  }

  StateRow six(long high, long low) {
    return word(high).word(low);
  }

  /** A number and up to fifteen octets of a name: an interface's. */
  void name(byte[] name) {
    for (int i = 0; i < 2 * WORD; i++) {
      bytes[end + i] = i < name.length && i < 2 * WORD - 1 ? name[i] : 0;
    }
    end += 2 * WORD;
    bytes[1] += 2;
  }
}
