// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import dev.tulle.link.Link;

/**
 * A link that can wait for itself: the thread that owns it sleeps in {@link #await} until something
 * may have arrived.
 *
 * <p>A link with a file descriptor says so by {@link dev.tulle.jvm.Descriptor} instead. A link that
 * is neither is looked at a thousand times a second.
 */
public interface WaitingLink extends Link {
  /**
   * Waits until {@link #receive} may have something, somebody called {@link #wake}, or the time is
   * over. Returns at once where one of these came since the last wait.
   *
   * @param ns how long at most; {@link Long#MAX_VALUE} is for ever
   */
  void await(long ns);

  /** Ends the wait of another thread, or its next one. */
  void wake();
}
