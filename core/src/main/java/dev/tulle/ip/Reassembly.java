// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Interface;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import dev.tulle.wire.Bytes;

/**
 * Puts fragments together again, of either family, as {@link Ipv4Fragments} and {@link
 * Ipv6Fragments} bring them.
 *
 * <p>Octets are copied into blocks of a fixed memory, at their place; a datagram takes a block only
 * where something of it has come. Of what has come a datagram remembers a few ranges, as RFC 815
 * remembers holes. When nothing is missing, the whole is copied once more into the one packet that
 * is long enough, and goes up from there as any other packet does.
 *
 * <p>One policy for all that does not fit together: the whole datagram is given up, and what still
 * comes of it is dropped until its time is over (RFC 5722 3 (MUST), RFC 8200 4.5, here for IPv4
 * too). Only a fragment that repeats what is there, octet by octet, is ignored.
 *
 * <p>A fixed number of datagrams and blocks; half of either for one source. What has waited longest
 * makes room. A datagram is known by the interface and the 64 bits of a keyed hash of its addresses
 * and identification. Source: RFC 791 3.2, RFC 815, RFC 1122 3.3.2.
 */
public final class Reassembly implements Part {
  /** Octets that a datagram takes at a time. */
  static final int BLOCK_BYTES = 4096;

  private static final int BLOCK_SHIFT = 12;

  /** For 65,535 octets. */
  static final int MOST_BLOCKS = 16;

  /** RFC 1122 3.3.2 (SHOULD): between 60 and 120 s, RFC 8200 4.5: 60 s. Linux waits 30 s. */
  static final long WAIT_NS = 60_000_000_000L;

  // What is done to octets of a datagram.
  private static final int STORE = 0;
  private static final int COMPARE = 1;
  private static final int FETCH = 2;

  /** The network layer that a fragment came through: it hears of its end. */
  public interface Layer {
    /**
     * A datagram's time has run out after its fragment zero had come.
     *
     * @param first what came with fragment zero, its header as it came; stays the caller's
     * @param from where it came in
     */
    void expired(Packet first, Interface from, long nowNs);
  }

  /** What names a datagram goes through this; see {@link #add}. */
  final KeyedHash hash;

  final Counters counters;
  private final Partial[] partials;
  private final byte[][] blocks;
  private int freeBlocks;
  private final Packet whole = new Packet(Packet.HEADROOM + MOST_BLOCKS * BLOCK_BYTES);
  private long deadlineNs = NEVER;

  /**
   * @param datagrams of which fragments may have come at a time; 2 at least
   * @param blocks of 4,096 octets for them; 32 at least, so that one source may fill a datagram
   */
  public Reassembly(int datagrams, int blocks, KeyedHash hash, Counters counters) {
    this.hash = hash;
    this.counters = counters;
    partials = new Partial[datagrams];
    for (int i = 0; i < datagrams; i++) {
      partials[i] = new Partial();
    }
    this.blocks = new byte[blocks][];
    for (int i = 0; i < blocks; i++) {
      this.blocks[i] = new byte[BLOCK_BYTES];
    }
    freeBlocks = blocks;
  }

  /** How many datagrams are known, those that were given up included. */
  public int datagrams() {
    int n = 0;
    for (int i = 0; i < partials.length; i++) {
      n += partials[i].state == Partial.FREE ? 0 : 1;
    }
    return n;
  }

  /** Octets of memory that fragments take now. */
  public int usedBytes() {
    return (blocks.length - freeBlocks) * BLOCK_BYTES;
  }

