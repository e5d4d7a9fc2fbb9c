// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

/**
 * When an event happens, in nanoseconds: from the script's start, or after the event before it.
 *
 * @param kind what the numbers are counted from
 * @param startNs the time, or the earliest one
 * @param latestNs the latest time; equal to {@code startNs} where there is one time only
 * @param returnNs when a blocking call returns; −1 for a call that does not block
 */
record Timing(Kind kind, long startNs, long latestNs, long returnNs) {
  /** What a time is counted from. */
  enum Kind {
    ABSOLUTE,
    RELATIVE,
    ANY
  }

  static final Timing ANY_TIME = new Timing(Kind.ANY, 0, 0, -1);

  boolean blocks() {
    return returnNs >= 0;
  }
}
