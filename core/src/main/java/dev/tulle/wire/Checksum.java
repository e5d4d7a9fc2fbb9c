// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.wire;

/**
 * The Internet checksum: the one's complement of the one's-complement sum of 16-bit words.
 *
 * <p>Partial sums are ints of 16 bits; add them, then {@link #finish}. RFC 1071, RFC 1624.
 */
public final class Checksum {
  private Checksum() {}

  /** Folds a sum with carries above bit 15 to 16 bits. */
  public static int fold(long sum) {
    int s = (int) (sum >>> 32) + (int) (sum >>> 16 & 0xFFFF) + (int) (sum & 0xFFFF);
    s = (s >>> 16) + (s & 0xFFFF);
    return (s >>> 16) + (s & 0xFFFF);
  }

  /** The checksum field for a partial sum. */
  public static int finish(int sum) {
    int s = (sum >>> 16) + (sum & 0xFFFF);
    s = (s >>> 16) + (s & 0xFFFF);
    return ~s & 0xFFFF;
  }

  /**
   * The checksum field after words that it covers have changed, without summing them all again.
   *
   * @param change the sum of {@link #change} of each word
   */
  public static int update(int field, int change) {
    // RFC 1624 3 (eqn. 3): HC' = ~(~HC + ~m + m')
    return finish((~field & 0xFFFF) + change);
  }

  /** What a 32-bit word's change adds to a sum: ~m + m'. RFC 1624 3. */
  public static int change(int before, int after) {
    return (~before >>> 16) + (~before & 0xFFFF) + (after >>> 16) + (after & 0xFFFF);
  }

  /** The checksum of a range whose checksum field is zero, or 0 where the field is right. */
  public static int of(byte[] b, int at, int length) {
    return finish(Bytes.sum(b, at, length));
  }
}