  /**
   * Takes in a fragment, whose header has been checked.
   *
   * <p>{@code [head, end)} is the fragment's part of the datagram, {@code [network, head)} the
   * header that the whole will have if this is fragment zero.
   *
   * @param most octets that the whole can have after its header
   * @param source who sent it, or a keyed hash of that
   * @param key a keyed hash of all that names the datagram
   * @return the whole, if nothing is missing any more: {@code network} and {@code head} as above,
   *     the header as it came with fragment zero; valid until the next call. Otherwise null.
   */
  Packet add(
      Packet fragment,
      Interface from,
      Layer layer,
      int offset,
      boolean more,
      int most,
      long source,
      long key,
      long nowNs) {
    int length = fragment.length();
    if (length == 0 || more && (length & 7) != 0) {
      counters.add(Counter.FRAG_BADLEN);
      return null;
    }
    Partial p = find(from, key);
    if (p == null) {
      p = begin(from, source, key, nowNs);
      p.layer = layer;
    }
    int reason = p.state == Partial.ABANDONED ? Counter.FRAG_LATE : -1;
    if (reason < 0) {
      reason = length > most - offset ? Counter.FRAG_TOOBIG : place(p, fragment, offset, more);
      if (reason >= 0 && reason != Counter.FRAG_DUPLICATE) {
        free(p);
        p.state = Partial.ABANDONED;
      }
    }
    if (reason >= 0) {
      counters.add(reason);
      return null;
    }
    p.group |= fragment.group;
    p.interfaceNumber = fragment.interfaceNumber;
    p.marks |= 1 << (fragment.trafficClass & 3);
    if (offset == 0) {
      p.headerBytes = Math.min(fragment.head - fragment.network, p.header.length);
      p.firstEnd = length;
      System.arraycopy(fragment.bytes, fragment.network, p.header, 0, p.headerBytes);
    }
    return p.held == p.total ? complete(p) : null;
  }

  @SuppressWarnings("ReferenceEquality") // there is one object for each interface
  private Partial find(Interface from, long key) {
    for (int i = 0; i < partials.length; i++) {
      Partial p = partials[i];
      if (p.state != Partial.FREE && p.key == key && p.from == from) {
        return p;
      }
    }
    return null;
  }

  /** A free entry for a datagram; the oldest one's where there is none, or too many of a source. */
  private Partial begin(Interface from, long source, long key, long nowNs) {
    int own = 0;
    Partial free = null;
    for (int i = 0; i < partials.length; i++) {
      if (partials[i].state == Partial.FREE) {
        free = partials[i];
      } else if (partials[i].source == source) {
        own++;
      }
    }
    if (own >= partials.length / 2) {
      free = evict(null, true, source);
    } else if (free == null) {
      free = evict(null, false, source);
    }
    free.begin(from, source, key);
    free.deadlineNs = nowNs + WAIT_NS;
    deadlineNs = Math.min(deadlineNs, free.deadlineNs);
    return free;
  }

  /** Drops the oldest datagram other than {@code but}, of one source or of any. */
  private Partial evict(Partial but, boolean ofSource, long source) {
    Partial oldest = null;
    for (int i = 0; i < partials.length; i++) {
      Partial p = partials[i];
      if (p != but
          && (but == null || p.blockCount > 0)
          && p.state != Partial.FREE
          && (!ofSource || p.source == source)
          && (oldest == null || p.deadlineNs < oldest.deadlineNs)) {
        oldest = p;
      }
    }
    counters.add(ofSource ? Counter.FRAG_SOURCE_LIMIT : Counter.FRAG_EVICTED);
    free(oldest);
    return oldest;
  }

  /** Puts a fragment to its place; answers the counter of why its datagram is given up, or -1. */
  private int place(Partial p, Packet fragment, int offset, boolean more) {
    int length = fragment.length();
    int end = offset + length;
    boolean fits = p.fits(end, more);
    int i = p.overlapping(offset, end);
    if (i >= 0) {
      return fits
              && offset >= p.starts[i]
              && end <= p.ends[i]
              && (more || p.total >= 0)
              && move(COMPARE, p, offset, fragment.bytes, fragment.head, length)
          ? Counter.FRAG_DUPLICATE
          : Counter.FRAG_OVERLAP;
    }
    if (!fits) {
      return Counter.FRAG_CONTRADICTION;
    }
    if (!p.add(offset, end)) {
      return Counter.FRAG_GAPS;
    }
    if (!more) {
      p.total = end;
    }
    p.held += length;
    move(STORE, p, offset, fragment.bytes, fragment.head, length);
    return -1;
  }

