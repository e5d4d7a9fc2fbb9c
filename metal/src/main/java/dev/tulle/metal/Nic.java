// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.metal;

import dev.tulle.link.Link;

/** A network card: a link with an address of its own that can wake the processor. */
public abstract class Nic implements Link {
  /** Largest frame of Ethernet without its check sequence. */
  static final int FRAME_BYTES = 1514;

  /** How often a register is asked at most: far longer than a frame takes, on any machine. */
  static final int PATIENCE = 100_000;

  /** The line on which it interrupts: a driver sets it once it has found its card. */
  int line;

  /** Its link address in the low 48 bits, as its maker gave it: as {@link #line}. */
  long mac;

  /**
   * Makes sure that whatever arrives from now on interrupts.
   *
   * @return false where something has arrived already, and so may never interrupt
   */
  abstract boolean quiet();

  @Override
  public final int frameBytes() {
    return FRAME_BYTES;
  }

  /** Takes the address from two registers, whose lowest octet comes first. */
  final void mac(int low, int high) {
    mac = (Integer.reverseBytes(low) & 0xFFFFFFFFL) << 16 | Integer.reverseBytes(high) >>> 16;
  }
}
