// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.link;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Part;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Checksum;
import dev.tulle.wire.Ethernet;
import dev.tulle.wire.Ipv4;

/**
 * One direction of an {@link Impairment}: decides each frame's fate and keeps it until it is due.
 *
 * <p>The store is a binary heap of slots, ordered by due time and then by arrival. Everything is
 * integer arithmetic on nanoseconds and parts per million, so every platform decides alike.
 */
final class ImpairedLane {
  private static final int MILLION = 1_000_000;
  private static final long LEAST_HOLD_NS = 1_000_000L;
  private static final int DEFAULT_QUEUE_FRAMES = 100;
  private static final int ETHERNET_HEADER = 14;
  private static final int ETHERTYPE_ARP = 0x0806;

  /** Of an IPv4 header's first two octets: the field for congestion marks. RFC 3168 5. */
  private static final int CONGESTION = 3;

  private static final int CHECKSUM = 10;

  long lost;
  long overflowed;
  long disturbed;
  long marked;

  private final ImpairmentSettings settings;
  private final int frameBytes;
  private final byte[] bytes;
  private final int[] lengths;
  private final long[] dueNs;
  private final long[] order;

  /** The first {@link #waiting} entries are a heap of slots; the others are free slots. */
  private final int[] heap;

  private int waiting;
  private long arrivals;
  private long random;
  private boolean inBurst;
  private long departureNs;
  private long lastDueNs;

  ImpairedLane(ImpairmentSettings settings, long seed, int frames, int frameBytes) {
    this.settings = settings;
    this.frameBytes = frameBytes;
    bytes = new byte[frames * frameBytes];
    lengths = new int[frames];
    dueNs = new long[frames];
    order = new long[frames];
    heap = new int[frames];
    for (int i = 0; i < frames; i++) {
      heap[i] = i;
    }
    random = seed;
  }

  int waiting() {
    return waiting;
  }

  long deadlineNs() {
    return waiting == 0 ? Part.NEVER : dueNs[heap[0]];
  }

  /** Takes a frame in, or loses it. */
  void admit(Packet packet, long nowNs) {
    boolean large = settings.mtu != 0 && packet.length() - ETHERNET_HEADER > settings.mtu;
    if (large || lose()) {
      lost++;
      return;
    }
    int flip = -1;
    int bits = packet.length() - ETHERNET_HEADER;
    if (settings.corruptPpm != 0 && bits > 0 && happens(settings.corruptPpm)) {
      if (Bytes.u16(packet.bytes, packet.head + 12) == ETHERTYPE_ARP) {
        lost++;
        return;
      }
      flip = ETHERNET_HEADER * 8 + below(bits * 8);
      disturbed++;
    }
    if (settings.markPpm != 0 && happens(settings.markPpm)) {
      mark(packet);
    }
    store(packet, flip, nowNs);
    if (settings.duplicatePpm != 0 && happens(settings.duplicatePpm)) {
      disturbed++;
      store(packet, flip, nowNs);
    }
  }

  /** Copies the next frame that is due into the packet: its length, or 0 where none is. */
  int take(Packet packet, long nowNs) {
    if (waiting == 0 || dueNs[heap[0]] - nowNs > 0) {
      return 0;
    }
    int slot = heap[0];
    int length = Math.min(lengths[slot], packet.bytes.length - packet.head);
    System.arraycopy(bytes, slot * frameBytes, packet.bytes, packet.head, length);
    packet.end = packet.head + length;
    waiting--;
    heap[0] = heap[waiting];
    heap[waiting] = slot;
    sink();
    return length;
  }

  private boolean lose() {
    if (settings.lossPpm == 0) {
      return false;
    }
    if (settings.burstFrames == 0) {
      return happens(settings.lossPpm);
    }
    // Gilbert: leaving a burst has the chance 1 / mean length; entering one has the chance that
    // makes the long-term share of lost frames equal to lossPpm.
    if (inBurst) {
      inBurst = below(settings.burstFrames) != 0;
    } else {
      long good = Math.max(1L, (long) (MILLION - settings.lossPpm) * settings.burstFrames);
      inBurst = happens((int) Math.min(MILLION, (long) settings.lossPpm * MILLION / good));
    }
    return inBurst;
  }

