// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import java.util.concurrent.locks.Condition;

/**
 * Who waits for a channel: keys of selectors, and threads that block in it. Everything here happens
 * under the lock of the {@link Engine}.
 */
final class Watch {
  private static final EventKey[] NONE = {};

  private EventKey[] keys = NONE;
  private Condition changed;
  private Engine waker;
  private int blocked;

  void add(EventKey key) {
    EventKey[] more = java.util.Arrays.copyOf(keys, keys.length + 1);
    more[keys.length] = key;
    keys = more;
  }

  void remove(EventKey key) {
    for (int i = 0; i < keys.length; i++) {
      if (keys[i] == key) {
        EventKey[] fewer = java.util.Arrays.copyOf(keys, keys.length - 1);
        if (i < fewer.length) {
          fewer[i] = keys[keys.length - 1];
        }
        keys = fewer.length == 0 ? NONE : fewer;
        return;
      }
    }
  }

  /** Whether anybody waits or selects. */
  boolean watched() {
    return blocked > 0 || keys.length > 0;
  }

  /** Something has changed: selectors look again, and so do blocked threads. */
  void fire() {
    for (EventKey key : keys) {
      key.pend();
    }
    if (blocked > 0) {
      waker.wake(changed);
    }
  }

  /** Gives the lock away until {@link #fire} or the deadline; see {@link Engine#await}. */
  void await(Engine engine, long deadlineNs) {
    if (changed == null) {
      changed = engine.lock.newCondition();
      waker = engine;
    }
    blocked++;
    try {
      engine.await(changed, deadlineNs);
    } finally {
      blocked--;
    }
  }
}
