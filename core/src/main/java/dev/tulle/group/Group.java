// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.group;

import dev.tulle.stack.Part;

/** One entry of {@link Groups}: a group, and what its routers are still to be told of it. */
public class Group {
  public long high;
  public long low;

  /** How many want it from any source, apart from sockets. */
  int users;

  /** Whether anybody wants it from all sources but some; else some sources alone are wanted. */
  boolean exclude;

  /** Reports of the last change between the two that are still to be sent. */
  int changes;

  /** Whether there is anything to tell of changes, and when. */
  boolean telling;

  long changeNs;

  /** When to answer a query about this group. */
  long answerNs = Part.NEVER;

  /** A table of groups whose sources do not matter. */
  public static Group[] table(int size) {
    Group[] table = new Group[size];
    for (int i = 0; i < size; i++) {
      table[i] = new Group();
    }
    return table;
  }

  /** Whether anybody wants it. */
  boolean wanted() {
    return exclude;
  }

  boolean is(long otherHigh, long otherLow) {
    return low == otherLow && high == otherHigh;
  }
}
