// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.stack;

/**
 * SipHash-2-4 with a key of its own: the source of everything that a stranger must not predict.
 *
 * <p>Sequence numbers, ports, identifiers, cookies and hash tables each have an instance, so that
 * what one reveals says nothing about another. Use: {@link #begin}, {@link #add} for each 64-bit
 * word, {@link #end}. Source: Aumasson and Bernstein, SipHash: a fast short-input PRF, 2012.
 */
public final class KeyedHash {
  private final long key0;
  private final long key1;
  private long v0;
  private long v1;
  private long v2;
  private long v3;
  private int words;
  private long drawn;

  public KeyedHash(Entropy entropy) {
    this(entropy.next(), entropy.next());
  }

  /** A hash with a known key, for test vectors. */
  public KeyedHash(long key0, long key1) {
    this.key0 = key0;
    this.key1 = key1;
  }

  public KeyedHash begin() {
    v0 = key0 ^ 0x736f6d6570736575L;
    v1 = key1 ^ 0x646f72616e646f6dL;
    v2 = key0 ^ 0x6c7967656e657261L;
    v3 = key1 ^ 0x7465646279746573L;
    words = 0;
    return this;
  }

  public KeyedHash add(long word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
    words++;
    return this;
  }

  /** The hash of the words added since {@link #begin}. */
  public long end() {
    add((long) words << 59); // the input's length in octets, modulo 256, in the highest octet
    v2 ^= 0xFF;
    round();
    round();
    round();
    round();
    return v0 ^ v1 ^ v2 ^ v3;
  }

  /** The hash of one word, its lower half. */
  public int of(long word) {
    return (int) begin().add(word).end();
  }

  /** The next number of a keyed sequence that nobody without the key can continue. */
  public int draw() {
    return of(drawn++);
  }

  private void round() {
    v0 += v1;
    v1 = Long.rotateLeft(v1, 13) ^ v0;
    v0 = Long.rotateLeft(v0, 32);
    v2 += v3;
    v3 = Long.rotateLeft(v3, 16) ^ v2;
    v0 += v3;
    v3 = Long.rotateLeft(v3, 21) ^ v0;
    v2 += v1;
    v1 = Long.rotateLeft(v1, 17) ^ v2;
    v2 = Long.rotateLeft(v2, 32);
  }
}
