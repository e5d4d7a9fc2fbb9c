// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit.sim;

import dev.tulle.buffer.Packet;
import dev.tulle.link.Link;
import dev.tulle.stack.Status;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** Where a host meets the {@link Network}. */
final class Port implements Link {
  private static final int FRAME_BYTES = 1514;
  private static final int ETHERNET = 14;

  final long mac;
  Watcher watcher;
  private final Network network;
  private final Deque<Frame> arrived = new ArrayDeque<>();

  Port(Network network, long mac) {
    this.network = network;
    this.mac = mac;
  }

  void deliver(Frame frame) {
    for (Pipe pipe : frame.pipes) {
      int mtu = pipe.settings.mtu;
      if (mtu != 0 && frame.bytes.length - ETHERNET > mtu) {
        throw new Violation(frame.bytes.length + " octets arrived over an MTU of " + mtu);
      }
    }
    arrived.add(frame);
  }

  /** What has arrived and nobody looked at; null where there is nothing. */
  byte[] take() {
    Frame frame = arrived.poll();
    return frame == null ? null : frame.bytes;
  }

  boolean waiting() {
    return !arrived.isEmpty();
  }

  @Override
  public int frameBytes() {
    return FRAME_BYTES;
  }

  @Override
  public int receive(Packet packet, long nowNs) {
    Frame frame = arrived.poll();
    if (frame == null) {
      return 0;
    }
    byte[] bytes = frame.bytes;
    watcher.received(bytes, frame.corrupt, nowNs);
    System.arraycopy(bytes, 0, packet.bytes, packet.head, bytes.length);
    packet.end = packet.head + bytes.length;
    return bytes.length;
  }

  @Override
  public int send(Packet packet, long nowNs) {
    byte[] bytes = Arrays.copyOfRange(packet.bytes, packet.head, packet.end);
    watcher.sent(bytes, nowNs);
    network.send(this, bytes, nowNs);
    return Status.OK;
  }
}
