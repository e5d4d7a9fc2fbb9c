// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.IllegalSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.util.AbstractSet;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.function.Consumer;

/**
 * A selector over the channels of one {@link Engine}.
 *
 * <p>A channel that changes puts its keys on the list of those to look at; a selection looks at
 * these alone, so ten thousand idle channels cost nothing. What is found ready stays on the list:
 * the next selection finds it again until somebody has read or written, as users expect.
 *
 * <p>The monitors that a selection holds are those that the class {@link Selector} promises its
 * users; the wait itself is on a condition of the engine's lock. Locks are taken in the order
 * selector, selected keys, cancelled keys, engine.
 */
final class EventSelector extends AbstractSelector {
  private static final long MS = 1_000_000L;

  private final Engine engine;
  private final Set<SelectionKey> keys = ConcurrentHashMap.newKeySet();
  private final Set<SelectionKey> publicKeys = Collections.unmodifiableSet(keys);
  private final Set<SelectionKey> selected = new LinkedHashSet<>(); // in the order of readiness
  private final Set<SelectionKey> publicSelected = new Shrinking(selected);

  /** Whether an action of a selection runs; under this monitor. */
  private boolean acting;

  // Under the engine's lock.
  private final ArrayDeque<EventKey> pending = new ArrayDeque<>();
  private final Condition changed;
  private boolean selecting;
  private boolean woken;

  EventSelector(TulleProvider provider, Engine engine) {
    super(provider);
    this.engine = engine;
    changed = engine.lock.newCondition();
  }

  @Override
  public Set<SelectionKey> keys() {
    ensureOpen();
    return publicKeys;
  }

  @Override
  public Set<SelectionKey> selectedKeys() {
    ensureOpen();
    return publicSelected;
  }

  private void ensureOpen() {
    if (!isOpen()) {
      throw new ClosedSelectorException();
    }
  }

  @Override
  public int selectNow() throws IOException {
    return select(true, Engine.NEVER);
  }

  @Override
  public int select() throws IOException {
    return select(false, Engine.NEVER);
  }

  @Override
  public int select(long timeoutMs) throws IOException {
    if (timeoutMs < 0) {
      throw new IllegalArgumentException("a negative timeout: " + timeoutMs);
    }
    return select(false, timeoutMs == 0 ? Engine.NEVER : engine.deadline(timeoutMs * MS));
  }

  @Override
  public int select(Consumer<SelectionKey> action) throws IOException {
    return super.select(alone(action));
  }

  @Override
  public int select(Consumer<SelectionKey> action, long timeoutMs) throws IOException {
    return super.select(alone(action), timeoutMs);
  }

  @Override
  public int selectNow(Consumer<SelectionKey> action) throws IOException {
    return super.selectNow(alone(action));
  }

  /** An action that must not select itself. */
  private Consumer<SelectionKey> alone(Consumer<SelectionKey> action) {
    Objects.requireNonNull(action);
    return key -> {
      acting = true;
      try {
        action.accept(key);
      } finally {
        acting = false;
      }
    };
  }

  private int select(boolean now, long deadlineNs) throws IOException {
    synchronized (this) {
      if (acting) {
        throw new IllegalStateException("a selection is at work");
      }
      ensureOpen();
      synchronized (publicSelected) {
        forgetCancelled();
        int updated;
        try {
          begin();
          updated = await(now, deadlineNs);
        } finally {
          end();
        }
        forgetCancelled();
        return updated;
      }
    }
  }

  private int await(boolean now, long deadlineNs) {
    engine.lock.lock();
    try {
      selecting = true;
      while (!woken && isOpen() && !now && !anyReady() && engine.before(deadlineNs)) {
        engine.await(changed, deadlineNs);
      }
      woken = false;
      return collect();
    } finally {
      selecting = false;
      engine.lock.unlock();
    }
  }

  /** Whether a key on the list is ready; forgets those before it that are not. */
  private boolean anyReady() {
    for (EventKey key = pending.peekFirst(); key != null; key = pending.peekFirst()) {
      if (key.wantedAndReady() != 0) {
        return true;
      }
      pending.removeFirst();
      key.pending = false;
    }
    return false;
  }

  /** Moves what is ready to the selected keys; answers how many keys have news. */
  private int collect() {
    int updated = 0;
    for (int i = pending.size(); i > 0; i--) {
      EventKey key = pending.removeFirst();
      int ops = key.wantedAndReady();
      if (ops == 0) {
        key.pending = false;
        continue;
      }
      pending.addLast(key);
      boolean known = !selected.add(key);
      if (key.update(ops, known)) {
        updated++;
      }
    }
    return updated;
  }

  /** Looks at a key in the next selection, or in this one; under the engine's lock. */
  void pend(EventKey key) {
    if (!key.pending) {
      key.pending = true;
      pending.addLast(key);
    }
    if (selecting) {
      engine.wake(changed);
    }
  }

  /** As {@link #pend}, without the lock. */
  void look(EventKey key) {
    engine.lock.lock();
    try {
      pend(key);
    } finally {
      engine.lock.unlock();
    }
  }

  private void forgetCancelled() {
    Set<SelectionKey> cancelled = cancelledKeys();
    synchronized (cancelled) {
      for (Iterator<SelectionKey> i = cancelled.iterator(); i.hasNext(); ) {
        forget((EventKey) i.next());
        i.remove();
      }
    }
  }

  private void forget(EventKey key) {
    keys.remove(key);
    selected.remove(key);
    engine.lock.lock();
    try {
      key.pollable.watch().remove(key);
      if (key.pending) {
        pending.remove(key);
        key.pending = false;
      }
    } finally {
      engine.lock.unlock();
    }
    deregister(key);
  }

  @Override
  public Selector wakeup() {
    engine.lock.lock();
    try {
      woken = true;
      if (selecting) {
        engine.wake(changed);
      }
    } finally {
      engine.lock.unlock();
    }
    return this;
  }

  @Override
  protected SelectionKey register(AbstractSelectableChannel channel, int ops, Object attachment) {
    ensureOpen();
    if (!(channel instanceof Pollable pollable) || !channel.provider().equals(provider())) {
      throw new IllegalSelectorException();
    }
    EventKey key = new EventKey(this, channel, ops);
    key.attach(attachment);
    keys.add(key);
    engine.lock.lock();
    try {
      pollable.watch().add(key);
      pend(key);
    } finally {
      engine.lock.unlock();
    }
    if (!isOpen()) {
      keys.remove(key);
      throw new ClosedSelectorException();
    }
    return key;
  }

  @Override
  protected void implCloseSelector() {
    wakeup();
    synchronized (this) {
      synchronized (publicSelected) {
        for (SelectionKey key : keys) {
          forget((EventKey) key);
        }
        keys.clear();
        selected.clear();
        engine.forget(this);
      }
    }
  }

  /** A set from which users may remove, and to which they cannot add. */
  private static final class Shrinking extends AbstractSet<SelectionKey> {
    private final Set<SelectionKey> keys;

    Shrinking(Set<SelectionKey> keys) {
      this.keys = keys;
    }

    @Override
    public Iterator<SelectionKey> iterator() {
      return keys.iterator();
    }

    @Override
    public int size() {
      return keys.size();
    }

    @Override
    public boolean contains(Object key) {
      return keys.contains(key);
    }

    @Override
    public boolean remove(Object key) {
      return keys.remove(key);
    }

    @Override
    public void clear() {
      keys.clear();
    }
  }
}
