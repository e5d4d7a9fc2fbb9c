// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import dev.tulle.wire.Ipv4;

/**
 * What routers have told of paths that carry less than their first link: destinations with their
 * MTU, for ten minutes each. RFC 1191, RFC 8201.
 *
 * <p>A fixed table of sets under a keyed hash; in a full set the entry that was asked for least
 * recently makes room. An address is known by the 64 bits of its hash, so that both families share
 * the table. What is told only ever lowers an entry; only time raises it again.
 *
 * <p>A {@link Path} keeps the answer until anything in the table changes, so that asking for each
 * packet costs a comparison. Whoever calls {@link #lower} has checked that the message is about a
 * packet of ours.
 */
public final class PathMtu implements Part {
  private static final int WAYS = 4;

  /** RFC 1191 6.3 (SHOULD): a larger packet is tried ten minutes after the last decrease. */
  static final long EXPIRES_NS = 600_000_000_000L;

  /** RFC 791: no link carries less; what says so is broken or forged. */
  private static final int LEAST_LINK = 68;

  private static final int[] PLATEAUS = {
    32_000, 17_914, 8_166, 4_352, 2_002, 1_492, 1_006, 508, 296, LEAST_LINK
  };

  private final KeyedHash hash;
  private final Counters counters;
  private final long[] destinations;

  /** 0 where the entry is free. */
  private final int[] mtus;

  private final long[] expiresNs;

  /** The value of {@link #asked} when the entry was last asked for. */
  private final int[] askedAt;

  private int asked;
  private long deadlineNs = NEVER;

  /** Differs from what a path has seen once anything in the table has changed; never 0. */
  private int generation = 1;

  /**
   * @param sets a power of two; there are four entries in each
   */
  public PathMtu(int sets, KeyedHash hash, Counters counters) {
    this.hash = hash;
    this.counters = counters;
    int entries = sets * WAYS;
    destinations = new long[entries];
    mtus = new int[entries];
    expiresNs = new long[entries];
    askedAt = new int[entries];
  }

  /** The MTU that is known for a path, or {@code Integer.MAX_VALUE}. */
  int of(Path path) {
    if (path.mtuGeneration != generation) {
      path.mtuGeneration = generation;
      int i = find(destination(path));
      path.knownMtu = i < 0 ? Integer.MAX_VALUE : mtus[i];
    }
    return path.knownMtu;
  }

  /**
   * Takes in what a router told.
   *
   * @param told the next hop's MTU
   * @param length of the packet that was too big
   * @param least as far as one believes it
   * @return whether it can be true, though it may be known already
   */
  boolean lower(Path path, int told, int length, int least, long nowNs) {
    // RFC 1191 3 (MUST NOT): a message never raises, and one about what would have fitted is false.
    if (told < LEAST_LINK || told >= length) {
      counters.add(Counter.PMTU_IGNORED);
      return false;
    }
    int mtu = Math.max(told, least);
    if (mtu < of(path) && mtu < length) {
      put(destination(path), mtu, nowNs);
      counters.add(Counter.PMTU_LOWERED);
    }
    return true;
  }

  /**
   * A message "fragmentation needed" came about a packet for a transport.
   *
   * @param told the MTU of the next link; 0 from routers before RFC 1191
   * @param quote where the quoted IPv4 header is
   */
  void tooBig(Transport transport, Packet packet, int told, int quote, long nowNs) {
    int mtu = told == 0 ? plateau(Ipv4.totalLength(packet.bytes, quote)) : told;
    transport.tooBig(packet, mtu, nowNs);
  }

  private void put(long destination, int mtu, long nowNs) {
    int i = find(destination);
    if (i < 0) {
      i = place(destination);
    }
    destinations[i] = destination;
    mtus[i] = mtu;
    expiresNs[i] = nowNs + EXPIRES_NS;
    askedAt[i] = asked++;
    deadlineNs = Math.min(deadlineNs, expiresNs[i]);
    changed();
  }

  /** A free entry of the destination's set, or else the one that was not asked for longest. */
  private int place(long destination) {
    int from = set(destination);
    int oldest = from;
    for (int i = from; i < from + WAYS; i++) {
      if (mtus[i] == 0) {
        return i;
      }
      if (askedAt[i] - askedAt[oldest] < 0) {
        oldest = i;
      }
    }
    counters.add(Counter.PMTU_EVICTED);
    return oldest;
  }

  private int find(long destination) {
    int from = set(destination);
    for (int i = from; i < from + WAYS; i++) {
      if (mtus[i] != 0 && destinations[i] == destination) {
        askedAt[i] = asked++;
        return i;
      }
    }
    return -1;
  }

  private int set(long destination) {
    return ((int) destination & mtus.length / WAYS - 1) * WAYS;
  }

  private long destination(Path path) {
    path.addRemoteTo(hash.begin());
    return hash.end();
  }

  private void changed() {
    generation = generation == -1 ? 1 : generation + 1;
  }

  /** Forgets what is too old, so that larger packets are tried again. */
  @Override
  public long poll(long nowNs) {
    if (deadlineNs - nowNs > 0) {
      return deadlineNs;
    }
    deadlineNs = NEVER;
    for (int i = 0; i < mtus.length; i++) {
      if (mtus[i] != 0 && expiresNs[i] - nowNs <= 0) {
        mtus[i] = 0;
        changed();
      } else if (mtus[i] != 0) {
        deadlineNs = Math.min(deadlineNs, expiresNs[i]);
      }
    }
    return deadlineNs;
  }

  @Override
  public long deadlineNs() {
    return deadlineNs;
  }

  /**
   * What to assume where a router from before RFC 1191 tells no MTU: the next lower of those that
   * are common. RFC 1191 5, 7.1.
   *
   * @param length of the packet that was too big
   */
  static int plateau(int length) {
    int i = 0;
    while (i < PLATEAUS.length - 1 && PLATEAUS[i] >= length) {
      i++;
    }
    return PLATEAUS[i];
  }
}
