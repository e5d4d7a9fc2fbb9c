// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.stack.Part;

/** What an interface wants of one group, and what its routers are still to be told of it. */
final class Group {
  /** 0 where the entry is free. */
  int address;

  /** The filter that all sockets' filters make together; not excluding nothing is no interest. */
  boolean exclude;

  final int[] sources = new int[Igmp.SOURCES];
  int count;

  /** How often a change between including and excluding is still to be told. */
  int modeChanges;

  /** Sources that came to the filter or left it, and how often that is still to be told. */
  final int[] changed = new int[2 * Igmp.SOURCES];

  final int[] changes = new int[2 * Igmp.SOURCES];
  int changedCount;

  /** Whether the end of all interest is to be told in an older version's words. */
  boolean left;

  /** When to tell of changes, and when to answer a query about this group. */
  long changeNs = Part.NEVER;

  long answerNs = Part.NEVER;

  /** The sources that the query asks for; none where it asks for the group. */
  final int[] asked = new int[Igmp.SOURCES];

  int askedCount;

  boolean lists(int source) {
    return in(sources, count, source) >= 0;
  }

  /** Where a list has an address, or -1. */
  static int in(int[] list, int count, int address) {
    int i = count - 1;
    while (i >= 0 && list[i] != address) {
      i--;
    }
    return i;
  }

  boolean wanted() {
    return exclude || count > 0;
  }

  /** Notes that a source came or left; where that are too many, the whole filter is told. */
  void change(int source) {
    int i = in(changed, changedCount, source);
    if (i < 0 && changedCount == changed.length) {
      modeChanges = Igmp.ROBUSTNESS;
      return;
    }
    if (i < 0) {
      i = changedCount++;
      changed[i] = source;
    }
    changes[i] = Igmp.ROBUSTNESS;
  }

  /** One more telling is done; answers whether there is another to do. */
  boolean told() {
    modeChanges = Math.max(0, modeChanges - 1);
    int kept = 0;
    for (int i = 0; i < changedCount; i++) {
      if (--changes[i] > 0) {
        changed[kept] = changed[i];
        changes[kept++] = changes[i];
      }
    }
    changedCount = kept;
    return modeChanges > 0 || kept > 0;
  }

  /** Nothing is to be told or answered any more. */
  void forget() {
    modeChanges = 0;
    changedCount = 0;
    askedCount = 0;
    changeNs = Part.NEVER;
    answerNs = Part.NEVER;
  }
}
