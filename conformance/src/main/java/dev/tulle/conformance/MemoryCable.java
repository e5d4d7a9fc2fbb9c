// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import dev.tulle.buffer.Packet;
import dev.tulle.link.Link;
import dev.tulle.stack.Status;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/** A cable in memory between two stacks, each on a thread of its own. */
final class MemoryCable {
  private static final int FRAMES = 512;
  private static final int FRAME_BYTES = 1514;

  private final ArrayBlockingQueue<byte[]> toRight = new ArrayBlockingQueue<>(FRAMES);
  private final ArrayBlockingQueue<byte[]> toLeft = new ArrayBlockingQueue<>(FRAMES);
  private final End left = new End(toLeft, toRight);
  private final End right = new End(toRight, toLeft);

  End left() {
    return left;
  }

  End right() {
    return right;
  }

  /** One end: a link whose thread can sleep until a frame comes. */
  final class End implements Link {
    private final ArrayBlockingQueue<byte[]> incoming;
    private final ArrayBlockingQueue<byte[]> outgoing;
    private volatile Thread sleeper;

    private End(ArrayBlockingQueue<byte[]> incoming, ArrayBlockingQueue<byte[]> outgoing) {
      this.incoming = incoming;
      this.outgoing = outgoing;
    }

    @Override
    public int frameBytes() {
      return FRAME_BYTES;
    }

    @Override
    public int receive(Packet packet, long nowNs) {
      byte[] frame = incoming.poll();
      if (frame == null) {
        return 0;
      }
      System.arraycopy(frame, 0, packet.bytes, packet.head, frame.length);
      packet.end = packet.head + frame.length;
      return frame.length;
    }

    @Override
    public int send(Packet packet, long nowNs) {
      if (packet.length() > FRAME_BYTES) {
        return Status.TOO_LARGE;
      }
      if (!outgoing.offer(Arrays.copyOfRange(packet.bytes, packet.head, packet.end))) {
        return Status.WOULD_BLOCK;
      }
      (this == left ? right : left).wake();
      return Status.OK;
    }

    /** Sleeps until a frame is there, {@link #wake}, or the time is over. */
    void sleep(long ns) {
      sleeper = Thread.currentThread();
      if (incoming.isEmpty()) {
        LockSupport.parkNanos(this, ns);
      }
      sleeper = null;
    }

    void wake() {
      LockSupport.unpark(sleeper);
    }
  }
}
