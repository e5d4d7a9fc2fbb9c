// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.group;

/** A group of which sources matter: the filter that all sockets' filters make together. */
final class FilteredGroup extends Group {
  /** The sources that are not wanted where {@code exclude}, else those that are. */
  final Sources sources = new Sources();

  /** Sources that came to the filter or left it, and how often each is still to be told. */
  final Sources changed = new Sources(2 * Sources.MOST);

  final int[] times = new int[2 * Sources.MOST];

  /** The sources that a query asks for; none where it asks for the group. */
  final Sources asked = new Sources();

  static Group[] filtered(int size) {
    Group[] table = new Group[size];
    for (int i = 0; i < size; i++) {
      table[i] = new FilteredGroup();
    }
    return table;
  }

  @Override
  boolean wanted() {
    return exclude || sources.count > 0;
  }

  boolean wants(long sourceHigh, long sourceLow) {
    return (sources.find(sourceHigh, sourceLow) >= 0) != exclude;
  }

  /** Notes that a source came or left; where that are too many, the whole filter is told. */
  void change(long sourceHigh, long sourceLow, int robustness) {
    int i = changed.add(sourceHigh, sourceLow);
    if (i < 0) {
      changes = robustness;
    } else {
      times[i] = robustness;
    }
  }

  /** One more telling is done; answers whether there is another to do. */
  boolean told() {
    changes = Math.max(0, changes - 1);
    for (int i = changed.count - 1; i >= 0; i--) {
      times[i]--;
      if (times[i] <= 0) {
        changed.remove(i);
        times[i] = times[changed.count];
      }
    }
    return changes > 0 || changed.count > 0;
  }
}
