// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.host;

import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Dns;

/**
 * Answers that were heard, for as long as they may be kept; the one that was used least recently
 * makes room. That there is no such name is kept as well (RFC 2308).
 */
final class NameCache {
  /** An answer and what it is the answer to. */
  private static final class Entry {
    final byte[] name = new byte[Dns.NAME];
    final Answer answer = new Answer();
    int octets;
    int type;
    long untilNs;
    int used;
  }

  private final Entry[] entries;
  private final Counters counters;
  private int uses;

  NameCache(int size, Counters counters) {
    entries = new Entry[size];
    for (int i = 0; i < size; i++) {
      entries[i] = new Entry();
    }
    this.counters = counters;
  }

  /** What is known about a name at this time; null where nothing is. */
  Answer find(byte[] name, int octets, int type, long nowNs) {
    Entry entry = entry(name, octets, type);
    if (entry == null || entry.untilNs - nowNs <= 0) {
      return null;
    }
    entry.used = ++uses;
    return entry.answer;
  }

  /** Keeps an answer for some seconds. */
  void put(byte[] name, int octets, int type, Answer answer, int seconds, long nowNs) {
    if (seconds <= 0) {
      return; // RFC 1035 3.2.1: for the one who asked alone
    }
    Entry entry = entry(name, octets, type);
    if (entry == null) {
      entry = entries[0];
      for (int i = 1; i < entries.length; i++) {
        if (before(entries[i], entry, nowNs)) {
          entry = entries[i];
        }
      }
      if (entry.untilNs - nowNs > 0) {
        counters.add(Counter.DNS_EVICTED);
      }
    }
    System.arraycopy(name, 0, entry.name, 0, octets);
    entry.octets = octets;
    entry.type = type;
    entry.answer.copy(answer);
    entry.untilNs = nowNs + seconds * 1_000_000_000L;
    entry.used = ++uses;
  }

  /** Whether an entry makes room before another: what is over first, then what was used first. */
  private static boolean before(Entry entry, Entry other, long nowNs) {
    boolean over = entry.untilNs - nowNs <= 0;
    return over != other.untilNs - nowNs <= 0 ? over : entry.used - other.used < 0;
  }

  private Entry entry(byte[] name, int octets, int type) {
    for (int i = 0; i < entries.length; i++) {
      Entry entry = entries[i];
      if (entry.octets == octets
          && entry.type == type
          && Bytes.equal(entry.name, 0, name, 0, octets)) {
        return entry;
      }
    }
    return null;
  }
}
