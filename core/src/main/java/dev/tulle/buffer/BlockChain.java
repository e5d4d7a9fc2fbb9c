// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.buffer;

/**
 * Blocks in a row, as long as what they hold: octets are found by their offset from the first
 * block's beginning.
 *
 * <p>What is read next mostly lies where the last read ended, and what is written at the end, so
 * both places are remembered and few offsets are searched for.
 */
final class BlockChain {
  /** The next one in the pool. */
  BlockChain next;

  private final BlockPool pool;
  private Block head;
  private Block tail;
  private Block cursor;
  private int tailStart;
  private int cursorStart;

  BlockChain(BlockPool pool) {
    this.pool = pool;
  }

  /** Copies octets in, adding blocks as far as they reach. */
  void write(int offset, byte[] bytes, int from, int count) {
    int size = pool.blockBytes();
    int at = offset;
    int source = from;
    int left = count;
    while (left > 0) {
      Block block = reach(at, size);
      int inside = at % size;
      int piece = Math.min(left, size - inside);
      System.arraycopy(bytes, source, block.bytes, block.from + inside, piece);
      at += piece;
      source += piece;
      left -= piece;
    }
  }

  /** Copies octets out. */
  void read(int offset, byte[] bytes, int to, int count) {
    int size = pool.blockBytes();
    int at = offset;
    int target = to;
    int left = count;
    while (left > 0) {
      Block block = find(at, size);
      int inside = at % size;
      int piece = Math.min(left, size - inside);
      System.arraycopy(block.bytes, block.from + inside, bytes, target, piece);
      at += piece;
      target += piece;
      left -= piece;
    }
  }

  /** The block with an offset; the chain grows where it is not so long. */
  private Block reach(int offset, int size) {
    if (head == null) {
      head = pool.take();
      tail = head;
      tailStart = 0;
    }
    while (offset - tailStart >= size) {
      tail.next = pool.take();
      tail = tail.next;
      tailStart += size;
    }
    return offset >= tailStart ? tail : find(offset, size);
  }

  private Block find(int offset, int size) {
    if (cursor == null || offset < cursorStart) {
      cursor = head;
      cursorStart = 0;
    }
    while (offset - cursorStart >= size) {
      cursor = cursor.next;
      cursorStart += size;
    }
    return cursor;
  }

  /** Gives the first block back: all offsets shrink by its size. */
  void dropFirst() {
    Block block = head;
    head = block.next;
    tailStart -= pool.blockBytes();
    cursorStart -= pool.blockBytes();
    if (cursor == block) {
      cursor = null;
    }
    pool.give(block);
  }

  /** Gives all blocks back, and itself. */
  void drop() {
    while (head != null) {
      dropFirst();
    }
    tail = null;
    cursor = null;
    pool.giveChain(this);
  }
}
