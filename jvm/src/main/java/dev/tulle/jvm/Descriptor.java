// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

/** A link with a file descriptor that poll(2) can wait for. */
public interface Descriptor {
  /** The descriptor; negative once it is closed. */
  int fd();
}
