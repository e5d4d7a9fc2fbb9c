// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.buffer.Packet;
import dev.tulle.link.Link;
import dev.tulle.stack.Status;

/** A link that remembers that the link below it is gone, so that its program can end and say so. */
final class LinkWatch implements Link {
  private final Link link;
  private boolean gone;

  LinkWatch(Link link) {
    this.link = link;
  }

  boolean gone() {
    return gone;
  }

  @Override
  public int frameBytes() {
    return link.frameBytes();
  }

  @Override
  public int receive(Packet packet, long nowNs) {
    int result = link.receive(packet, nowNs);
    gone |= result < 0 && result != Status.WOULD_BLOCK;
    return result;
  }

  @Override
  public int send(Packet packet, long nowNs) {
    int result = link.send(packet, nowNs);
    gone |= result == Status.LINK_DOWN;
    return result;
  }

  @Override
  public long deadlineNs() {
    return link.deadlineNs();
  }
}
