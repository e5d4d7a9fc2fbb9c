// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import dev.tulle.buffer.Packet;
import java.lang.foreign.MemorySegment;

/**
 * The segments of one packet's array that calls into the C library need, each made once.
 *
 * <p>A call takes a segment that begins with the frame; frames begin at the same few places of an
 * array again and again, so after a short while nothing is allocated any more. They hang from the
 * packet itself.
 */
final class Views {
  private final MemorySegment[] from = new MemorySegment[Packet.HEADROOM + 1];

  private Views() {}

  /** The packet's array from its head on. */
  static MemorySegment of(Packet packet) {
    int head = packet.head;
    if (packet.view instanceof Views views && head <= Packet.HEADROOM) {
      MemorySegment segment = views.from[head];
      if (segment != null) {
        return segment;
      }
    }
    return make(packet, head);
  }

  private static MemorySegment make(Packet packet, int head) {
    MemorySegment segment = MemorySegment.ofArray(packet.bytes).asSlice(head);
    if (head <= Packet.HEADROOM) {
      if (!(packet.view instanceof Views)) {
        packet.view = new Views();
      }
      ((Views) packet.view).from[head] = segment;
    }
    return segment;
  }
}
