// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.host;

import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Dns;

/**
 * What is asked of all hosts on the link, and all that they have answered and is still true: {@link
 * Mdns#ask} opens one, {@link #close} gives it back.
 *
 * <p>It is the whole cache as well: of what nobody has asked for nothing is kept. Source: RFC 6762
 * 5.2, 7.1, 10.
 */
public final class MdnsQuestion {
  private static final long SECOND_NS = 1_000_000_000L;

  /** Answers to one question that are kept; more are left out. */
  private static final int MOST = 16;

  /** RFC 6762 5.2: an hour at most between two questions. */
  private static final long MOST_INTERVAL_NS = 3600 * SECOND_NS;

  /** RFC 6762 5.2: a record is asked for again at 80, 85, 90 and 95 per cent of its life. */
  private static final int REFRESHES = 4;

  /** RFC 6762 10 says 75 minutes for most; what is more than a day gains nobody anything. */
  private static final int MOST_TTL_S = 86_400;

  /** An answer. */
  private static final class Entry {
    int type;
    int octets;
    final byte[] data = new byte[MdnsRecords.DATA];
    int ttlS;
    long heardNs;
    long untilNs;

    /** How often it was asked for again, and when that is due. */
    int refreshes;

    long refreshNs;
  }

  boolean open;

  /** The resolver's question that this is for, as long as that says so; null where it is none's. */
  Question user;

  final byte[] name = new byte[Dns.NAME];
  int nameOctets;
  int type;
  private final Entry[] entries = new Entry[MOST];
  private int count;
  private int changes;
  private boolean none;

  /** Whether it goes on when there is an answer. */
  private boolean keeps;

  private long nextNs;
  private long intervalNs;

  /** Whether it was asked at all: the first question wants its answers by unicast. */
  private boolean asked;

  MdnsQuestion() {
    for (int i = 0; i < MOST; i++) {
      entries[i] = new Entry();
    }
  }

  /** How many answers there are now. */
  public int count() {
    return count;
  }

  /** How often answers came or went: differs where there is news. */
  public int changes() {
    return changes;
  }

  /** Whether who has the name says that it has nothing of this type. */
  public boolean none() {
    return none && count == 0;
  }

  /** The type of an answer, from 0 up; the question's, unless that was for any. */
  public int type(int index) {
    return entries[index].type;
  }

  /** The data of an answer, {@link #octets} of it; names in it are whole. */
  public byte[] data(int index) {
    return entries[index].data;
  }

  public int octets(int index) {
    return entries[index].octets;
  }

  /** Asks no more, and forgets what was answered. */
  public void close() {
    open = false;
  }

  void begin(byte[] name, int octets, int type, boolean keeps, long firstNs) {
    System.arraycopy(name, 0, this.name, 0, octets);
    nameOctets = octets;
    this.type = type;
    this.keeps = keeps;
    open = true;
    user = null;
    count = 0;
    changes = 0;
    none = false;
    asked = false;
    nextNs = firstNs;
    intervalNs = SECOND_NS;
  }

  /** Drops what is over; answers whether it is time to ask. */
  boolean due(long nowNs) {
    if (user != null && user.around != this) {
      open = false;
      return false;
    }
    boolean due = nextNs - nowNs <= 0;
    for (int i = count - 1; i >= 0; i--) {
      Entry entry = entries[i];
      if (entry.untilNs - nowNs <= 0) {
        entries[i] = entries[--count];
        entries[count] = entry;
        changes++;
      } else if (keeps && entry.refreshNs - nowNs <= 0) {
        due = true;
      }
    }
    return due;
  }

  long deadlineNs() {
    long deadlineNs = nextNs;
    for (int i = 0; i < count; i++) {
      Entry entry = entries[i];
      long next = keeps ? Math.min(entry.refreshNs, entry.untilNs) : entry.untilNs;
      deadlineNs = Math.min(deadlineNs, next);
    }
    return deadlineNs;
  }

