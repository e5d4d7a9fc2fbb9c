// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.buffer.Packet;
import dev.tulle.link.Link;
import dev.tulle.stack.Status;

/** A link that is gone after a number of frames have been received. */
final class BreakingLink implements Link {
  private final Link link;
  private int frames;

  BreakingLink(Link link, int frames) {
    this.link = link;
    this.frames = frames;
  }

  @Override
  public int frameBytes() {
    return link.frameBytes();
  }

  @Override
  public int receive(Packet packet, long nowNs) {
    int result = link.receive(packet, nowNs);
    return result > 0 && --frames < 0 ? Status.LINK_DOWN : result;
  }

  @Override
  public int send(Packet packet, long nowNs) {
    return link.send(packet, nowNs);
  }
}
