// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.stack;

/** Real randomness that the platform hands in: for the keys that are drawn at assembly. */
public interface Entropy {
  /** 64 unpredictable bits from a real source; waits rather than falling back to a guess. */
  long next();
}
