// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.stack;

/** What kind of build this is: a native one, without checks of our own invariants. */
public final class Build {
  public static final boolean CHECKS = false;

  private Build() {}
}
