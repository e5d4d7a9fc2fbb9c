// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nd;

import dev.tulle.buffer.PacketQueue;

/**
 * One entry of {@link Neighbours6}. The states are RFC 4861 7.3.2's, as in {@code NeighbourInfo}.
 */
final class Neighbour6 {
  static final int FREE = 0;

  /** Asked by multicast; packets wait for the answer. */
  static final int INCOMPLETE = 1;

  /** Confirmed until the deadline. */
  static final int REACHABLE = 2;

  /** Perhaps no longer there; nobody wants to know. */
  static final int STALE = 3;

  /** Used without being confirmed: asked at the deadline, unless something confirms it. */
  static final int DELAY = 4;

  /** Asked by unicast; packets still go there. */
  static final int PROBE = 5;

  long high;
  long low;
  int state;
  long mac;
  boolean router;

  /** Solicitations sent in this state. */
  int questions;

  /** When a packet was last sent there; 0 where none was. */
  long usedNs;

  long deadlineNs;

  final PacketQueue waiting = new PacketQueue();

  boolean is(long otherHigh, long otherLow) {
    return low == otherLow && high == otherHigh && state != FREE;
  }
}
