// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

/** Where a program's output and its messages go: standard output and standard error, as octets. */
public interface Console {
  /**
   * Writes all of the octets to standard output, waiting where it must.
   *
   * @return 0, or {@code Status.CLOSED} where nobody reads any more, {@link Files#FULL} or {@link
   *     Files#FAILED}
   */
  int out(byte[] from, int at, int count);

  /** Writes a US-ASCII literal to standard output; answers as the other form does. */
  int out(String literal);

  /** Writes all of the octets to standard error; what cannot be written is lost. */
  void error(byte[] from, int at, int count);

  /** Writes a US-ASCII literal to standard error. */
  void error(String literal);

  /**
   * Whether standard error is shown on a terminal, so that a progress line may overwrite itself.
   */
  boolean terminal();
}
