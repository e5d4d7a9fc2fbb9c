// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/** Sequence numbers: 32 bits that wrap. Nobody else compares them. RFC 9293 3.4. */
final class Seq {
  private Seq() {}

  static boolean lt(int a, int b) {
    return a - b < 0;
  }

  static boolean leq(int a, int b) {
    return a - b <= 0;
  }

  /** Whether {@code low <= x < high}. */
  static boolean in(int x, int low, int high) {
    return x - low >= 0 && x - high < 0;
  }

  static int max(int a, int b) {
    return a - b > 0 ? a : b;
  }

  static int min(int a, int b) {
    return a - b < 0 ? a : b;
  }
}
