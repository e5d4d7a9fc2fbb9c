// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.group;

/**
 * What one socket wants of one group: all sources but some, or some sources alone. RFC 3376 3.1.
 */
final class Listening {
  /** The socket; null where the entry is free. */
  Object owner;

  long high;
  long low;

  /** Whether the sources are those not to be heard. */
  boolean exclude;

  final Sources sources = new Sources();

  boolean hears(long sourceHigh, long sourceLow) {
    return (sources.find(sourceHigh, sourceLow) >= 0) != exclude;
  }
}