  /** Stores, compares or fetches octets; false where compared ones differ. */
  private boolean move(int what, Partial p, int offset, byte[] b, int at, int length) {
    while (length > 0) {
      int i = offset >> BLOCK_SHIFT;
      int within = offset & BLOCK_BYTES - 1;
      int n = Math.min(length, BLOCK_BYTES - within);
      if (what == FETCH) {
        System.arraycopy(p.blocks[i], within, b, at, n);
      } else if (what == STORE) {
        if (p.blocks[i] == null) {
          p.blocks[i] = block(p);
        }
        System.arraycopy(b, at, p.blocks[i], within, n);
      } else if (!Bytes.equal(p.blocks[i], within, b, at, n)) {
        return false;
      }
      offset += n;
      at += n;
      length -= n;
    }
    return true;
  }

  /** A block for a datagram, which has fewer than its source may have. */
  private byte[] block(Partial p) {
    int own = 0;
    for (int i = 0; i < partials.length; i++) {
      own += partials[i].source == p.source ? partials[i].blockCount : 0;
    }
    if (own >= blocks.length / 2) {
      evict(p, true, p.source);
    } else if (freeBlocks == 0) {
      evict(p, false, 0);
    }
    p.blockCount++;
    return blocks[--freeBlocks];
  }

  /** Forgets a datagram and takes its blocks back. */
  private void free(Partial p) {
    for (int i = 0; i < MOST_BLOCKS; i++) {
      if (p.blocks[i] != null) {
        blocks[freeBlocks++] = p.blocks[i];
        p.blocks[i] = null;
      }
    }
    p.blockCount = 0;
    p.state = Partial.FREE;
  }

  private Packet complete(Partial p) {
    gather(p, p.total);
    // RFC 3168 5.3: one mark marks all, but not where a fragment said that it must not be marked.
    boolean marked = (p.marks & 1 << 3) != 0;
    boolean unmarkable = (p.marks & 1) != 0;
    free(p);
    if (marked && unmarkable) {
      counters.add(Counter.FRAG_CONTRADICTION);
      return null;
    }
    whole.trafficClass = marked ? 3 : 0;
    counters.add(Counter.FRAG_REASSEMBLED);
    return whole;
  }

  /** Copies the header and the first octets into the long packet. */
  private void gather(Partial p, int length) {
    whole.clear(Packet.HEADROOM);
    whole.network = whole.head - p.headerBytes;
    whole.transport = whole.head;
    whole.end = whole.head + length;
    whole.group = p.group;
    whole.interfaceNumber = p.interfaceNumber;
    System.arraycopy(p.header, 0, whole.bytes, whole.network, p.headerBytes);
    move(FETCH, p, 0, whole.bytes, whole.head, length);
  }

  @Override
  public long poll(long nowNs) {
    if (deadlineNs - nowNs > 0) {
      return deadlineNs;
    }
    deadlineNs = NEVER;
    for (int i = 0; i < partials.length; i++) {
      Partial p = partials[i];
      if (p.state != Partial.FREE && p.deadlineNs - nowNs > 0) {
        deadlineNs = Math.min(deadlineNs, p.deadlineNs);
      } else if (p.state != Partial.FREE) {
        expire(p, nowNs);
      }
    }
    return deadlineNs;
  }

  private void expire(Partial p, long nowNs) {
    boolean collecting = p.state == Partial.COLLECTING;
    // RFC 1122 3.3.2 (MUST): a message only if fragment zero has come. RFC 8200 4.5 alike.
    boolean tell = collecting && p.headerBytes > 0;
    if (tell) {
      gather(p, p.firstEnd);
    }
    free(p);
    if (collecting) {
      counters.add(Counter.FRAG_TIMEOUT);
    }
    if (tell) {
      p.layer.expired(whole, p.from, nowNs);
    }
  }

  @Override
  public long deadlineNs() {
    return deadlineNs;
  }
}
