// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import dev.tulle.stack.Status;

/**
 * What a call returned.
 *
 * @param value −1 where there was an error
 * @param error the error's name on Linux, or null
 */
record Outcome(long value, String error) {
  static final Outcome ZERO = new Outcome(0, null);

  static Outcome of(long value) {
    return new Outcome(value, null);
  }

  static Outcome error(String name) {
    return new Outcome(-1, name);
  }

  /** The name of a connection's error on Linux; null for a status that is none. */
  static String errorName(int status) {
    return switch (status) {
      case Status.RESET -> "ECONNRESET";
      case Status.REFUSED -> "ECONNREFUSED";
      case Status.TIMED_OUT -> "ETIMEDOUT";
      case Status.UNREACHABLE -> "EHOSTUNREACH";
      default -> null;
    };
  }

  @Override
  public String toString() {
    return error == null ? Long.toString(value) : value + " " + error;
  }
}
