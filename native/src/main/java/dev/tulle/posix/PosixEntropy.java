// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.stack.Entropy;

/** The kernel's random numbers. */
final class PosixEntropy implements Entropy {
  @Override
  public long next() {
    return Posix.entropy();
  }
}
