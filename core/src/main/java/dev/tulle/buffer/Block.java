// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.buffer;

/** A piece of a larger array, which {@link BlockPool} lends. */
final class Block {
  final byte[] bytes;

  /** Where the piece begins. */
  final int from;

  /** The next one in a chain, or in the pool. */
  Block next;

  Block(byte[] bytes, int from) {
    this.bytes = bytes;
    this.from = from;
  }
}
