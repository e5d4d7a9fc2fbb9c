// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.link;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Status;

/**
 * One end of a cable that is nothing but memory: what one end sends, the other receives.
 *
 * <p>Each direction is a bounded ring of frames, allocated with the pair. A full ring refuses with
 * {@code WOULD_BLOCK}, as a device does; {@link #refused} counts how often. Both ends belong to one
 * thread. There is no delay: wrap an end in an {@link Impairment} for that.
 */
public final class MemoryLink implements Link {
  private final FrameRing incoming;
  private final FrameRing outgoing;
  private final MemoryLink peer;
  private long refused;

  private MemoryLink(int frames, int frameBytes) {
    incoming = new FrameRing(frames, frameBytes);
    outgoing = new FrameRing(frames, frameBytes);
    peer = new MemoryLink(this);
  }

  private MemoryLink(MemoryLink peer) {
    incoming = peer.outgoing;
    outgoing = peer.incoming;
    this.peer = peer;
  }

  /**
   * Makes a cable and answers one end; {@link #peer} is the other.
   *
   * @param frames how many frames each direction holds
   * @param frameBytes largest frame, link header included
   */
  public static MemoryLink pair(int frames, int frameBytes) {
    return new MemoryLink(frames, frameBytes);
  }

  /** The cable's other end. */
  public MemoryLink peer() {
    return peer;
  }

  /** Frames that wait here to be received. */
  public int waiting() {
    return incoming.frames();
  }

  /**
   * Frames that {@link #send} refused here because the peer's ring was full or they were too long.
   */
  public long refused() {
    return refused;
  }

  @Override
  public int frameBytes() {
    return incoming.frameBytes();
  }

  @Override
  public int receive(Packet packet, long nowNs) {
    return incoming.take(packet);
  }

  @Override
  public int send(Packet packet, long nowNs) {
    int status = outgoing.add(packet);
    if (status != Status.OK) {
      refused++;
    }
    return status;
  }
}
