// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import java.util.Set;

/**
 * What of a program goes into its C.
 *
 * @param absent classes of which no object is made ({@link LeaveOut})
 * @param whole whether each class that is mentioned is in with all it has ({@link WholeClasses})
 */
record Selection(Set<String> absent, boolean whole) {
  /** What TeaVM finds reachable: that of every program that is run. */
  static final Selection REACHED = new Selection(Set.of(), false);

  /** As a linker of object files selects, to see what TeaVM's finding saves. */
  static final Selection WHOLE = new Selection(Set.of(), true);

  /** TeaVM makes its plug-ins itself, in the thread that generates. */
  private static final ThreadLocal<Selection> CURRENT = ThreadLocal.withInitial(() -> REACHED);

  static Selection without(Set<String> absent) {
    return new Selection(absent, false);
  }

  /** What this thread generates. */
  static Selection current() {
    return CURRENT.get();
  }

  /** Says what this thread generates from now on. */
  void begin() {
    CURRENT.set(this);
  }

  /** A word for the names of files; empty for what is run. */
  String key() {
    return whole ? "-whole" : "";
  }
}
