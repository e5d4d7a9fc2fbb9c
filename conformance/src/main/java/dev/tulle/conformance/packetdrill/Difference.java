// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

/** Why a script does not pass: its line, what it expects there and what was seen instead. */
final class Difference extends RuntimeException {
  private static final long serialVersionUID = 1;

  final int line;

  Difference(int line, String what) {
    super(what, null, false, false);
    this.line = line;
  }

  Difference(int line, String expected, String seen) {
    this(line, "expected: " + expected + "\n  seen:     " + seen);
  }
}
