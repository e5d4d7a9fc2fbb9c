// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.metal;

import dev.tulle.link.Link;

/** A network card: a link with an address of its own that can wake the processor. */
public interface Nic extends Link {
  /** Largest frame of Ethernet without its check sequence. */
  int FRAME_BYTES = 1514;

  /** Its link address in the low 48 bits, as its maker gave it. */
  long mac();

  /** The line on which it interrupts. */
  int line();

  /**
   * Makes sure that whatever arrives from now on interrupts.
   *
   * @return false where something has arrived already, and so may never interrupt
   */
  boolean quiet();
}
