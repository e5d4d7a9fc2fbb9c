// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

/** What all sockets want of groups, and the filter of an interface that it makes together. */
final class Listenings {
  private final Listening[] table;
  private final int[] before = new int[Igmp.SOURCES];

  Listenings(int size) {
    table = new Listening[size];
    for (int i = 0; i < size; i++) {
      table[i] = new Listening();
    }
  }

  @SuppressWarnings("ReferenceEquality") // a socket is one object
  private static boolean same(Object a, Object b) {
    return a == b;
  }

  Listening find(Object owner, int group) {
    for (int i = 0; i < table.length; i++) {
      if (same(table[i].owner, owner) && table[i].group == group) {
        return table[i];
      }
    }
    return null;
  }

  /** Any group that a socket listens to, or 0. */
  int any(Object owner) {
    for (int i = 0; i < table.length; i++) {
      if (same(table[i].owner, owner)) {
        return table[i].group;
      }
    }
    return 0;
  }

  /** Makes an interface's filter of its sockets': RFC 3376 3.2; notes what changes by that. */
  void merge(Group g) {
    boolean exclude = false;
    for (int i = 0; i < table.length; i++) {
      exclude |= table[i].group == g.address && table[i].exclude;
    }
    boolean wasWanted = g.wanted();
    int count = g.count;
    System.arraycopy(g.sources, 0, before, 0, count);
    if (!gather(g, exclude)) {
      exclude = true;
      g.count = 0;
    }
    if (exclude != g.exclude) {
      g.exclude = exclude;
      g.changedCount = 0;
      g.modeChanges = Igmp.ROBUSTNESS;
    } else {
      for (int i = 0; i < count; i++) {
        if (!g.lists(before[i])) {
          g.change(before[i]);
        }
      }
      for (int i = 0; i < g.count; i++) {
        if (Group.in(before, count, g.sources[i]) < 0) {
          g.change(g.sources[i]);
        }
      }
    }
    g.left = wasWanted && !g.wanted();
  }

  /** Lists the sources of a filter; answers false where they are too many. */
  private boolean gather(Group g, boolean exclude) {
    g.count = 0;
    for (int i = 0; i < table.length; i++) {
      Listening l = table[i];
      for (int j = 0; l.group == g.address && j < l.count; j++) {
        int source = l.sources[j];
        if (!g.lists(source) && (!exclude || excluded(g.address, source))) {
          if (g.count == Igmp.SOURCES) {
            return false;
          }
          g.sources[g.count++] = source;
        }
      }
    }
    return true;
  }

  /** Whether all that exclude sources exclude this one, and nobody includes it. */
  private boolean excluded(int group, int source) {
    for (int i = 0; i < table.length; i++) {
      Listening l = table[i];
      if (l.group == group && l.lists(source) != l.exclude) {
        return false;
      }
    }
    return true;
  }
}
