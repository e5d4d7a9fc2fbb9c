// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

/**
 * Where others of this machine ask a running program how it is: a socket at a path of the file
 * system, which its owner alone may open. Nothing here waits.
 */
public interface Control {
  /** Whether somebody is there now to be answered; one is answered at a time. */
  boolean asked();

  /**
   * Hands over a piece of the answer.
   *
   * @return how many octets were taken; {@code WOULD_BLOCK}; {@code CLOSED} where nobody listens
   */
  int write(byte[] from, int at, int count);

  /** Ends the answer. */
  void hangUp();

  /** Takes the path away again. */
  void close();
}
