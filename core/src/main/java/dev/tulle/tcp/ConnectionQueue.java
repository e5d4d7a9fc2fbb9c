// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/** Connections in the order in which they came; each may leave from any place, at no cost. */
final class ConnectionQueue {
  Connection first;
  Connection last;

  /** Puts a connection that is in no queue at the end. */
  void add(Connection c) {
    c.queue = this;
    c.queuePrevious = last;
    if (last == null) {
      first = c;
    } else {
      last.queueNext = c;
    }
    last = c;
  }

  void remove(Connection c) {
    Connection before = c.queuePrevious;
    Connection after = c.queueNext;
    if (before == null) {
      first = after;
    } else {
      before.queueNext = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.queuePrevious = before;
    }
    c.queue = null;
    c.queuePrevious = null;
    c.queueNext = null;
  }
}
