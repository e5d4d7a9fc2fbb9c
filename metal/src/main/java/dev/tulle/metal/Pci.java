// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.metal;

/** The PC's PCI bus, as far as a driver needs it to find its card. */
final class Pci {
  static final int NONE = -1;

  // Offsets in a card's configuration.
  static final int COMMAND = 4;
  static final int FIRST_ADDRESS = 0x10;
  static final int INTERRUPT = 0x3C;

  /** Of the command: answer to memory accesses, and reach memory itself. */
  static final int MEMORY_AND_MASTER = 6;

  private static final int ADDRESS_PORT = 0xCF8;
  private static final int DATA_PORT = 0xCFC;
  private static final int SLOTS = 32;

  private Pci() {}

  /**
   * The first card on the first bus of this maker and kind, or {@link #NONE}.
   *
   * @param id the kind in the upper half, the maker in the lower
   */
  static int find(int id) {
    for (int slot = 0; slot < SLOTS; slot++) {
      if (read(slot, 0) == id) {
        return slot;
      }
    }
    return NONE;
  }

  static int read(int slot, int offset) {
    Metal.out32(ADDRESS_PORT, 0x8000_0000 | slot << 11 | offset);
    return Metal.in32(DATA_PORT);
  }

  static void write(int slot, int offset, int value) {
    Metal.out32(ADDRESS_PORT, 0x8000_0000 | slot << 11 | offset);
    Metal.out32(DATA_PORT, value);
  }
}
