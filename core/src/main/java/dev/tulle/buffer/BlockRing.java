// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.buffer;

/**
 * A ring that takes memory from a pool while it holds something, and whose capacity may change.
 *
 * <p>Two things are kept apart. What is <em>granted</em> is a number: blocks that the pool keeps
 * ready. What is <em>taken</em> are the blocks that hold octets now. The invariant: whatever {@link
 * #promise} has answered can be stored, because blocks are granted for all of it before; and an
 * empty ring that has promised much takes nothing.
 *
 * <p>A promise is not taken back, but it is not renewed either where the pool is short: then it
 * shrinks by what is consumed.
 */
public final class BlockRing extends ByteRing {
  private final BlockPool pool;
  private final int initial;
  private BlockChain chain;
  private int capacity;

  /**
   * Octets from the first one held on that there is memory for; never less than are held. The
   * blocks that these take are those granted.
   */
  private int promised;

  /** Octets from the first one held on up to the last that was stored. */
  private int stored;

  /**
   * @param capacity to begin with
   */
  public BlockRing(BlockPool pool, int capacity) {
    super(null);
    this.pool = pool;
    initial = capacity;
    this.capacity = capacity;
    pool.join();
  }

  @Override
  public int capacity() {
    return capacity;
  }

  @Override
  public void capacity(int octets) {
    capacity = octets;
  }

  /** Octets that could be appended now; others may be quicker. */
  @Override
  public int free() {
    int reach = Math.min(blocks(capacity), pool.most(blocks(promised))) * pool.blockBytes() - first;
    return Math.max(0, Math.min(capacity, Math.max(promised, reach)) - length);
  }

  @Override
  public int promise() {
    return Math.max(0, reach(capacity) - length);
  }

  /** Sees to it that there is memory up to {@code end}, or as far as the pool allows. */
  private int reach(int end) {
    if (end > promised) {
      int own = blocks(promised);
      int wanted = blocks(end);
      if (wanted > own) {
        own = pool.grant(own, wanted);
      }
      promised = Math.min(end, own * pool.blockBytes() - first);
    }
    return promised;
  }

  private int blocks(int end) {
    int size = pool.blockBytes();
    return (first + end + size - 1) / size;
  }

  @Override
  public int append(byte[] from, int at, int count) {
    int n = Math.min(count, Math.max(capacity, promised) - length);
    n = Math.min(n, reach(length + n) - length);
    if (n <= 0) {
      return 0;
    }
    put(length, from, at, n);
    length += n;
    return n;
  }

  @Override
  public void put(int offset, byte[] from, int at, int count) {
    if (count == 0) {
      return;
    }
    if (chain == null) {
      chain = pool.takeChain();
    }
    chain.write(first + offset, from, at, count);
    stored = Math.max(stored, offset + count);
  }

  @Override
  public void copy(int offset, byte[] to, int at, int count) {
    if (count > 0) {
      chain.read(first + offset, to, at, count);
    }
  }

  @Override
  public void consume(int count) {
    if (count == 0) {
      return;
    }
    int own = blocks(promised);
    first += count;
    length -= count;
    promised -= count;
    stored -= count;
    int size = pool.blockBytes();
    if (stored == 0) {
      drop();
    }
    while (first >= size) {
      chain.dropFirst();
      first -= size;
    }
    fit(own);
  }

  /** What the peer was promised it does not need any more: it has sent its last octet. */
  @Override
  public void seal() {
    int own = blocks(promised);
    capacity = 0;
    promised = length;
    fit(own);
  }

  @Override
  public void clear() {
    int own = blocks(promised);
    length = 0;
    promised = 0;
    stored = 0;
    capacity = initial;
    drop();
    fit(own);
  }

  private void drop() {
    first = 0;
    if (chain != null) {
      chain.drop();
      chain = null;
    }
  }

  /** Lets the pool have back what of {@code own} blocks lies beyond the promise. */
  private void fit(int own) {
    pool.settle(own, blocks(promised));
  }
}
