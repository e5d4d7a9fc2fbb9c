// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.buffer;

/**
 * A ring of octets with a fixed capacity: what one side appended and the other has not consumed.
 *
 * <p>Besides appending and consuming it gives access by offset from the first octet held, which is
 * how a TCP sender reads data again and a receiver stores what came out of order beyond the end.
 * Offsets and lengths are the caller's to check; {@code Build.CHECKS} is not needed because the
 * array itself refuses what lies outside.
 */
public class ByteRing {
  private final byte[] bytes;

  /** Where the first octet held lies, and how many are held. */
  int first;

  int length;

  public ByteRing(int capacity) {
    this(new byte[capacity]);
  }

  /** A ring over this array; one that has its octets elsewhere has none. */
  ByteRing(byte[] bytes) {
    this.bytes = bytes;
  }

  public int capacity() {
    return bytes.length;
  }

  /** Changes the capacity, where that can be changed; what is held and promised stays. */
  public void capacity(int octets) {}

  /** Octets held. */
  public int length() {
    return length;
  }

  /** Octets that can still be appended. */
  public int free() {
    return bytes.length - length;
  }

  /**
   * Octets that can still be stored, and from now on surely: what a receiver may promise its peer.
   */
  public int promise() {
    return free();
  }

  /** No octets will be stored beyond those held: promises are void. */
  public void seal() {}

  public void clear() {
    first = 0;
    length = 0;
  }

  /** Appends as much as fits and answers how much that was. */
  public int append(byte[] from, int at, int count) {
    int n = Math.min(count, bytes.length - length);
    put(length, from, at, n);
    length += n;
    return n;
  }

  /** Stores octets at an offset from the first, which may lie beyond the end, within capacity. */
  public void put(int offset, byte[] from, int at, int count) {
    int start = index(offset);
    int piece = Math.min(count, bytes.length - start);
    System.arraycopy(from, at, bytes, start, piece);
    if (piece < count) {
      System.arraycopy(from, at + piece, bytes, 0, count - piece);
    }
  }

  /** Makes octets that {@link #put} stored at the end part of what is held. */
  public void extend(int count) {
    length += count;
  }

  /** Copies octets at an offset from the first without consuming them. */
  public void copy(int offset, byte[] to, int at, int count) {
    int start = index(offset);
    int piece = Math.min(count, bytes.length - start);
    System.arraycopy(bytes, start, to, at, piece);
    if (piece < count) {
      System.arraycopy(bytes, 0, to, at + piece, count - piece);
    }
  }

  /** Forgets the first octets. */
  public void consume(int count) {
    first = index(count);
    length -= count;
  }

  private int index(int offset) {
    int i = first + offset;
    return i >= bytes.length ? i - bytes.length : i;
  }
}
