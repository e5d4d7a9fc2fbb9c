// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

/** Something with a file descriptor that {@link Waiter} can wait for. */
interface Descriptor {
  /** The descriptor; negative once it is closed. */
  int fd();
}
