// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.stack;

/**
 * What kind of build this is.
 *
 * <p>{@link #CHECKS} is a constant for javac, so {@code if (Build.CHECKS)} costs nothing where it
 * is false. The native build compiles the core with its own copy of this class, which says false.
 */
public final class Build {
  /** Whether invariants of our own are checked: in tests and simulation. */
  public static final boolean CHECKS = true;

  private Build() {}
}
