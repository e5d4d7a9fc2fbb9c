// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import dev.tulle.buffer.Packet;
import dev.tulle.link.Impairment;
import dev.tulle.link.ImpairmentSettings;
import dev.tulle.link.Link;

/**
 * Joins two TAP devices by a bad network: what one of them is given comes out of the other, each
 * direction impaired alike.
 *
 * <p>With the devices in two network namespaces, two kernels talk through Tulle's impairment, where
 * a kernel has none of its own. The bridge has a thread, and closes both devices.
 */
public final class TapBridge implements AutoCloseable {
  /** Frames that may be on their way in each direction: 100 ms of a gigabit. */
  private static final int FRAMES = 16_384;

  /** Frames from one side before the other has its turn. */
  private static final int TURN = 64;

  private final TapLink left;
  private final TapLink right;
  private final Link impaired;
  private final Waiter waiter = new Waiter(new Libc(), 2);
  private final Packet packet;
  private final Thread thread = new Thread(this::run, "bridge");
  private volatile boolean closed;

  /** Starts to join them. */
  public TapBridge(TapLink left, TapLink right, ImpairmentSettings settings) {
    this.left = left;
    this.right = right;
    impaired = new Impairment(left, settings, FRAMES);
    packet = new Packet(Packet.HEADROOM + Math.max(left.frameBytes(), right.frameBytes()));
    waiter.add(left.fd(), Waiter.IN);
    waiter.add(right.fd(), Waiter.IN);
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    long startNs = System.nanoTime();
    while (!closed) {
      long nowNs = System.nanoTime() - startNs;
      boolean moreRight = move(impaired, right, nowNs);
      boolean moreLeft = move(right, impaired, nowNs);
      if (!moreRight && !moreLeft) {
        long deadlineNs = impaired.deadlineNs();
        waiter.waitFor(deadlineNs == Long.MAX_VALUE ? deadlineNs : deadlineNs - nowNs);
      }
    }
  }

  /** Moves some frames; answers whether there may be more. A device that is gone gives none. */
  private boolean move(Link from, Link to, long nowNs) {
    for (int i = 0; i < TURN; i++) {
      packet.clear(Packet.HEADROOM);
      if (from.receive(packet, nowNs) <= 0) {
        return false;
      }
      to.send(packet, nowNs); // what is refused is lost, as on a cable
    }
    return true;
  }

  @Override
  public void close() {
    closed = true;
    waiter.wake();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    waiter.close();
    left.close();
    right.close();
  }
}
