// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

/** A channel as its {@link Engine} and selectors see it. */
interface Pollable {
  /** What can be done now without waiting: operations of {@code SelectionKey}; under the lock. */
  int ready();

  Watch watch();

  /** Closes the channel as any thread may, without the lock. */
  void close() throws java.io.IOException;
}
