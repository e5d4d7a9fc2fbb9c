// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

/**
 * What one socket wants of one group: all sources but some, or some sources alone. RFC 3376 3.1.
 */
final class Listening {
  /** The socket; null where the entry is free. */
  Object owner;

  int group;

  /** Whether the sources are those not to be heard. */
  boolean exclude;

  final int[] sources = new int[Igmp.SOURCES];
  int count;

  boolean lists(int source) {
    return Group.in(sources, count, source) >= 0;
  }
}
