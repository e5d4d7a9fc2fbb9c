// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.link;

import dev.tulle.buffer.PacketQueue;

/** One entry of {@link Neighbours}: an address on the link, and what is known about it. */
final class Neighbour {
  /** Asked by broadcast; packets wait for the answer. */
  static final int INCOMPLETE = 0;

  /** The link address was confirmed, and counts as right until the deadline. */
  static final int REACHABLE = 1;

  /** The confirmation is old or in doubt: the link address is used while its owner is asked. */
  static final int PROBING = 2;

  /** {@link #usedNs} of an entry that is free. */
  static final long FREE = -1;

  /** {@link #usedNs} of an entry that was learnt from a request and not used yet. */
  static final long UNUSED = 0;

  /** 0 where the entry is free. */
  int address;

  int state;
  int macHigh;
  int macLow;

  /** Requests sent in this state. */
  int requests;

  /** When a packet was last sent there. */
  long usedNs = FREE;

  /** When to ask again, or until when {@link #REACHABLE} lasts. */
  long deadlineNs;

  final PacketQueue waiting = new PacketQueue();
}
