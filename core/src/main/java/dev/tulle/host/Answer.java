// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.host;

import dev.tulle.stack.Status;

/** What is known about a name: addresses of one kind, that there are none, or why nobody knows. */
final class Answer {
  /** Addresses that are kept, and octets for each of them. */
  static final int MOST = 8;

  static final int OCTETS = 16;

  /** OK, {@code NO_NAME}, {@code NO_ADDRESS}, or why there is no answer. */
  int status = Status.WOULD_BLOCK;

  int count;

  /** What each address has: 4 or 16. */
  int size;

  final byte[] octets = new byte[MOST * OCTETS];

  void clear(int status) {
    this.status = status;
    count = 0;
  }

  void copy(Answer from) {
    status = from.status;
    count = from.count;
    size = from.size;
    System.arraycopy(from.octets, 0, octets, 0, octets.length);
  }

  /** Adds an address; one too many is left out. */
  void add(byte[] b, int at, int length) {
    if (count < MOST) {
      size = length;
      System.arraycopy(b, at, octets, count++ * OCTETS, length);
    }
  }
}