  /** Writes the question; {@link #known} is to follow in the same message. */
  boolean put(MdnsWriter writer, KeyedHash random, long nowNs) {
    if (!writer.question(name, nameOctets, type, !asked)) {
      return false;
    }
    asked = true;
    if (nextNs - nowNs <= 0) {
      later(nowNs);
    }
    for (int i = 0; i < count; i++) {
      if (entries[i].refreshNs - nowNs <= 0) {
        entries[i].refreshes++;
        planRefresh(entries[i], random);
      }
    }
    return true;
  }

  /** RFC 6762 5.2 (MUST): a second later, and twice as long each time. */
  private void later(long nowNs) {
    nextNs = nowNs + intervalNs;
    intervalNs = Math.min(2 * intervalNs, MOST_INTERVAL_NS);
  }

  /** RFC 6762 7.3 (SHOULD): somebody else has just asked the same of all. */
  void askedByOthers(long nowNs) {
    if (asked && nextNs != Part.NEVER && nextNs - nowNs < SECOND_NS) {
      later(nowNs);
    }
  }

  /** Writes what need not be answered: RFC 6762 7.1, what has half of its life before it. */
  void known(MdnsWriter writer, long nowNs) {
    for (int i = 0; i < count; i++) {
      Entry entry = entries[i];
      long leftNs = entry.untilNs - nowNs;
      if (leftNs > entry.ttlS * SECOND_NS / 2) {
        int leftS = (int) (leftNs / SECOND_NS);
        boolean unused =
            writer.record(
                MdnsReader.ANSWER,
                name,
                nameOctets,
                entry.type,
                false,
                leftS,
                entry.data,
                entry.octets);
      }
    }
  }

  /** Takes in a record of a response. */
  void hear(MdnsReader reader, KeyedHash random, long nowNs) {
    if (!reader.internet || reader.dataOctets < 0 || !reader.about(name, nameOctets)) {
      return;
    }
    if (reader.type != type && type != Dns.TYPE_ANY) {
      if (reader.denies(type)) {
        none = true;
        nextNs = keeps ? nextNs : Part.NEVER;
      }
      return;
    }
    Entry entry = null;
    for (int i = 0; i < count; i++) {
      Entry e = entries[i];
      if (e.type == reader.type
          && e.octets == reader.dataOctets
          && Bytes.equal(e.data, 0, reader.data, 0, e.octets)) {
        entry = e;
      } else if (reader.bit && e.type == reader.type && nowNs - e.heardNs > SECOND_NS) {
        // RFC 6762 10.2: older ones go in a second, in which who still has them can say so.
        e.untilNs = Math.min(e.untilNs, nowNs + SECOND_NS);
      }
    }
    if (reader.ttlS == 0) {
      if (entry != null) {
        entry.untilNs = Math.min(entry.untilNs, nowNs + SECOND_NS); // RFC 6762 10.1
      }
      return;
    }
    if (entry == null) {
      if (count == MOST) {
        return;
      }
      entry = entries[count++];
      entry.type = reader.type;
      entry.octets = reader.dataOctets;
      System.arraycopy(reader.data, 0, entry.data, 0, entry.octets);
      changes++;
    }
    entry.ttlS = Math.min(reader.ttlS, MOST_TTL_S);
    entry.heardNs = nowNs;
    entry.untilNs = nowNs + entry.ttlS * SECOND_NS;
    entry.refreshes = 0;
    planRefresh(entry, random);
    nextNs = keeps ? nextNs : Part.NEVER;
  }

  /** RFC 6762 5.2: with up to two per cent more at random. */
  private static void planRefresh(Entry entry, KeyedHash random) {
    if (entry.refreshes == REFRESHES) {
      entry.refreshNs = Part.NEVER;
      return;
    }
    long thousandth = entry.ttlS * (SECOND_NS / 1000);
    int part = 800 + 50 * entry.refreshes + ((random.draw() & 0xFFFF) * 20 >>> 16);
    entry.refreshNs = entry.heardNs + part * thousandth;
  }
}
