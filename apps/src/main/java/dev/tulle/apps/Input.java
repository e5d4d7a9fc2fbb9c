// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.stack.Status;

/** Standard input, read without waiting. */
public interface Input {
  /**
   * Reads what is there. A call that answers {@code WOULD_BLOCK} makes the next {@link
   * Platform#await} wake up when there is something; without such a call, await ignores the input.
   *
   * @return octets read, at least 1; {@link Status#WOULD_BLOCK}; {@link Status#CLOSED} at the end
   *     of the input; {@link Files#FAILED}
   */
  int read(byte[] to, int at, int count);
}
