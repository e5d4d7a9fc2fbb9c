// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.buffer;

/**
 * The memory that all rings of a stack share: blocks of one size, lent while there is something to
 * hold.
 *
 * <p>Blocks are granted before they are taken, and never more than there are: who was granted a
 * block gets it. So what a receiver has promised to its peer can be stored, whatever the others do.
 *
 * <p>Each ring is sure of one block. Of the rest a ring is granted more only while it has no more
 * of them than are left: a few greedy rings do not starve those that come later.
 *
 * <p>Blocks are made when they are first needed, many at a time, and kept; {@link #makeAll} makes
 * them at once, where nothing may be allocated later.
 */
public final class BlockPool {
  /** Octets that are allocated together: few arrays, and none so large that it is hard to place. */
  private static final int CHUNK_BYTES = 256 * 1024;

  private final int blockBytes;
  private final int shared;
  private int rings;

  /** Blocks granted beyond each ring's first, and all that are lent now. */
  private int granted;

  private int lent;
  private int made;
  private Block free;
  private BlockChain freeChains;

  /** Null where nobody counts. */
  private Shortage shortage;

  /** Hears of each time that a ring was granted less than it asked for. */
  public interface Shortage {
    void refused();
  }

  /**
   * @param blockBytes size of a block: what a ring takes at a time
   * @param shared how many there are besides each ring's first
   */
  public BlockPool(int blockBytes, int shared) {
    this.blockBytes = blockBytes;
    this.shared = shared;
  }

  /** Tells somebody of every refusal. */
  public void attach(Shortage listener) {
    shortage = listener;
  }

  /** Allocates all blocks now, once all rings are made. */
  public void makeAll() {
    while (made < rings + shared) {
      make();
    }
    for (int i = 0; i < rings; i++) {
      giveChain(new BlockChain(this));
    }
  }

  private void make() {
    int count = Math.min(Math.max(1, CHUNK_BYTES / blockBytes), rings + shared - made);
    byte[] chunk = new byte[count * blockBytes];
    for (int i = count - 1; i >= 0; i--) {
      Block block = new Block(chunk, i * blockBytes);
      block.next = free;
      free = block;
    }
    made += count;
  }

  public int blockBytes() {
    return blockBytes;
  }

  /** Octets in all blocks that there may be. */
  public long capacity() {
    return (long) (rings + shared) * blockBytes;
  }

  /** Octets in the blocks that hold something now. */
  public long used() {
    return (long) lent * blockBytes;
  }

  /** Octets in the blocks that were made so far. */
  public long made() {
    return (long) made * blockBytes;
  }

  /** One more ring has its first block here. */
  void join() {
    rings++;
  }

  /** How many blocks a ring may have that has {@code own} now. */
  int most(int own) {
    int beyond = Math.max(0, own - 1);
    int left = shared - granted;
    return left <= beyond ? Math.max(1, own) : Math.max(1, own) + (left - beyond + 1) / 2;
  }

  /** Grants a ring that has {@code own} blocks up to {@code wanted}; answers how many it has. */
  int grant(int own, int wanted) {
    int most = most(own);
    if (wanted > most && shortage != null) {
      shortage.refused();
    }
    int now = Math.min(wanted, most);
    settle(own, now);
    return now;
  }

  /** A ring that had {@code own} blocks granted has {@code now} from here on. */
  void settle(int own, int now) {
    granted += Math.max(1, now) - Math.max(1, own);
  }

  /** A block that was granted. */
  Block take() {
    if (free == null) {
      make();
    }
    Block block = free;
    free = block.next;
    block.next = null;
    lent++;
    return block;
  }

  void give(Block block) {
    block.next = free;
    free = block;
    lent--;
  }

  BlockChain takeChain() {
    BlockChain chain = freeChains;
    if (chain == null) {
      return new BlockChain(this);
    }
    freeChains = chain.next;
    chain.next = null;
    return chain;
  }

  void giveChain(BlockChain chain) {
    chain.next = freeChains;
    freeChains = chain;
  }
}
