// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.group;

import dev.tulle.stack.Counters;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;

/**
 * The multicast groups that an interface listens to, from any source, and when its routers and
 * switches are told of them.
 *
 * <p>A change is told at once and once more within a second; a query is answered after a random
 * time, with one pending answer for each group and one for all, however often it is asked. Where a
 * router of an older version asks, its version is spoken for a while. {@link FilteredGroups} adds
 * sources. Source: RFC 3376, RFC 2236, RFC 3810, RFC 2710.
 */
public class Groups implements Part {
  static final long MS_NS = 1_000_000L;

  /** RFC 3376 8.12, RFC 3810 9.12: twice the query interval of 125 s, and 10 s. */
  static final long OLD_ROUTER_NS = 260_000_000_000L;

  /** RFC 3376 8.11, RFC 3810 9.11: within a second a change is told again. */
  private static final int UNSOLICITED_MS = 1000;

  /** An answer may be put off for a minute at most. */
  private static final int MOST_DELAY_MS = 60_000;

  final Group[] table;
  final GroupMessages messages;
  final Counters counters;
  private final KeyedHash random;
  final int full;

  /** How often a change is told. RFC 3376 8.1, RFC 3810 9.1. */
  int robustness = 2;

  /** Until when the older version is spoken: IGMP's 2, MLD's 1. */
  long oldUntilNs;

  /** When to answer a query about all groups. */
  private long answerNs = NEVER;

  private long deadlineNs = NEVER;

  /**
   * @param table of {@link Group#table}
   * @param full the counter of what the table had no room for
   */
  public Groups(
      Group[] table, GroupMessages messages, KeyedHash random, Counters counters, int full) {
    this.table = table;
    this.messages = messages;
    this.random = random;
    this.counters = counters;
    this.full = full;
  }

  /** Listens to a group from now on, until {@link #leave} was called as often. */
  public final int join(long high, long low, long nowNs) {
    Group g = obtain(high, low);
    if (g == null) {
      return Status.NO_RESOURCES;
    }
    g.users++;
    changed(g);
    return Status.OK;
  }

  /** Ends one use of a group. */
  public final void leave(long high, long low, long nowNs) {
    Group g = find(high, low);
    if (g != null && g.users > 0) {
      g.users--;
      changed(g);
    }
  }

  /** Works out what is wanted of a group, and what there is to tell of that. */
  void changed(Group g) {
    if (g.exclude != (g.users > 0)) {
      g.exclude = !g.exclude;
      g.changes = robustness;
      soon(g);
    }
  }

  /** There is something to tell of a group; who is not interested has nothing to answer. */
  final void soon(Group g) {
    if (!g.wanted()) {
      g.answerNs = NEVER;
    }
    g.telling = true;
    g.changeNs = 0;
    deadlineNs = 0;
  }

  /** The entry of a group, a new one if need be; null where the table is full. */
  final Group obtain(long high, long low) {
    Group g = find(high, low);
    for (int i = 0; g == null && i < table.length; i++) {
      if (free(table[i])) {
        g = table[i];
        g.high = high;
        g.low = low;
      }
    }
    if (g == null) {
      counters.add(full);
    }
    return g;
  }

  private static boolean free(Group g) {
    return !g.wanted() && !g.telling;
  }

  final Group find(long high, long low) {
    for (int i = 0; i < table.length; i++) {
      if (table[i].is(high, low) && !free(table[i])) {
        return table[i];
      }
    }
    return null;
  }

  /** Whether packets to a group are for this interface. */
  public final boolean joined(long high, long low) {
    Group g = find(high, low);
    return g != null && g.wanted() || messages.everybodys(high, low);
  }

  /**
   * A router of an older version asks: it is spoken for a while. RFC 3376 7.2.1, RFC 3810 8.2.1.
   */
  void older(int version, long nowNs) {
    oldUntilNs = nowNs + OLD_ROUTER_NS;
  }

  /** Another host has reported a group. */
  public void heard(long high, long low, long nowNs) {}

  /**
   * A router asks who listens: RFC 3376 5.2, RFC 3810 6.2.
   *
   * @param high with {@code low} the group, 0 for all
   * @param version the query's, as IGMP counts
   * @param b with the query at {@code at}, for its sources
   * @param robustness as the query has it; 0 where it has none
   */
  public final void asked(
      long high,
      long low,
      int version,
      int mostMs,
      byte[] b,
      int at,
      int sources,
      int robustness,
      long nowNs) {
    if (version < 3) {
      older(version, nowNs);
    }
    robust(robustness);
    int most = Math.min(mostMs, MOST_DELAY_MS);
    long due = laterNs(most, nowNs);
    if (answerNs <= due) {
      return; // 1: an answer about all groups is due sooner
    }
    if ((high | low) == 0) {
      if (!spread(most, nowNs)) {
        answerNs = due; // 2
      }
    } else {
      Group g = find(high, low);
      if (g != null && g.wanted()) {
        wantedSources(g, b, at, sources);
        g.answerNs = Math.min(g.answerNs, due);
      }
    }
    deadlineNs = 0; // the next poll finds out when it is
  }

  /** Puts off the answer of each group by a time of its own, where the version wants that. */
  boolean spread(int mostMs, long nowNs) {
    return false;
  }

  /** A query tells how often a change is to be told. */
  void robust(int times) {}

  /** Notes which sources of a group an answer is to be about, before it is planned. */
  void wantedSources(Group g, byte[] b, int at, int sources) {}

  final long laterNs(int mostMs, long nowNs) {
    return nowNs + ((random.draw() & 0xFFFFL) * mostMs >>> 16) * MS_NS + MS_NS;
  }

  /** Nothing is to be told or answered any more, since the version changes. */
  final void forget() {
    answerNs = NEVER;
    for (int i = 0; i < table.length; i++) {
      table[i].telling = false;
      table[i].answerNs = NEVER;
    }
  }

  @Override
  public final long poll(long nowNs) {
    if (deadlineNs - nowNs > 0) {
      return deadlineNs;
    }
    boolean all = answerNs - nowNs <= 0;
    if (all) {
      answerNs = NEVER;
    }
    deadlineNs = answerNs;
    for (int i = 0; i < table.length; i++) {
      Group g = table[i];
      if (g.telling && g.changeNs - nowNs <= 0) {
        g.telling = tell(g, nowNs);
        g.changeNs = laterNs(UNSOLICITED_MS, nowNs);
      }
      if (all || g.answerNs - nowNs <= 0) {
        if (g.wanted()) {
          answer(g, all, nowNs);
        }
        g.answerNs = NEVER;
      }
      if (g.telling) {
        deadlineNs = Math.min(deadlineNs, g.changeNs);
      }
      deadlineNs = Math.min(deadlineNs, g.answerNs);
    }
    messages.flush(nowNs);
    return deadlineNs;
  }

  @Override
  public final long deadlineNs() {
    return deadlineNs;
  }

  /** Tells of what has changed in a group; answers whether that is to be told again. */
  boolean tell(Group g, long nowNs) {
    say(g, g.exclude ? GroupMessages.TO_EXCLUDE : GroupMessages.TO_INCLUDE, nowNs);
    return --g.changes > 0;
  }

  /** Tells what is wanted of a group. */
  void answer(Group g, boolean all, long nowNs) {
    say(g, GroupMessages.IS_EXCLUDE, nowNs);
  }

  private void say(Group g, int type, long nowNs) {
    messages.record(type, oldUntilNs - nowNs > 0 ? 2 : 3, g, 0, nowNs);
  }
}
