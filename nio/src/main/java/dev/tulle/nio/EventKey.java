// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectionKey;

/** A channel's registration with a selector. */
final class EventKey extends AbstractSelectionKey {
  final Pollable pollable;
  private final EventSelector selector;
  private final SelectableChannel channel;

  /** Whether the selector has it on its list of keys to look at; under the engine's lock. */
  boolean pending;

  private volatile int interest;
  private volatile int readyOps;

  EventKey(EventSelector selector, SelectableChannel channel, int interest) {
    this.selector = selector;
    this.channel = channel;
    this.interest = interest;
    pollable = (Pollable) channel;
  }

  @Override
  public SelectableChannel channel() {
    return channel;
  }

  @Override
  public Selector selector() {
    return selector;
  }

  private void ensureValid() {
    if (!isValid()) {
      throw new CancelledKeyException();
    }
  }

  @Override
  public int interestOps() {
    ensureValid();
    return interest;
  }

  @Override
  public EventKey interestOps(int ops) {
    ensureValid();
    if ((ops & ~channel.validOps()) != 0) {
      throw new IllegalArgumentException("the channel knows no such operation: " + ops);
    }
    if (interest != ops) {
      interest = ops;
      selector.look(this);
    }
    return this;
  }

  @Override
  public int readyOps() {
    ensureValid();
    return readyOps;
  }

  /** Puts it on the selector's list; under the engine's lock. */
  void pend() {
    selector.pend(this);
  }

  /** What is ready of what is wanted now; under the engine's lock. */
  int wantedAndReady() {
    return isValid() ? pollable.ready() & interest : 0;
  }

  /** Takes over what is ready; whether that is news beside what was known. */
  boolean update(int ops, boolean selected) {
    int known = selected ? readyOps : 0;
    readyOps = known | ops;
    return readyOps != known;
  }

  @Override
  public String toString() {
    return "key of " + channel + (isValid() ? ", interested in " + interest : ", cancelled");
  }
}
