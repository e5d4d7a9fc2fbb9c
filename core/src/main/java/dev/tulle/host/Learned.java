// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.host;

import dev.tulle.wire.Bytes;

/**
 * A bounded list of what several sources say, each for a time: who counts more comes first, and of
 * one source who was named first.
 */
final class Learned {
  private final byte[] octets;
  private final int[] ends;
  private final int[] sources;
  private final long[] untilNs;
  private int count;

  /**
   * @param items that are kept at most
   * @param octets of all of them together
   */
  Learned(int items, int octets) {
    this.octets = new byte[octets];
    ends = new int[items];
    sources = new int[items];
    untilNs = new long[items];
  }

  int count() {
    return count;
  }

  /** The octets of all items, each from {@link #from} to where the next one begins. */
  byte[] octets() {
    return octets;
  }

  /** Where an item begins; of the number behind the last, where that ends. */
  int from(int item) {
    return item == 0 ? 0 : ends[item - 1];
  }

  /**
   * Adds an item, or says anew until when it is good; what counts less makes room.
   *
   * @param source the lower, the more it counts
   * @param most items that one source can have
   * @return false where there is no room
   */
  boolean put(byte[] b, int at, int length, int source, int most, long until, long nowNs) {
    int place = 0;
    int mine = 0;
    for (int i = 0; i < count && sources[i] <= source; i++) {
      if (sources[i] == source) {
        int from = from(i);
        if (ends[i] - from == length && Bytes.equal(octets, from, b, at, length)) {
          untilNs[i] = until;
          return true;
        }
        mine++;
      }
      place = i + 1;
    }
    if (until - nowNs <= 0) {
      return true;
    }
    while (count > place && full(length)) {
      count--;
    }
    if (mine == most || full(length)) {
      return false;
    }
    int from = from(place);
    System.arraycopy(octets, from, octets, from + length, from(count) - from);
    System.arraycopy(b, at, octets, from, length);
    for (int i = count++; i > place; i--) {
      ends[i] = ends[i - 1] + length;
      sources[i] = sources[i - 1];
      untilNs[i] = untilNs[i - 1];
    }
    ends[place] = from + length;
    sources[place] = source;
    untilNs[place] = until;
    return true;
  }

  private boolean full(int length) {
    return count == ends.length || length > octets.length - from(count);
  }

  /** Forgets what a source has said, and what is over. */
  void drop(int source, long nowNs) {
    int kept = 0;
    int used = 0;
    int from = 0;
    for (int i = 0; i < count; i++) {
      int end = ends[i];
      if (sources[i] != source && untilNs[i] - nowNs > 0) {
        System.arraycopy(octets, from, octets, used, end - from);
        used += end - from;
        ends[kept] = used;
        sources[kept] = sources[i];
        untilNs[kept] = untilNs[i];
        kept++;
      }
      from = end;
    }
    count = kept;
  }
}
