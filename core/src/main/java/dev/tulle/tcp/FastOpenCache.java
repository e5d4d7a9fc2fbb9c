// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.stack.KeyedHash;

/**
 * The Fast Open cookies that servers have given us, with the segment size that goes with them, and
 * who did not take data with a SYN. RFC 7413 4.1.3.
 *
 * <p>A table of fixed size; who was not used for the longest time makes room.
 */
public final class FastOpenCache {
  /** RFC 7413 4.1.1. */
  static final int MOST_COOKIE = 16;

  /** RFC 7413 4.1.3.1: how long nothing unusual is sent after failures in a row; it doubles. */
  private static final long DISTRUST_NS = 60_000_000_000L;

  /** The first may be a lost SYN as any other; as in Linux. */
  private static final int TOLERATED = 1;

  private static final int MOST_DOUBLINGS = 6;
  private static final int NONE = -1;

  private final KeyedHash hash;
  private final long[] peers;
  private final long[] usedNs;
  private final long[] distrustedUntilNs;
  private final int[] failures;
  private final int[] mss;
  private final int[] sizes;
  private final byte[] cookies;
  private int count;

  /**
   * @param size servers that are remembered
   * @param hash for the pairs of addresses
   */
  public FastOpenCache(int size, KeyedHash hash) {
    this.hash = hash;
    peers = new long[size];
    usedNs = new long[size];
    distrustedUntilNs = new long[size];
    failures = new int[size];
    mss = new int[size];
    sizes = new int[size];
    cookies = new byte[size * MOST_COOKIE];
  }

  /** The entry for a connection's addresses, or −1. */
  int find(Connection c) {
    long peer = peer(c);
    for (int i = 0; i < count; i++) {
      if (peers[i] == peer) {
        return i;
      }
    }
    return NONE;
  }

  private long peer(Connection c) {
    c.path.addTo(hash.begin());
    return hash.end();
  }

  /** Whether anything unusual may be sent to a peer. */
  boolean trusted(int entry, long nowNs) {
    return entry == NONE || failures[entry] <= TOLERATED || distrustedUntilNs[entry] - nowNs <= 0;
  }

  /** Octets of the cookie; 0 where there is none. */
  int cookieSize(int entry) {
    return entry == NONE ? 0 : sizes[entry];
  }

  void copyCookie(int entry, byte[] to, int at) {
    if (entry != NONE) {
      System.arraycopy(cookies, entry * MOST_COOKIE, to, at, sizes[entry]);
    }
  }

  /** The segment size that the peer has offered with the cookie. */
  int mss(int entry) {
    return mss[entry];
  }

  /** Takes the cookie of a SYN-ACK. */
  void put(Connection c, Segment synAck, int at, int size, long nowNs) {
    int entry = enter(c, nowNs);
    System.arraycopy(synAck.bytes, at, cookies, entry * MOST_COOKIE, size);
    sizes[entry] = size;
    mss[entry] = synAck.mss == 0 ? Sender.DEFAULT_MSS : synAck.mss;
    failures[entry] = 0;
  }

  /** Data that went with a SYN was taken. */
  void succeeded(int entry) {
    if (entry != NONE) {
      failures[entry] = 0;
    }
  }

  /** A SYN with the option was not answered, or its data was not taken. */
  void failed(Connection c, long nowNs) {
    int entry = enter(c, nowNs);
    int more = failures[entry]++ - TOLERATED;
    distrustedUntilNs[entry] = nowNs + (DISTRUST_NS << Math.max(0, Math.min(more, MOST_DOUBLINGS)));
  }

  private int enter(Connection c, long nowNs) {
    int entry = find(c);
    if (entry == NONE) {
      entry = count < peers.length ? count++ : oldest();
      peers[entry] = peer(c);
      failures[entry] = 0;
      sizes[entry] = 0;
      mss[entry] = Sender.DEFAULT_MSS;
    }
    usedNs[entry] = nowNs;
    return entry;
  }

  private int oldest() {
    int oldest = 0;
    for (int i = 1; i < count; i++) {
      if (usedNs[i] - usedNs[oldest] < 0) {
        oldest = i;
      }
    }
    return oldest;
  }
}