  /**
   * Marks an IPv4 packet that says that it may be marked, and keeps its checksum right or wrong.
   */
  private void mark(Packet packet) {
    byte[] b = packet.bytes;
    int ip = packet.head + ETHERNET_HEADER;
    if (packet.length() < ETHERNET_HEADER + Ipv4.HEADER
        || Ethernet.type(b, packet.head) != Ethernet.TYPE_IPV4) {
      return;
    }
    int before = Bytes.u16(b, ip);
    int field = before & CONGESTION;
    if (field != 0 && field != CONGESTION) {
      Bytes.put16(b, ip, before | CONGESTION);
      int sum = Bytes.u16(b, ip + CHECKSUM) ^ 0xFFFF;
      // RFC 1624 3: the new checksum from the old one and the word that changed.
      sum += (before ^ 0xFFFF) + (before | CONGESTION);
      Bytes.put16(b, ip + CHECKSUM, Checksum.finish(sum));
      marked++;
    }
  }

  private void store(Packet packet, int flip, long nowNs) {
    int length = packet.length();
    if (waiting == heap.length || !reserveRate(length, nowNs)) {
      overflowed++;
      return;
    }
    int slot = heap[waiting];
    System.arraycopy(packet.bytes, packet.head, bytes, slot * frameBytes, length);
    lengths[slot] = length;
    if (flip >= 0) {
      int at = slot * frameBytes + (flip >> 3);
      Bytes.put8(bytes, at, Bytes.u8(bytes, at) ^ 1 << (flip & 7));
    }
    dueNs[slot] = due(settings.rateBits == 0 ? nowNs : departureNs);
    order[slot] = arrivals++;
    rise(waiting++);
  }

  /** Moves the end of the queue by this frame's time on the wire; false where the queue is full. */
  private boolean reserveRate(int length, long nowNs) {
    long rate = settings.rateBits;
    if (rate == 0) {
      return true;
    }
    if (departureNs - nowNs < 0) {
      departureNs = nowNs;
    }
    int queue = settings.queueFrames == 0 ? DEFAULT_QUEUE_FRAMES : settings.queueFrames;
    long queueNs = wireNs((long) queue * frameBytes, rate);
    long frameNs = wireNs(length, rate);
    if (departureNs - nowNs + frameNs > queueNs) {
      return false;
    }
    departureNs += frameNs;
    return true;
  }

  /** Nanoseconds for octets at bits a second; octets stay below 2^30, so nothing overflows. */
  private static long wireNs(long octets, long rate) {
    return octets * 8 * 1_000_000_000L / rate;
  }

  private long due(long departsNs) {
    long due = departsNs + settings.delayNs;
    if (settings.jitterNs != 0) {
      due += below(settings.jitterNs * 2 + 1) - settings.jitterNs;
    }
    if (due - departsNs < 0) {
      due = departsNs;
    }
    if (settings.reorderPpm != 0 && happens(settings.reorderPpm)) {
      disturbed++;
      return Math.max(due, lastDueNs)
          + 1
          + below(Math.max(settings.delayNs / 2, LEAST_HOLD_NS)); // later frames pass it
    }
    if (due - lastDueNs < 0) {
      due = lastDueNs;
    }
    lastDueNs = due;
    return due;
  }

  private boolean happens(int ppm) {
    return below(MILLION) < ppm;
  }

  private int below(int bound) {
    return (int) ((next() >>> 32) * bound >>> 32);
  }

  private long below(long bound) {
    return (next() >>> 1) % bound;
  }

  /** SplitMix64. Source: Steele, Lea and Flood, Fast splittable pseudorandom generators, 2014. */
  private long next() {
    random += 0x9E3779B97F4A7C15L;
    long z = random;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }

  private boolean earlier(int a, int b) {
    long difference = dueNs[a] - dueNs[b];
    return difference < 0 || difference == 0 && order[a] < order[b];
  }

  private void rise(int from) {
    int i = from;
    int slot = heap[i];
    while (i > 0) {
      int parent = (i - 1) >> 1;
      if (!earlier(slot, heap[parent])) {
        break;
      }
      heap[i] = heap[parent];
      i = parent;
    }
    heap[i] = slot;
  }

  private void sink() {
    int i = 0;
    int slot = heap[0];
    while (2 * i + 1 < waiting) {
      int child = 2 * i + 1;
      if (child + 1 < waiting && earlier(heap[child + 1], heap[child])) {
        child++;
      }
      if (!earlier(heap[child], slot)) {
        break;
      }
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = slot;
  }
}
