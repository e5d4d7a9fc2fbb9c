// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import dev.tulle.buffer.Packet;
import dev.tulle.link.MemoryLink;
import java.util.concurrent.locks.ReentrantLock;

/** A cable in memory between two stacks, each with a thread of its own. */
public final class MemoryCable {
  /** Enough for a window of a few megabytes each way. */
  private static final int FRAMES = 2048;

  private static final int FRAME_BYTES = 1514;

  private final ReentrantLock lock = new ReentrantLock();
  private final End left;
  private final End right;

  /** A cable for frames of up to 1,514 octets. */
  public MemoryCable() {
    this(FRAMES, FRAME_BYTES);
  }

  /**
   * A cable.
   *
   * @param frames how many each direction holds; what comes then is refused, and counted by the
   *     stack
   * @param frameBytes the largest frame, link header included
   */
  public MemoryCable(int frames, int frameBytes) {
    MemoryLink link = MemoryLink.pair(frames, frameBytes);
    left = new End(link);
    right = new End(link.peer());
  }

  /** One end. */
  public WaitingLink left() {
    return left;
  }

  /** The other end. */
  public WaitingLink right() {
    return right;
  }

  /** Whether frames wait at one end or the other. */
  public boolean waiting() {
    lock.lock();
    try {
      return left.link.waiting() > 0 || right.link.waiting() > 0;
    } finally {
      lock.unlock();
    }
  }

  private final class End implements WaitingLink {
    private final MemoryLink link;
    private final Sleeper sleeper = new Sleeper();

    End(MemoryLink link) {
      this.link = link;
    }

    @Override
    public int frameBytes() {
      return link.frameBytes();
    }

    @Override
    public int receive(Packet packet, long nowNs) {
      lock.lock();
      try {
        return link.receive(packet, nowNs);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public int send(Packet packet, long nowNs) {
      int status;
      lock.lock();
      try {
        status = link.send(packet, nowNs);
      } finally {
        lock.unlock();
      }
      (this == left ? right : left).wake();
      return status;
    }

    @Override
    public void await(long ns) {
      sleeper.await(ns);
    }

    @Override
    public void wake() {
      sleeper.wake();
    }
  }
}
