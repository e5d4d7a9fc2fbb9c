// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.link;

/** Where a {@link Capture} puts its octets: a file, as a rule. */
public interface CaptureSink {
  /**
   * Takes all of the octets, or fails.
   *
   * @return 0, or a negative {@code Status}; after that the capture writes nothing more
   */
  int write(byte[] bytes, int at, int count);
}
